"""The items that a response's output is made of: a text, a thought, or a call."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from app.api.documents.wire import Citation
from app.chat.reply import Arguments, Content, Event, Reasoning, ToolCall

Told = dict[str, Any]


class OutputItem(Protocol):
    """An item that begins, grows and ends."""

    def takes(self, event: Event) -> bool:
        """Whether an event goes on with it."""

    def opening(self) -> Iterator[Told]:
        """That it begins."""

    def grown(self, event: Event) -> Iterator[Told]:
        """What an event adds."""

    def closing(self) -> Iterator[Told]:
        """That it is complete."""

    def whole(self) -> Told:
        """All of it so far."""


def item_for(event: Event, begins: int = 0) -> OutputItem:
    """The item that an event begins. `begins`: how many characters of text came before."""
    match event:
        case Content():
            return Written("msg", "message", "output_text", Content, begins)
        case Reasoning():
            return Written("rs", "reasoning", "reasoning_text", Reasoning)
        case ToolCall(_, id_, name):
            return _Called(id_, name)
        case Arguments():
            raise AssertionError("arguments follow their call")


class Written:
    """A text, or a thought: one part of text within an item."""

    def __init__(
        self,
        prefix: str,
        kind: str,
        part: str,
        event: type[Content | Reasoning],
        begins: int = 0,
    ) -> None:
        self.begins = begins
        self._annotations: list[Told] = []
        self._id = f"{prefix}_{secrets.token_hex(12)}"
        self._kind = kind
        self._part_kind = part
        self._event = event
        self._text = ""
        self._status = "in_progress"

    def takes(self, event: Event) -> bool:
        """Whether an event goes on with it."""
        return isinstance(event, self._event)

    def opening(self) -> Iterator[Told]:
        """That it begins."""
        yield {"type": "response.output_item.added", "item": {**self.whole(), "content": []}}
        yield {"type": "response.content_part.added", **self._place(), "part": self._part()}

    def grown(self, event: Event) -> Iterator[Told]:
        """What an event adds."""
        assert isinstance(event, Content | Reasoning)
        self._text += event.text
        yield {"type": f"response.{self._part_kind}.delta", **self._place(), "delta": event.text}

    def closing(self) -> Iterator[Told]:
        """That it is complete."""
        self._status = "completed"
        yield {"type": f"response.{self._part_kind}.done", **self._place(), "text": self._text}
        yield {"type": "response.content_part.done", **self._place(), "part": self._part()}
        yield {"type": "response.output_item.done", "item": self.whole()}

    def whole(self) -> Told:
        """All of it so far."""
        head = {"id": self._id, "type": self._kind, "status": self._status}
        more: Told = {"role": "assistant"} if self._kind == "message" else {"summary": []}
        return {**head, **more, "content": [self._part()]}

    def annotated(self, citation: Citation) -> Iterator[Told]:
        """What bears out a sentence of it. OpenAI's `index` is the sentence's end; more is ours."""
        more = msgspec.to_builtins(citation)
        more |= {"start": citation.start - self.begins, "end": citation.end - self.begins}
        told = {
            **more,
            "type": "file_citation",
            "file_id": citation.document,
            "filename": citation.name,
            "index": citation.end - self.begins,
        }
        self._annotations.append(told)
        place = {**self._place(), "annotation_index": len(self._annotations) - 1}
        yield {"type": "response.output_text.annotation.added", **place, "annotation": told}

    def _place(self) -> Told:
        return {"item_id": self._id, "content_index": 0}

    def _part(self) -> Told:
        part: Told = {"type": self._part_kind, "text": self._text}
        if self._kind == "message":
            part |= {"annotations": [*self._annotations], "logprobs": []}
        return part


class _Called:
    """A call of a function."""

    def __init__(self, call_id: str, name: str) -> None:
        self._id = f"fc_{secrets.token_hex(12)}"
        self._call_id = call_id
        self._name = name
        self._arguments = ""
        self._status = "in_progress"

    def takes(self, event: Event) -> bool:
        return isinstance(event, Arguments)

    def opening(self) -> Iterator[Told]:
        yield {"type": "response.output_item.added", "item": self.whole()}

    def grown(self, event: Event) -> Iterator[Told]:
        if isinstance(event, Arguments):
            self._arguments += event.text
            kind = "response.function_call_arguments.delta"
            yield {"type": kind, "item_id": self._id, "delta": event.text}

    def closing(self) -> Iterator[Told]:
        self._status = "completed"
        kind = "response.function_call_arguments.done"
        told = {"arguments": self._arguments, "name": self._name}
        yield {"type": kind, "item_id": self._id, **told}
        yield {"type": "response.output_item.done", "item": self.whole()}

    def whole(self) -> Told:
        return {
            "id": self._id,
            "type": "function_call",
            "status": self._status,
            "call_id": self._call_id,
            "name": self._name,
            "arguments": self._arguments,
        }
