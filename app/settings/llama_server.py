"""Flags of llama-server that change nothing here, and those that are not for an assistant."""

from __future__ import annotations

from app.errors import BadSettings
from app.language import Text

# What is always so here, or has nothing to act upon; each with how many values follow it.
MOOT = {
    **dict.fromkeys(
        (
            *("-cb", "--cont-batching", "--jinja", "--no-jinja", "--warmup", "--no-warmup"),
            *("--cache-prompt", "--cache-idle-slots", "--no-cache-idle-slots", "--offline"),
            *("-bs", "--backend-sampling", "--no-mmproj", "--mmproj-auto"),
            *("--no-mmproj-auto", "--perf", "--no-perf", "--mmap", "--swa-full", "--escape", "-e"),
            *("--op-offload", "--no-op-offload", "--prefill-assistant", "--log-prefix"),
            *("--no-log-prefix", "--log-timestamps", "--no-log-timestamps", "--repack", "--props"),
            *("--no-repack", "-kvo", "--kv-offload", "--lora-init-without-apply", "--no-host"),
            *("-no-ag", "--no-agent", "--no-models-autoload", "--no-ui-mcp-proxy"),
        ),
        0,
    ),
    **dict.fromkeys(
        (
            *("-tb", "--threads-batch", "--threads-http", "-to", "--timeout", "--prio", "--poll"),
            *("--prio-batch", "--poll-batch", "--log-colors", "-lv", "--verbosity", "--numa"),
            *("--log-verbosity", "-dt", "--defrag-thold", "-ctxcp", "--ctx-checkpoints"),
            *("--swa-checkpoints", "-sps", "--slot-prompt-similarity", "--cache-reuse"),
            *(
                "--media-path",
                "--sse-ping-interval",
                "--spec-draft-n-min",
                "--draft-min",
                "--draft-n-min",
            ),
            *("--spec-draft-p-min", "--draft-p-min", "--spec-draft-p-split", "--draft-p-split"),
        ),
        1,
    ),
}

_NETWORK = Text(
    "it downloads a model, and the assistant never goes online: name a file with -m",
    "它会下载模型，而助手从不联网：请用 -m 指定文件",
)
_ROUTER = Text(
    "it manages many models, and one assistant has one: start a second one beside it",
    "它用于管理多个模型，而一个助手只有一个模型：请另启动一个助手",
)
_TOOLS = Text(
    "it lets the server run tools by itself, and here the client runs what the model calls",
    "它让服务器自行运行工具，而这里由客户端运行模型所调用的工具",
)
_PICTURES = Text(
    "it shows a file to the model once: send pictures in the messages of a chat",
    "它只把一个文件给模型看一次：请在对话消息中发送图片",
)
_POSITIONS = Text(
    "it changes how the model counts positions; its file says what it was trained for",
    "它改变模型的位置编码；模型文件已写明训练时的设定",
)
_PLACEMENT = Text(
    "it places parts of a model by hand; --gpu-layers is what can be set here",
    "它用于手动放置模型的各部分；这里只能设置 --gpu-layers",
)
_MAPPED = Text(
    "it chooses how weights come into memory; here they are always mapped where they lie",
    "它决定权重如何载入内存；这里权重总是就地映射",
)
_THREADS = Text(
    "it ties threads to processors, which the operating system does here: set --threads",
    "它把线程绑定到处理器，这里由操作系统负责：请设置 --threads",
)
_DRAFT = Text(
    "it tunes how answers are guessed ahead, which the assistant measures and decides by itself",
    "它用于调整预先猜测回答的方式，助手会自行测量并决定",
)
_CONSTRAINT = Text(
    "it binds every answer to one form: requests say so themselves, with response_format or "
    "grammar",
    "它把所有回答固定为一种格式：请在请求中用 response_format 或 grammar 指定",
)
_VECTORS = Text(
    "it shifts every answer by a control vector; LoRA adapters are what can be loaded here",
    "它用控制向量改变所有回答；这里只能加载 LoRA 适配器",
)
_THOUGHTS = Text(
    "it limits how long the model thinks: max_tokens limits thoughts and answer together",
    "它限制模型思考的长度：请用 max_tokens 限制思考和回答的总长度",
)
_PAGE = Text(
    "it replaces the page, and here the page is built in", "它用于替换网页，而这里的网页是内置的"
)
_PREFIX = Text(
    "it moves all addresses below a path: let a proxy do that", "它给所有地址加上前缀：请用代理实现"
)

_ELSEWHERE = {
    _NETWORK: (
        *("-hf", "-hfr", "--hf-repo", "-hff", "--hf-file", "-hft", "--hf-token", "-mu"),
        *(
            "-mmu",
            "--mmproj-url",
            "--model-url",
            "-hfd",
            "-hfrd",
            "--hf-repo-draft",
            "--spec-draft-hf",
            "-cl",
        ),
        "--cache-list",
    ),
    _ROUTER: ("--models-dir", "--models-preset", "--models-max", "--models-autoload"),
    _TOOLS: (
        *("--tools", "--tools-runtime", "--mcp-servers-config", "--mcp-servers-json", "-ag"),
        *("--agent", "--ui-mcp-proxy", "--webui-mcp-proxy"),
    ),
    _PICTURES: ("--image", "--audio"),
    _POSITIONS: (
        *("--rope-scaling", "--rope-scale", "--rope-freq-base", "--rope-freq-scale"),
        *("--yarn-orig-ctx", "--yarn-ext-factor", "--yarn-attn-factor", "--yarn-beta-slow"),
        *("--yarn-beta-fast", "--attention", "--override-kv", "-gan", "--grp-attn-n", "-gaw"),
        "--grp-attn-w",
    ),
    _PLACEMENT: (
        *("-sm", "--split-mode", "-ts", "--tensor-split", "-mg", "--main-gpu", "-dev", "--device"),
        *("-ot", "--override-tensor", "-cmoe", "--cpu-moe", "-ncmoe", "--n-cpu-moe", "-nkvo"),
        *(
            "--no-kv-offload",
            "--rpc",
        ),
    ),
    _MAPPED: ("--no-mmap", "--mlock", "-lm", "--load-mode"),
    _THREADS: ("-C", "--cpu-mask", "-Cr", "--cpu-range", "--cpu-strict", "--cpu-mask-batch"),
    _DRAFT: (
        *("--spec-synth-len", "--spec-synth-rates", "-lcs", "--lookup-cache-static", "-lcd"),
        *("--lookup-cache-dynamic", "-ngld", "--gpu-layers-draft", "--n-gpu-layers-draft"),
        *("-td", "--threads-draft", "-devd", "--device-draft", "--spec-ngram-size-n"),
    ),
    _CONSTRAINT: (
        "--grammar",
        "--grammar-file",
        "-j",
        "--json-schema",
        "-jf",
        "-l",
        "--logit-bias",
    ),
    _VECTORS: ("--control-vector", "--control-vector-scaled", "--control-vector-layer-range"),
    _THOUGHTS: ("--reasoning-budget", "--reasoning-budget-message"),
    _PAGE: ("--path", "--ui-config", "--webui-config", "--ui-config-file"),
    _PREFIX: ("--api-prefix",),
}
_REASONS = {flag: reason for reason, flags in _ELSEWHERE.items() for flag in flags}


def reason_against(flag: str) -> BadSettings | None:
    """Why a flag of llama-server is none here; None where it is not llama-server's."""
    if (reason := _REASONS.get(flag)) is None:
        return None
    return BadSettings(
        Text(
            f"{flag} is a flag of llama-server that there is not here: {reason.en}.",
            f"{flag} 是 llama-server 的选项，这里没有：{reason.zh}。",
        )
    )
