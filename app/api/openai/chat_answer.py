"""What POST /v1/chat/completions answers, whole or in chunks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from app.api.counts import interim_fields, timing_fields, total, usage_fields
from app.api.gathered import Gathered
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.probabilities import token_fields
from app.api.services import Services
from app.chat.reply import Arguments, Content, Event, Finished, Reasoning, ToolCall

_encode = msgspec.json.Encoder().encode


class ChatAnswer:
    """One answer's identity, its choices so far, and its form on the wire."""

    def __init__(self, asked: ChatCompletionRequest, services: Services, prompt: str) -> None:
        self._asked = asked
        self._is_verbose = services.defaults.verbose if asked.verbose is None else asked.verbose
        self._model = services.engine.model
        self._prompt = prompt
        self._choices = [Gathered() for _ in range(asked.n or 1)]
        self._last = 0  # the choice that something came for last
        self._head = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": services.model_alias,
            "system_fingerprint": services.build,
        }

    def take(self, number: int, item: Event | Finished) -> None:
        """Keep what came for one choice."""
        self._choices[number].take(item)
        self._last = number

    def opening(self) -> Iterator[bytes]:
        """The first chunk of each choice: who speaks."""
        for number in range(len(self._choices)):
            yield self._chunk(number, {"role": "assistant", "content": None})

    def chunk(self, number: int, item: Event | Finished) -> bytes | None:
        """What came for one choice, as a chunk; the last end of all comes in `closing`."""
        self.take(number, item)
        if isinstance(item, Finished):
            is_last = all(each.finished for each in self._choices)
            return None if is_last else self._chunk(number, {}, item.reason)
        if not isinstance(item, Content):
            return self._chunk(number, _delta(item))
        if item.progress:
            parts = self._parts(number, {}, None)
        else:
            parts = self._parts(number, _delta(item), None, self._logprobs(item.tokens))
        timed = bool(self._asked.timings_per_token)
        return _encode({**parts, **interim_fields(item.tokens, item.progress, timed)})

    def closing(self) -> Iterator[bytes]:
        """The last chunks: why it ended; if asked for, the count of tokens in one of its own.

        Source: llama-server, which puts `timings` into the last chunk.
        """
        end = self._choices[self._last].end
        ending = self._parts(self._last, {}, end.reason)
        timings = {"timings": timing_fields(end.timings)}
        if self._asked.includes_usage:
            yield _encode(ending)
            counted = {"choices": [], "usage": self._usage()}
            yield _encode({**self._chunk_head(), **counted, **timings, **self._verbose()})
        else:
            yield _encode({**ending, **timings, **self._verbose()})

    def whole(self) -> dict[str, Any]:
        """The answer in one piece."""
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [self._choice(number) for number in range(len(self._choices))],
            "usage": self._usage(),
            "timings": timing_fields(self._choices[self._last].end.timings),
            **self._verbose(),
        }

    def _choice(self, number: int) -> dict[str, Any]:
        found = self._choices[number]
        message: dict[str, Any] = {
            "role": "assistant",
            "content": found.text if found.text or not found.calls else None,
        }
        if found.thoughts:
            message["reasoning_content"] = found.thoughts
        if found.calls:
            message["tool_calls"] = [
                _call(call.id, call.name, call.arguments) for call in found.calls
            ]
        choice = {"index": number, "message": message, "finish_reason": found.end.reason}
        if logprobs := self._logprobs(found.tokens):
            choice["logprobs"] = logprobs
        return choice

    def _chunk(
        self,
        number: int,
        delta: dict[str, Any],
        reason: str | None = None,
    ) -> bytes:
        return _encode(self._parts(number, delta, reason))

    def _parts(
        self,
        number: int,
        delta: dict[str, Any],
        reason: str | None,
        logprobs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        choice = {"index": number, "delta": delta, "finish_reason": reason}
        if logprobs:
            choice["logprobs"] = logprobs
        return {**self._chunk_head(), "choices": [choice]}

    def _chunk_head(self) -> dict[str, Any]:
        return {**self._head, "object": "chat.completion.chunk"}

    def _logprobs(self, tokens: Any) -> dict[str, Any] | None:
        if not self._asked.probabilities():
            return None
        after = bool(self._asked.post_sampling_probs)
        return {"content": token_fields(tokens, self._model, after)}

    def _usage(self) -> dict[str, Any]:
        choices = self._choices
        return usage_fields(total([each.end.usage for each in choices], len(choices)))

    def _verbose(self) -> dict[str, Any]:
        return {"__verbose": {"prompt": self._prompt}} if self._is_verbose else {}


def _delta(item: Event) -> dict[str, Any]:
    match item:
        case Content(text):
            return {"content": text}
        case Reasoning(text):
            return {"reasoning_content": text}
        case ToolCall(index, id_, name):
            return {"tool_calls": [{"index": index, **_call(id_, name, "")}]}
        case Arguments(index, text):
            return {"tool_calls": [{"index": index, "function": {"arguments": text}}]}


def _call(id_: str, name: str, arguments: str) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": id_, "type": "function", "function": function}
