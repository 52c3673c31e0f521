/** All that /glance says. */
export const WORDS = {
  en: {
    tag: "en",
    name: "Assistant",
    hint: "Ask, and press Enter. ↑ ↓ scroll, Esc stops.",
    question: "Question",
    ask: "Ask",
    stop: "Stop",
    wait: "One moment…",
    key: "This assistant asks for an API key. Open the page at / first, and enter it there.",
    pin: "This profile is behind a PIN. Open the page at / first, and enter it there.",
    gone: "The assistant cannot be reached.",
  },
  zh: {
    tag: "zh-CN",
    name: "助手",
    hint: "输入问题后按 Enter。↑ ↓ 滚动，Esc 停止。",
    question: "问题",
    ask: "提问",
    stop: "停止",
    wait: "请稍候…",
    key: "使用这个助手需要 API 密钥。请先打开首页并输入密钥。",
    pin: "该用户已用 PIN 锁定。请先打开首页并输入 PIN。",
    gone: "连接不上助手。",
  },
} as const;
