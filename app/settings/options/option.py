"""One setting: the parser, the environment, config.toml and --help follow what it says."""

from __future__ import annotations

from dataclasses import dataclass

from app.language import Text
from app.settings.kinds import Kind

MODEL = Text("Model", "模型")
MEMORY = Text("Memory and speed", "内存与速度")
ANSWERS = Text("Answers, where a request does not say it", "回答（请求未指定时）")
SAMPLING = Text("Sampling, where a request does not say it", "采样（请求未指定时）")
NETWORK = Text("Network", "网络")
ENDPOINTS = Text("Endpoints of llama-server", "llama-server 的接口")
DOCUMENTS = Text("Documents", "文档")
PICTURES = Text("Pictures", "图片")
SPEECH = Text("Speech", "语音")
PROGRAM = Text("Program", "程序")
GROUPS = (
    MODEL,
    MEMORY,
    ANSWERS,
    SAMPLING,
    NETWORK,
    ENDPOINTS,
    DOCUMENTS,
    PICTURES,
    SPEECH,
    PROGRAM,
)

FILE = Text("FILE", "文件")
FOLDER = Text("FOLDER", "文件夹")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting.

    `default` is read like any other text; `flag_only`: no other source sets it; `off`: flags that
    switch it off; `repeats`: given several times, it holds all of them, with commas between;
    `sampling`: it is the default of the sampling field of that name.
    """

    name: str
    flags: tuple[str, ...]
    kind: Kind
    group: Text
    help: Text
    default: str | None = None
    in_file: bool = True
    flag_only: bool = False
    off: tuple[str, ...] = ()
    repeats: bool = False
    sampling: bool = False

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
