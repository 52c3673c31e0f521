"""What POST /v1/messages answers, whole or as events."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from app.api.gathered import Gathered
from app.chat.reply import Arguments, ChatReply, Content, Event, Finished, Reasoning, ToolCall
from app.engine.reply import Usage

_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}


class MessageAnswer:
    """One answer's identity, its blocks so far, and its form on the wire."""

    def __init__(self, alias: str, reply: ChatReply) -> None:
        self._reply = reply
        self._found = Gathered()
        self._head = {
            "id": f"msg_{secrets.token_hex(12)}",
            "type": "message",
            "role": "assistant",
            "model": alias,
        }

    def take(self, item: Event | Finished) -> None:
        """Keep what came."""
        self._found.take(item)

    def whole(self) -> dict[str, Any]:
        """The answer in one piece."""
        usage = _usage(self._found.end.usage)
        return {**self._head, "content": self._blocks(), **self._ending(), "usage": usage}

    def events(self, items: Iterable[Event | Finished]) -> Iterator[dict[str, Any]]:
        """The answer as it comes. Blocks follow each other; each begins, grows and ends."""
        yield {"type": "message_start", "message": self._beginning()}
        block, number = "", -1
        for item in items:
            self.take(item)
            kind = _kind(item)
            if kind != block:
                if block:
                    yield from _ended(block, number)
                if not isinstance(item, Finished):
                    number += 1
                    yield _begun(item, number)
                block = kind
            if (delta := _delta(item)) is not None:
                yield {"type": "content_block_delta", "index": number, "delta": delta}
        usage = _usage(self._found.end.usage)
        yield {"type": "message_delta", "delta": self._ending(), "usage": usage}
        yield {"type": "message_stop"}

    def _beginning(self) -> dict[str, Any]:
        usage = {"input_tokens": self._reply.prompt_tokens, "output_tokens": 0}
        reasons = {"stop_reason": None, "stop_sequence": None}
        return {**self._head, "content": [], **reasons, "usage": usage}

    def _ending(self) -> dict[str, Any]:
        reason, stopped_by = self._found.end.reason, self._reply.stopped_by
        told = "stop_sequence" if stopped_by and reason == "stop" else _REASONS[reason]
        return {"stop_reason": told, "stop_sequence": stopped_by}

    def _blocks(self) -> list[dict[str, Any]]:
        found = self._found
        blocks: list[dict[str, Any]] = []
        if found.thoughts:
            blocks.append({"type": "thinking", "thinking": found.thoughts, "signature": ""})
        if found.text or not (found.calls or found.thoughts):
            blocks.append({"type": "text", "text": found.text})
        for call in found.calls:
            told = {"type": "tool_use", "id": call.id, "name": call.name}
            blocks.append({**told, "input": _input(call.arguments)})
        return blocks


def _kind(item: Event | Finished) -> str:
    """Which block an event belongs to; the end is none."""
    match item:
        case Content():
            return "text"
        case Reasoning():
            return "thinking"
        case ToolCall(index) | Arguments(index):
            return f"tool {index}"
    return ""


def _begun(item: Event, number: int) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": ""}
    if isinstance(item, Reasoning):
        block = {"type": "thinking", "thinking": "", "signature": ""}
    elif isinstance(item, ToolCall):
        block = {"type": "tool_use", "id": item.id, "name": item.name, "input": {}}
    return {"type": "content_block_start", "index": number, "content_block": block}


def _ended(block: str, number: int) -> Iterator[dict[str, Any]]:
    if block == "thinking":  # clients keep what signs a thought; nothing does here
        signed = {"type": "signature_delta", "signature": ""}
        yield {"type": "content_block_delta", "index": number, "delta": signed}
    yield {"type": "content_block_stop", "index": number}


def _delta(item: Event | Finished) -> dict[str, Any] | None:
    match item:
        case Content(text):
            return {"type": "text_delta", "text": text}
        case Reasoning(text):
            return {"type": "thinking_delta", "thinking": text}
        case Arguments(_, text):
            return {"type": "input_json_delta", "partial_json": text}
    return None


def _usage(usage: Usage) -> dict[str, int]:
    """As Anthropic counts: what was cached is not part of the input."""
    return {
        "input_tokens": usage.prompt_tokens - usage.cached_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.completion_tokens,
    }


def _input(arguments: str) -> Any:
    try:
        return json.loads(arguments or "{}")
    except (ValueError, RecursionError):  # a limit cut it off
        return {}
