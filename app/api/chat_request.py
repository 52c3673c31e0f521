"""What POST /v1/chat/completions takes. Source: OpenAI's and llama-server's API references."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.api.fields import SamplingFields, not_supported
from app.api.wire import wrong
from app.language import Text

_RESERVED = Text("this name is reserved", "该名称已被保留")
_AT_LEAST_ONE = Text("must be at least 1, or -1 for no limit", "至少为 1；-1 表示不限")
_NEEDS_TEXT = Text("required, but missing", "必填，但缺少该字段")


class Part(msgspec.Struct):
    """A piece of a message; only those of type text are understood."""

    type: str
    text: str | None = None


class Function(msgspec.Struct):
    """What an earlier answer called."""

    name: str
    arguments: str


class ToolCall(msgspec.Struct):
    """A call in an earlier answer."""

    function: Function
    id: str | None = None
    type: Literal["function"] = "function"


class Message(msgspec.Struct):
    """One turn of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    name: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None

    def for_template(self, place: str) -> dict[str, Any]:
        """This message as chat templates know it. `place`: its path in what was sent.

        Raises: BadRequest; NotSupported.
        """
        # Templates of local models know no developer: that is OpenAI's later name for system.
        role = "system" if self.role == "developer" else self.role
        message: dict[str, Any] = {"role": role, "content": self._text(place)}
        if self.name is not None:
            message["name"] = self.name
        if self.tool_calls:
            message["tool_calls"] = [_call(call) for call in self.tool_calls]
        if self.tool_call_id is not None:
            message["tool_call_id"] = self.tool_call_id
        return message

    def _text(self, place: str) -> str:
        if isinstance(self.content, str):
            return self.content
        if self.content is None:
            if self.tool_calls:
                return ""
            raise wrong(f"{place}.content", _NEEDS_TEXT)
        return "\n".join(
            _part(part, f"{place}.content[{index}]") for index, part in enumerate(self.content)
        )


class StreamOptions(msgspec.Struct):
    """What a stream carries besides the text."""

    include_usage: bool | None = None


class ChatRequest(SamplingFields, kw_only=True):
    """A conversation to continue."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    model: str | None = None
    max_tokens: Annotated[int, Meta(ge=-1, le=2**31 - 1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=-1, le=2**31 - 1)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    chat_template_kwargs: dict[str, Any] | None = None

    @property
    def includes_usage(self) -> bool:
        """Whether the stream ends with the count of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def most_tokens(self) -> int | None:
        """How long the answer may become; None: as long as the context allows.

        Raises: BadRequest.
        """
        for field in ("max_completion_tokens", "max_tokens"):
            limit: int | None = getattr(self, field)
            if limit == 0:
                raise wrong(field, _AT_LEAST_ONE)
            if limit is not None:
                return None if limit == -1 else limit
        return None

    def template_variables(self) -> dict[str, Any]:
        """What the chat template gets besides the conversation, such as enable_thinking.

        Raises: BadRequest.
        """
        variables = self.chat_template_kwargs or {}
        for name in ("self", "messages"):
            if name in variables:
                raise wrong(f"chat_template_kwargs.{name}", _RESERVED)
        return variables

    def for_template(self) -> list[dict[str, Any]]:
        """The conversation as chat templates know it.

        Raises: BadRequest; NotSupported.
        """
        return [
            message.for_template(f"messages[{index}]")
            for index, message in enumerate(self.messages)
        ]


def _part(part: Part, place: str) -> str:
    if part.type != "text":
        raise not_supported(f"{place}.type")
    if part.text is None:
        raise wrong(f"{place}.text", _NEEDS_TEXT)
    return part.text


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.function.name, "arguments": _arguments(call.function.arguments)}
    return {"id": call.id, "type": call.type, "function": function}


def _arguments(text: str) -> Any:
    """Templates write arguments out as JSON themselves, so they get the value, not its text."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
