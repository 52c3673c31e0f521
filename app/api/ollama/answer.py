"""What Ollama's endpoints answer, whole or in lines. Times are in nanoseconds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from app.api.gathered import Gathered
from app.chat.reply import Content, Event, Finished, Reasoning

Part = dict[str, Any]


class OllamaAnswer:
    """One answer and its form on the wire. `chats`: its text is a message, not a `response`."""

    def __init__(self, alias: str, chats: bool) -> None:
        self._alias = alias
        self._chats = chats
        self._started_ns = time.perf_counter_ns()
        self._found = Gathered()

    def lines(self, items: Iterable[Event | Finished]) -> Iterator[Part]:
        """The answer as it comes; calls come whole, at the end."""
        for item in items:
            self._found.take(item)
            match item:
                case Content(text):
                    yield self._line(text)
                case Reasoning(text):
                    yield self._line("", thinking=text)
        if self._found.calls:
            yield self._line("", calls=self._calls())
        yield {**self._line(""), **self._ending()}

    def whole(self, items: Iterable[Event | Finished]) -> Part:
        """The answer in one piece."""
        for item in items:
            self._found.take(item)
        found = self._found
        return {**self._line(found.text, found.thoughts, self._calls()), **self._ending()}

    def _line(self, text: str, thinking: str = "", calls: list[Part] | None = None) -> Part:
        head: Part = {"model": self._alias, "created_at": now(), "done": False}
        more: Part = {"thinking": thinking} if thinking else {}
        if not self._chats:
            return {**head, "response": text, **more}
        if calls:
            more["tool_calls"] = calls
        return {**head, "message": {"role": "assistant", "content": text, **more}}

    def _calls(self) -> list[Part]:
        return [
            {"function": {"index": number, "name": each.name, "arguments": _value(each.arguments)}}
            for number, each in enumerate(self._found.calls)
        ]

    def _ending(self) -> Part:
        end = self._found.end
        timings = end.timings
        return {
            "done": True,
            "done_reason": "length" if end.reason == "length" else "stop",
            "total_duration": time.perf_counter_ns() - self._started_ns,
            "load_duration": 0,
            "prompt_eval_count": end.usage.prompt_tokens,
            "prompt_eval_duration": round(timings.prompt_ms * 1e6),
            "eval_count": end.usage.completion_tokens,
            "eval_duration": round(timings.predicted_ms * 1e6),
        }


def now() -> str:
    """The time as Ollama writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _value(arguments: str) -> Any:
    try:
        return json.loads(arguments or "{}")
    except (ValueError, RecursionError):  # a limit cut it off
        return {}
