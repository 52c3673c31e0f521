"""Every setting, in one table: the parser, the environment, config.toml and --help follow it."""

from __future__ import annotations

from dataclasses import dataclass

from app.language import Text
from app.settings.kinds import Kind, Location, OneOf, Switch, Whole, Words

MODEL = Text("Model", "模型")
NETWORK = Text("Network", "网络")
PROGRAM = Text("Program", "程序")
GROUPS = (MODEL, NETWORK, PROGRAM)

FILE = Text("FILE", "文件")
FOLDER = Text("FOLDER", "文件夹")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `default` is read like any other text; `flag_only`: no other source sets it."""

    name: str
    flags: tuple[str, ...]
    kind: Kind
    group: Text
    help: Text
    default: str | None = None
    in_file: bool = True
    flag_only: bool = False

    @property
    def flag(self) -> str:
        """The long flag, by which messages call this setting."""
        return self.flags[-1]

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"ASSISTANT_{self.name.upper()}"

    @property
    def key(self) -> str:
        """Its key in config.toml."""
        return self.name.replace("_", "-")


OPTIONS = (
    Option(
        "model",
        ("-m", "--model"),
        Location(FILE),
        MODEL,
        Text(
            "Answer with this GGUF file. Without it: the model inside this file.",
            "用这个 GGUF 文件回答。不指定时使用本文件自带的模型。",
        ),
    ),
    Option(
        "ctx_size",
        ("-c", "--ctx-size"),
        Whole(0, 2**24),
        MODEL,
        Text(
            "Tokens held at once: what was said and what is answered, of all who ask at the "
            "same time; 0: as many as the model was trained for. More takes more memory.",
            "同时容纳的词元总数（所有并行对话的内容和回答）；0 表示模型训练时的长度。"
            "越大越占内存。",
        ),
        default="8192",
    ),
    Option(
        "parallel",
        ("-np", "--parallel"),
        Whole(1, 256),
        MODEL,
        Text("How many answers run at the same time.", "同时进行的回答数。"),
        default="4",
    ),
    Option(
        "threads",
        ("-t", "--threads"),
        Whole(1, 1024, auto=True),
        MODEL,
        Text(
            "Processor threads; auto: one for each physical core that this program may use.",
            "处理器线程数；auto 表示程序可用的每个物理核心一个。",
        ),
        default="auto",
    ),
    Option(
        "gpu_layers",
        ("-ngl", "--gpu-layers"),
        Whole(0, 9999, auto=True),
        MODEL,
        Text(
            "Layers of the model on the graphics card; auto: all of them where one can be used.",
            "放到显卡上的模型层数；auto 表示有可用显卡时全部放上去。",
        ),
        default="auto",
    ),
    Option(
        "batch_size",
        ("-b", "--batch-size"),
        Whole(1, 2**16),
        MODEL,
        Text("Most tokens that one step reads.", "每一步最多读入的词元数。"),
        default="2048",
    ),
    Option(
        "ubatch_size",
        ("-ub", "--ubatch-size"),
        Whole(1, 2**16),
        MODEL,
        Text("Tokens computed at once within a step.", "一步之内一次计算的词元数。"),
        default="512",
    ),
    Option(
        "cpu",
        ("--cpu",),
        Words(Text("VARIANT", "版本"), Text("the name of a variant", "一个版本的名称")),
        MODEL,
        Text(
            "Force a build of the engine for a kind of processor (“assistant doctor” lists "
            "them); auto: the fastest one that is proved to run here.",
            "强制使用为某类处理器编译的引擎（用 assistant doctor 查看有哪些）；"
            "auto 表示经验证可在本机运行的最快版本。",
        ),
        default="auto",
    ),
    Option(
        "host",
        ("--host",),
        Words(Text("ADDRESS", "地址"), Text("an address or a host name", "一个地址或主机名")),
        NETWORK,
        Text(
            "Address to listen on; 0.0.0.0: reachable from the whole network.",
            "监听的地址；0.0.0.0 表示整个网络都能访问。",
        ),
        default="127.0.0.1",
    ),
    Option(
        "port",
        ("--port",),
        Whole(0, 65535),
        NETWORK,
        Text(
            "Port to listen on; 0: any free one. Left at its default, the next free one is "
            "taken when another program has it.",
            "监听的端口；0 表示任选一个空闲端口。未指定而默认端口被占用时，使用下一个空闲端口。",
        ),
        default="8080",
    ),
    Option(
        "api_key",
        ("--api-key",),
        Words(Text("KEY", "密钥"), Text("a text that is not empty", "非空的文字")),
        NETWORK,
        Text(
            "Ask every client for this key. Better set by ASSISTANT_API_KEY: other users of "
            "this machine can read command lines.",
            "要求每个客户端提供此密钥。最好用 ASSISTANT_API_KEY 设置：本机其他用户能看到命令行。",
        ),
    ),
    Option(
        "no_browser",
        ("--no-browser",),
        Switch(),
        NETWORK,
        Text("Do not open the browser.", "不打开浏览器。"),
        default="false",
    ),
    Option(
        "data",
        ("--data",),
        Location(FOLDER),
        PROGRAM,
        Text(
            "Folder for everything that is kept, config.toml included. Without it: "
            "“assistant-data” beside the program if there is one, else your user folder for "
            "programs' data.",
            "存放所有数据（包括 config.toml）的文件夹。不指定时：若程序旁边有 "
            "assistant-data 文件夹就用它，否则用系统的用户数据文件夹。",
        ),
        in_file=False,
    ),
    Option(
        "log_file",
        ("--log-file",),
        Location(FILE),
        PROGRAM,
        Text("Write the log to this file as well.", "同时把日志写入这个文件。"),
    ),
    Option(
        "verbose",
        ("-v", "--verbose"),
        Switch(),
        PROGRAM,
        Text("Show the log in the terminal.", "在终端显示日志。"),
        default="false",
    ),
    Option(
        "lang",
        ("--lang",),
        OneOf(("auto", "en", "zh")),
        PROGRAM,
        Text(
            "Language of the messages in the terminal; auto: the terminal's own.",
            "终端消息的语言；auto 表示跟随终端。",
        ),
        default="auto",
    ),
    Option(
        "help",
        ("-h", "--help"),
        Switch(),
        PROGRAM,
        Text("Show this help.", "显示本帮助。"),
        flag_only=True,
    ),
    Option(
        "version",
        ("--version",),
        Switch(),
        PROGRAM,
        Text("Show the version.", "显示版本。"),
        flag_only=True,
    ),
)
