"""What the blueprints work with; the assembly builds it once, the app carries it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import Flask, current_app

from app.api.assist.talks import Talks
from app.api.running import Running
from app.bundle.directory import Entry
from app.bundle.page import PageFiles
from app.chat.request import ReasoningFormat
from app.engine.embedding import Embedder
from app.engine.engine import Engine
from app.engine.metrics import Window
from app.engine.request import Sampling
from app.errors import SwitchedOff
from app.language import Text
from app.security.security import Security

if TYPE_CHECKING:  # importing it takes time that the start does not have
    from app.conversations.history import History
    from app.knowledge.library import Library
    from app.speech.hearing import Hearing
    from app.speech.speaking import Speaking
    from app.vision.sight import Sight

MIB = 2**20

_NO_LIBRARY = Text(
    "Documents are switched off in this start of the assistant.",
    "本次启动没有启用文档功能。",
)
_NO_HISTORY = Text("This start of the assistant keeps no conversations.", "本次启动不保存对话。")
_NO_HEARING = Text(
    "There is no speech model inside this file. Name one: --whisper-model model.bin",
    "本文件中没有语音模型。请指定一个：--whisper-model model.bin",
)
_NO_VOICE = Text(
    "There is no voice inside this file. Build it with speech, or use a file that has it.",
    "本文件中没有语音合成功能。请构建包含语音功能的文件，或使用已包含该功能的文件。",
)
_NO_SIGHT = Text(
    "There is no text recognition inside this file. Build it with documents, or use a file that "
    "has them.",
    "本文件中没有文字识别功能。请构建包含文档功能的文件，或使用已包含该功能的文件。",
)

Thoughts = ReasoningFormat | Literal["deepseek-legacy"]


def reasoning(thoughts: Thoughts, streams: bool = False) -> ReasoningFormat:
    """Where thoughts go in a reply; the legacy way leaves them in the text where it streams.

    Source: llama.cpp, common/common.h, `common_reasoning_format`.
    """
    if thoughts == "deepseek-legacy":
        return "none" if streams else "deepseek"
    return thoughts


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts where a request does not say it."""

    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    keep_tokens: int = 0  # of a prompt, where the context is shifted
    reasoning: Thoughts = "auto"
    thinking: bool | None = None
    template_variables: Mapping[str, Any] = field(default_factory=dict)
    verbose: bool = False  # answers tell the prompt that they were made of


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Which of llama-server's own endpoints answer."""

    slots: bool = True
    metrics: bool = False
    props: bool = False


@dataclass(frozen=True, slots=True)
class Services:
    """`security`: who may use it all.

    `aliases`: other names of the model; `origins`: the sites whose pages may ask, "*" for all,
    "localhost" for those of this machine.
    """

    engine: Engine
    page: PageFiles
    model_alias: str
    version: str
    security: Security = field(default_factory=Security)
    max_body_bytes: int = 32 * MIB
    max_upload_bytes: int = 2048 * MIB  # of a form with files
    started: int = field(default_factory=lambda: int(time.time()))
    running: Running = field(default_factory=Running)
    talks: Talks = field(default_factory=Talks)
    model_path: str = ""
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    defaults: Defaults = field(default_factory=Defaults)
    endpoints: Endpoints = field(default_factory=Endpoints)
    data_folder: str | None = None  # None: what is kept is gone with this start
    entries: tuple[Entry, ...] = ()  # what is inside the file
    window: Window = field(default_factory=Window)  # of /metrics
    embedder: Embedder | None = None
    library: Library | None = None  # None: documents are switched off
    history: History | None = None  # None: no conversations are kept
    hearing: Hearing | None = None  # None: there is no speech model
    voice: Speaking | None = None  # None: there is none
    sight: Sight | None = None  # None: there is no text recognition
    fetch: Callable[[str], bytes] | None = None  # of pictures; None: none are fetched

    @property
    def documents(self) -> Library:
        """The documents. Raises: SwitchedOff."""
        if self.library is None:
            raise SwitchedOff(_NO_LIBRARY)
        return self.library

    @property
    def conversing(self) -> History:
        """The conversations. Raises: SwitchedOff."""
        if self.history is None:
            raise SwitchedOff(_NO_HISTORY)
        return self.history

    @property
    def listening(self) -> Hearing:
        """What recognizes speech. Raises: SwitchedOff."""
        if self.hearing is None:
            raise SwitchedOff(_NO_HEARING)
        return self.hearing

    @property
    def speaking(self) -> Speaking:
        """What speaks. Raises: SwitchedOff."""
        if self.voice is None:
            raise SwitchedOff(_NO_VOICE)
        return self.voice

    @property
    def seeing(self) -> Sight:
        """What finds text in pictures. Raises: SwitchedOff."""
        if self.sight is None:
            raise SwitchedOff(_NO_SIGHT)
        return self.sight

    @property
    def loading(self) -> Engine | Embedder:
        """What has to be ready: what answers, or where nothing answers, what makes vectors."""
        if self.embedder and isinstance(self.engine.failure, SwitchedOff):
            return self.embedder
        return self.engine

    @property
    def build(self) -> str:
        """The version, as llama-server's clients expect it."""
        return f"b{self.version}"


def give(services: Services, app: Flask) -> None:
    """Let every request of `app` work with these services."""
    app.extensions["services"] = services


def of(app: Flask) -> Services:
    """The services of an app."""
    return cast(Services, app.extensions["services"])


def services() -> Services:
    """The services of the app that handles this request."""
    return of(current_app)
