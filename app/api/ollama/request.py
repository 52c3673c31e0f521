"""What POST /api/chat, /api/generate and /api/embed take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.api.fields import GenerationFields, not_supported
from app.api.openai.messages import ToolCall
from app.api.openai.tools import ToolFields, tools
from app.api.services import reasoning, services
from app.api.vision import described
from app.api.wire import wrong
from app.chat.request import ChatRequest, ResponseFormat
from app.errors import NotSupported
from app.language import Text

_NO_PICTURES = Text(
    "{field}: image input is not supported by this model. Send text only.",
    "{field}：该模型不支持图片输入，请只发送文字。",
)
_FORMAT = Text("must be “json” or a JSON schema", "应为 “json” 或 JSON schema")

Format = str | dict[str, Any]
Think = bool | Literal["low", "medium", "high"]


class Options(GenerationFields, kw_only=True):
    """How tokens are chosen; `num_predict` is Ollama's name for how many."""

    num_predict: Annotated[int, Meta(ge=-2, le=2**31 - 1)] | None = None

    def __post_init__(self) -> None:
        self.return_progress = None  # no field of this protocol

    def most_tokens(self) -> int | None:
        """How long the answer may become; -1 and -2: as long as the context allows."""
        if self.num_predict is not None:
            self.n_predict = self.num_predict if self.num_predict > 0 else -1
        return super().most_tokens()


class Message(msgspec.Struct):
    """One turn of the conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    thinking: str | None = None
    images: list[str] | None = None
    tool_calls: list[ToolCall] | None = None
    tool_name: str | None = None

    def for_chat(self, place: str) -> dict[str, Any]:
        """This message as OpenAI's API has it. Raises: BadRequest; NotSupported."""
        content = with_pictures(self.content, self.images, f"{place}.images")
        message: dict[str, Any] = {"role": self.role, "content": content}
        if self.thinking:
            message["reasoning_content"] = self.thinking
        if self.tool_name:
            message["name"] = self.tool_name
        if self.tool_calls:
            message["tool_calls"] = [
                {"type": "function", "id": each.id, "function": msgspec.to_builtins(each.function)}
                for each in self.tool_calls
            ]
        return message


class Request(msgspec.Struct, kw_only=True):
    """What chat and generate have in common. Streams, unless told not to."""

    model: str | None = None
    stream: bool | None = None
    format: Format | None = None
    options: Options | None = None
    think: Think | None = None
    keep_alive: Any = None

    @property
    def streams(self) -> bool:
        """Whether the answer comes in lines."""
        return self.stream is not False

    def chat(self, messages: list[dict[str, Any]], **more: Any) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest."""
        options, defaults = self.options or Options(), services().defaults
        variables = dict(defaults.template_variables)
        if isinstance(self.think, str):
            variables["reasoning_effort"] = self.think
        return ChatRequest(
            messages=messages,
            response_format=_format(self.format),
            reasoning=reasoning(defaults.reasoning),
            thinking=defaults.thinking if self.think is None else bool(self.think),
            template_variables=variables,
            generation=options.generation(),
            stop=options.stops(),
            **more,
        )


class OllamaChatRequest(Request, kw_only=True):
    """A conversation to continue."""

    messages: list[Message] = []
    tools: list[ToolFields] | None = None

    def asked(self) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest; NotSupported."""
        turns = [each.for_chat(f"messages[{n}]") for n, each in enumerate(self.messages)]
        last = self.messages[-1]
        return self.chat(
            turns,
            tools=tools(self.tools or []),
            continue_last=last.role == "assistant" and not last.tool_calls,
        )


class GenerateRequest(Request, kw_only=True):
    """A prompt to answer; `raw`: to continue as it is."""

    prompt: str = ""
    system: str | None = None
    suffix: str | None = None
    raw: bool | None = None
    template: str | None = None
    context: list[int] | None = None
    images: list[str] | None = None

    def asked(self) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest; NotSupported."""
        prompt = with_pictures(self.prompt, self.images, "images")
        for name in ("template", "context"):
            if getattr(self, name):
                raise not_supported(name)
        system = [{"role": "system", "content": self.system}] if self.system else []
        return self.chat([*system, {"role": "user", "content": prompt}])


class EmbedRequest(msgspec.Struct):
    """What to make vectors of."""

    input: str | list[str]
    model: str | None = None
    truncate: bool | None = None
    dimensions: Annotated[int, Meta(ge=1)] | None = None
    keep_alive: Any = None
    options: dict[str, Any] | None = None


class EmbedOneRequest(msgspec.Struct):
    """What to make a vector of."""

    prompt: str
    model: str | None = None
    keep_alive: Any = None
    options: dict[str, Any] | None = None


def with_pictures(text: str, images: list[str] | None, field: str) -> str | list[dict[str, Any]]:
    """A text behind its pictures. Raises: BadRequest; NotSupported."""
    if not images:
        return text
    if not described.can_read():
        raise NotSupported(_NO_PICTURES.filled(field=field), field)
    pieces = [described.piece(each, f"{field}[{n}]") for n, each in enumerate(images)]
    return described.together([*pieces, text], "\n")


def _format(given: Format | None) -> ResponseFormat | None:
    if given in (None, ""):
        return None
    if given == "json":
        return ResponseFormat(None, "format")
    if isinstance(given, str):
        raise wrong("format", _FORMAT)
    return ResponseFormat(given, "format")
