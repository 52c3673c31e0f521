"""The messages of a conversation, as OpenAI has them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.api.vision import described
from app.api.vision.described import Piece
from app.api.wire import wrong
from app.errors import NotSupported
from app.language import Text

_NEEDS_TEXT = Text("required, but missing", "必填，但缺少该字段")
_NO_PICTURES = Text(
    "{field}: image input is not supported by this model. Send text only.",
    "{field}：该模型不支持图片输入，请只发送文字。",
)
_TEXT_ONLY = Text(
    "{field}: only parts of type text are supported.", "{field}：只支持类型为 text 的内容。"
)
_TWO_ENDS = Text(
    "Only one message of the assistant can stand at the end, to be continued.",
    "末尾只能有一条 assistant 消息用于续写。",
)


class Part(msgspec.Struct):
    """A piece of a message: text, or a picture."""

    type: str
    text: str | None = None
    image_url: Any = None

    def piece(self, place: str) -> Piece:
        """What the model gets of it. Raises: BadRequest; NotSupported."""
        if self.type not in ("image_url", "input_image") or not described.can_read():
            return part_text(self.type, self.text, place)
        url, field = self.image_url, f"{place}.image_url"
        if isinstance(url, dict):
            url, field = url.get("url"), f"{field}.url"
        if not isinstance(url, str):
            raise wrong(field, _NEEDS_TEXT)
        return described.piece(url, field)


class Function(msgspec.Struct):
    """What an earlier answer called."""

    name: str
    arguments: str | dict[str, Any] = ""


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
    reasoning_content: str | None = None
    prefix: bool | None = None

    def for_chat(self, place: str, between: str = "\n") -> dict[str, Any]:
        """This message as chats know it. `place`: its path in what was sent; `between`: its parts.

        Raises: BadRequest; NotSupported.
        """
        # Templates of local models know no developer: that is OpenAI's later name for system.
        role = "system" if self.role == "developer" else self.role
        message: dict[str, Any] = {"role": role, "content": self._content(place, between)}
        for name in ("name", "tool_call_id", "reasoning_content"):
            if (value := getattr(self, name)) is not None:
                message[name] = value
        if self.tool_calls:
            message["tool_calls"] = [_call(call) for call in self.tool_calls]
        return message

    def _content(self, place: str, between: str) -> str | list[dict[str, Any]]:
        if isinstance(self.content, str):
            return self.content
        if self.content is None:
            if self.tool_calls or self.reasoning_content:
                return ""
            raise wrong(f"{place}.content", _NEEDS_TEXT)
        return content_of(self.content, f"{place}.content", between)


def content_of(parts: list[Part], place: str, between: str) -> str | list[dict[str, Any]]:
    """Parts as one text, or with pictures among them. Raises: BadRequest; NotSupported."""
    pieces = [part.piece(f"{place}[{index}]") for index, part in enumerate(parts)]
    return described.together(pieces, between)


def part_text(kind: str, text: str | None, place: str) -> str:
    """The text of a part. Raises: BadRequest; NotSupported."""
    if kind not in ("text", "input_text", "output_text"):
        message = _NO_PICTURES if "image" in kind else _TEXT_ONLY
        raise NotSupported(message.filled(field=f"{place}.type"), f"{place}.type")
    if text is None:
        raise wrong(f"{place}.text", _NEEDS_TEXT)
    return text


def for_chat(messages: list[Message]) -> list[dict[str, Any]]:
    """The conversation as chats know it. Raises: BadRequest; NotSupported."""
    if len(messages) > 1 and messages[-1].role == messages[-2].role == "assistant":
        raise wrong("messages", _TWO_ENDS)
    found = [message.for_chat(f"messages[{index}]") for index, message in enumerate(messages)]
    if messages[-1].role == "assistant":
        # llama-server joins the parts of an answer that is to be continued as paragraphs.
        found[-1] = messages[-1].for_chat(f"messages[{len(messages) - 1}]", "\n\n")
    return found


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.function.name, "arguments": call.function.arguments}
    return {"id": call.id, "type": call.type, "function": function}
