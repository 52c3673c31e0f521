"""Pictures in a conversation: parts of a message, beside its texts.

A template knows only text: each picture is in it as a mark that nobody can guess, and is put where
the mark stands in what the template wrote.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.chat.prompt import prompt_text
from app.chat.request import ChatRequest
from app.engine.model import Model
from app.engine.pictures.picture import Pixels, Seen
from app.errors import BadRequest, NotSupported
from app.language import Language, Text

PICTURE = "picture"
SHOWN = "<__media__>"
"""What stands for a picture where a prompt is told as text. Source: llama.cpp, tools/mtmd."""

_WRITTEN = Text("[Text in the picture: {text}]", "[图片中的文字：{text}]")
_NOTHING = Text("[A picture without readable text]", "[一张没有可识别文字的图片]")
_IN_WORDS = re.compile(r"\[(?:Text in the picture: |图片中的文字：)(.*?)\](?=\n|$)", re.DOTALL)

BLIND = Text(
    "This model cannot see pictures. Start with a model that can, and with --mmproj.",
    "该模型看不懂图片。请用支持图片的模型启动，并指定 --mmproj。",
)
LEFT_OUT = Text(
    "The model's chat template leaves out a picture: put pictures into messages of the user.",
    "模型的对话模板略去了一张图片：请把图片放在 user 消息中。",
)


def part(pixels: Pixels, file: bytes) -> dict[str, Any]:
    """A picture as a part of a message. `file`: as it was sent."""
    return {"type": PICTURE, "picture": pixels, "file": file}


def pictures_in(message: Mapping[str, Any]) -> list[bytes]:
    """The files of a message's pictures."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    return [each["file"] for each in parts if each["type"] == PICTURE]


def written(text: str, language: Language) -> str:
    """What a model that cannot see gets for a picture: the text in it, marked as such."""
    return (_WRITTEN.filled(text=text) if text else _NOTHING).of(language)


def unmarked(text: str) -> str:
    """A text in which pictures are no more than what is written in them."""
    for nothing in (_NOTHING.en, _NOTHING.zh):
        text = text.replace(nothing, "")
    return _IN_WORDS.sub(r"\1", text)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a template wrote. `text` shows its pictures as marks that all look alike."""

    text: str
    parts: tuple[str | Pixels, ...]

    def read(self, model: Model) -> Seen:
        """The prompt in tokens. Raises: BadRequest; PictureRefused."""
        if len(self.parts) == 1:
            return Seen(model.whole_prompt(self.text))
        if not model.sees:
            raise NotSupported(BLIND, field="messages")
        return model.prompt_with(self.parts)


def prompt_of(model: Model, request: ChatRequest) -> Prompt:
    """The prompt for a request. Raises: BadRequest; NotSupported."""
    marks = _Marks()
    messages = [marks.put(message) for message in request.messages]
    text = prompt_text(model.template, replace(request, messages=messages))
    return marks.taken_out(text)


@dataclass(slots=True)
class _Marks:
    """The pictures of one prompt, by their marks."""

    pictures: dict[str, Pixels] = field(default_factory=dict)

    def put(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """The message with marks in place of its pictures."""
        content = message.get("content")
        if not isinstance(content, list) or not any(each["type"] == PICTURE for each in content):
            return message
        texts = (
            self._mark(each["picture"]) if each["type"] == PICTURE else each.get("text", "")
            for each in content
        )
        return {**message, "content": "".join(texts)}

    def taken_out(self, text: str) -> Prompt:
        """What a template wrote, in parts. Raises: BadRequest, where a mark is missing."""
        if not self.pictures:
            return Prompt(text, (text,))
        pieces = re.split(f"({'|'.join(map(re.escape, self.pictures))})", text)
        parts = tuple(self.pictures.get(piece, piece) for piece in pieces if piece)
        if sum(isinstance(each, Pixels) for each in parts) < len(self.pictures):
            raise BadRequest(LEFT_OUT, field="messages")
        shown = "".join(SHOWN if piece in self.pictures else piece for piece in pieces)
        return Prompt(shown, parts)

    def _mark(self, pixels: Pixels) -> str:
        mark = (
            f"__picture_{secrets.token_hex(16)}__"  # of letters that no template writes otherwise
        )
        self.pictures[mark] = pixels
        return mark
