"""Blocks of content in messages, and the same as OpenAI's API has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from app.api.vision import described
from app.api.vision.described import Piece
from app.api.wire import wrong
from app.errors import NotSupported
from app.language import Text

_NO_PICTURES = Text(
    "{field}: image input is not supported by this model. Send text only.",
    "{field}：该模型不支持图片输入，请只发送文字。",
)
_NO_BLOCK = Text(
    "{field}: blocks of type {type} are not supported here.",
    "{field}：此处不支持类型为 {type} 的内容块。",
)
_MISSING = Text("required, but missing", "必填，但缺少该字段")


class Block(msgspec.Struct):
    """A block of any type; which fields it has depends on that."""

    type: str
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    input: dict[str, Any] | None = None
    tool_use_id: str | None = None
    content: str | list[Block] | None = None
    is_error: bool | None = None
    cache_control: dict[str, Any] | None = None
    source: Any = None  # of a picture


Content = str | list[Block]


def content_of(content: Content, place: str) -> str | list[dict[str, Any]]:
    """Text blocks as one text, or with pictures among them. Raises: BadRequest; NotSupported."""
    if isinstance(content, str):
        return content
    pieces = [_piece(block, f"{place}[{index}]") for index, block in enumerate(content)]
    return described.together(pieces)


def messages(turns: Iterable[tuple[str, Content]]) -> list[dict[str, Any]]:
    """The conversation as OpenAI's API has it: results of tools are messages of their own.

    Raises: BadRequest; NotSupported.
    """
    found: list[dict[str, Any]] = []
    for number, (role, content) in enumerate(turns):
        place = f"messages[{number}].content"
        if isinstance(content, str):
            found.append({"role": role, "content": content})
        elif role == "assistant":
            found.append(_said(content, place))
        else:
            found += _asked(role, content, place)
    return found


def has_cache_mark(contents: Iterable[Content]) -> bool:
    """Whether a client asks for a prefix to be kept."""
    return any(
        block.cache_control is not None
        for content in contents
        if not isinstance(content, str)
        for block in content
    )


def _asked(role: str, content: list[Block], place: str) -> list[dict[str, Any]]:
    """Results come first: they answer the calls of the message before."""
    results, pieces = [], list[Piece]()
    for index, block in enumerate(content):
        field = f"{place}[{index}]"
        if block.type == "tool_result":
            text = content_of(block.content or "", f"{field}.content")
            results.append({"role": "tool", "tool_call_id": block.tool_use_id, "content": text})
        else:
            pieces.append(_piece(block, field))
    if pieces or not results:
        return [*results, {"role": role, "content": described.together(pieces)}]
    return results


def _said(content: list[Block], place: str) -> dict[str, Any]:
    pieces, thoughts, calls = list[Piece](), [], []
    for index, block in enumerate(content):
        field = f"{place}[{index}]"
        if block.type == "tool_use":
            calls.append(_call(block, field))
        elif block.type == "thinking":
            thoughts.append(block.thinking or "")
        elif block.type != "redacted_thinking":
            pieces.append(_piece(block, field))
    message: dict[str, Any] = {"role": "assistant", "content": described.together(pieces)}
    if thoughts:
        message["reasoning_content"] = "".join(thoughts)
    if calls:
        message["tool_calls"] = calls
    return message


def _call(block: Block, field: str) -> dict[str, Any]:
    if block.name is None:
        raise wrong(f"{field}.name", _MISSING)
    function = {"name": block.name, "arguments": block.input or {}}
    return {"id": block.id, "type": "function", "function": function}


def _picture(block: Block, field: str) -> str:
    source = block.source if isinstance(block.source, dict) else {}
    picture = source.get("url" if source.get("type") == "url" else "data")
    if not isinstance(picture, str):
        raise wrong(f"{field}.source", _MISSING)
    return picture


def _piece(block: Block, field: str) -> Piece:
    if block.type == "image" and described.can_read():
        found = described.piece(_picture(block, field), f"{field}.source")
        return f"\n{found}\n" if isinstance(found, str) else found
    if block.type == "image":
        raise NotSupported(_NO_PICTURES.filled(field=f"{field}.type"), f"{field}.type")
    if block.type != "text":
        message = _NO_BLOCK.filled(field=f"{field}.type", type=block.type)
        raise NotSupported(message, f"{field}.type")
    if block.text is None:
        raise wrong(f"{field}.text", _MISSING)
    return block.text
