/** How each system is told to trust a certificate, and which one this is. */
import type { Language } from "../language/choice";

export type System = "ios" | "android" | "windows" | "macos" | "linux" | "firefox";

interface Steps {
  title: string;
  todo: readonly string[];
}

/** The system of a browser, and what its device may be called. */
export function guessed(agent: string): { system: System; name: string } {
  if (/iPhone|iPod/.test(agent)) return { system: "ios", name: "iPhone" };
  // An iPad says that it is a Mac, but for touching.
  if (/iPad/.test(agent) || (/Macintosh/.test(agent) && touches())) return { system: "ios", name: "iPad" };
  if (/Android/.test(agent)) return { system: "android", name: "Android" };
  const name = /Windows/.test(agent) ? "Windows" : /Macintosh/.test(agent) ? "Mac" : "Linux";
  if (/Firefox/.test(agent)) return { system: "firefox", name };
  return { system: name === "Windows" ? "windows" : name === "Mac" ? "macos" : "linux", name };
}

function touches(): boolean {
  return typeof navigator !== "undefined" && navigator.maxTouchPoints > 1;
}

export const steps: Readonly<Record<Language, Readonly<Record<System, Steps>>>> = {
  en: {
    ios: {
      title: "iPhone and iPad",
      todo: [
        "Open this page in Safari, tap the certificate above, and allow the download.",
        "Open Settings, tap “Profile Downloaded”, and install it.",
        "Open Settings → General → About → Certificate Trust Settings, and switch it on.",
      ],
    },
    android: {
      title: "Android",
      todo: [
        "Tap the certificate above to download it.",
        "Open Settings, and search for “CA certificate” (it is under Security → Encryption and credentials → Install a certificate).",
        "Choose “Install anyway”, and then the downloaded file.",
        "Firefox only: Settings → About Firefox, tap its logo seven times; then Settings → Secret Settings → Use third party CA certificates.",
      ],
    },
    windows: {
      title: "Windows",
      todo: [
        "Download the certificate above and open it.",
        "Choose “Install Certificate”, then “Current User”.",
        "Choose “Place all certificates in the following store”, Browse, “Trusted Root Certification Authorities”, and finish.",
        "Close the browser completely and open it again.",
      ],
    },
    macos: {
      title: "macOS",
      todo: [
        "Download the certificate above and open it: Keychain Access takes it in.",
        "Double-click it there (its name begins with “Assistant on”) and open “Trust”.",
        "Beside “When using this certificate”, choose “Always Trust”, and close the window.",
      ],
    },
    linux: {
      title: "Linux, Chrome and Chromium",
      todo: [
        "Download the certificate above.",
        "Open chrome://certificate-manager in a new tab, and then “Custom → Installed by you” (in older versions: chrome://settings/certificates → Authorities).",
        "Import the file below “Trusted Certificates”, for websites.",
      ],
    },
    firefox: {
      title: "Firefox on a computer",
      todo: [
        "Download the certificate above.",
        "Open Settings → Privacy & Security → View Certificates → Authorities → Import, and choose the file.",
        "Tick “Trust this CA to identify websites”.",
      ],
    },
  },
  zh: {
    ios: {
      title: "iPhone 和 iPad",
      todo: [
        "用 Safari 打开此页，点按上面的证书并允许下载。",
        "打开“设置”，点按“已下载描述文件”并安装。",
        "打开“设置 → 通用 → 关于本机 → 证书信任设置”，将其打开。",
      ],
    },
    android: {
      title: "安卓",
      todo: [
        "点按上面的证书进行下载。",
        "打开“设置”，搜索“CA 证书”（位于“安全 → 加密与凭据 → 安装证书”）。",
        "选择“仍然安装”，然后选择下载的文件。",
        "仅 Firefox：打开“设置 → 关于 Firefox”，连按徽标七次，再到“设置 → Secret Settings”中启用“使用第三方 CA 证书”。",
      ],
    },
    windows: {
      title: "Windows",
      todo: [
        "下载上面的证书并打开。",
        "选择“安装证书”，再选择“当前用户”。",
        "选择“将所有的证书都放入下列存储”，点“浏览”，选“受信任的根证书颁发机构”，然后完成。",
        "完全关闭浏览器后重新打开。",
      ],
    },
    macos: {
      title: "macOS",
      todo: [
        "下载上面的证书并打开，“钥匙串访问”会将其导入。",
        "在其中双击该证书（名称以“Assistant on”开头），展开“信任”。",
        "将“使用此证书时”设为“始终信任”，然后关闭窗口。",
      ],
    },
    linux: {
      title: "Linux 上的 Chrome 和 Chromium",
      todo: [
        "下载上面的证书。",
        "在新标签页中打开 chrome://certificate-manager，进入“自定义 → 由您安装”（旧版本：chrome://settings/certificates → 授权机构）。",
        "在“受信任的证书”下导入该文件，用于网站。",
      ],
    },
    firefox: {
      title: "电脑上的 Firefox",
      todo: [
        "下载上面的证书。",
        "打开“设置 → 隐私与安全 → 查看证书 → 证书颁发机构 → 导入”，选择该文件。",
        "勾选“信任由此证书颁发机构来标识网站”。",
      ],
    },
  },
};
