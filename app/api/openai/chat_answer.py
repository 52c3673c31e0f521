"""What POST /v1/chat/completions answers, whole or in chunks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from app.api.counts import interim_fields, timing_fields, total, usage_fields
from app.api.documents.sources import Sources
from app.api.gathered import Gathered
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.probabilities import token_fields
from app.api.services import Services
from app.chat.reply import Arguments, Content, Event, Finished, Reasoning, ToolCall
from app.chat.searching import Found

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage

_encode = msgspec.json.Encoder().encode


class ChatAnswer:
    """One answer's identity, its choices so far, and its form on the wire."""

    def __init__(
        self,
        asked: ChatCompletionRequest,
        services: Services,
        prompt: str,
        sources: Sources | None = None,
    ) -> None:
        self._asked = asked
        self._sources = sources
        self._is_verbose = services.defaults.verbose if asked.verbose is None else asked.verbose
        self._model = services.engine.model
        self._prompt = prompt
        self._choices = [Gathered() for _ in range(asked.n or 1)]
        self._last = 0  # the choice that something came for last
        self._ending: dict[str, Any] = {}  # the citations of that
        self._head = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": services.model_alias,
            "system_fingerprint": services.build,
        }

    def take(self, number: int, item: Event | Finished | Found) -> dict[str, Any]:
        """Keep what came for one choice; the citations that it completes."""
        self._last = number
        if isinstance(item, Found):
            return {}
        self._choices[number].take(item)
        if self._sources and isinstance(item, Content) and item.text:
            return self._sources.cited(number, item.text)
        if self._sources and isinstance(item, Finished):
            return self._sources.cited_last(number)
        return {}

    def opening(self) -> Iterator[bytes]:
        """The first chunk of each choice: who speaks; and what the answer will rest on."""
        for number in range(len(self._choices)):
            if number == 0 and self._sources and self._sources.looked:
                yield _encode(self._told({"role": "assistant", "content": ""}, None))
            else:
                yield self._chunk(number, {"role": "assistant", "content": None})

    def chunk(self, number: int, item: Event | Finished | Found) -> bytes | None:
        """What came for one choice, as a chunk; the last end of all comes in `closing`."""
        citations = self.take(number, item)
        if isinstance(item, Found):
            return _encode(self._told({}, item.passages)) if item.passages else None
        if isinstance(item, Finished):
            if all(each.finished for each in self._choices):
                self._ending = citations
                return None
            return _encode({**self._parts(number, {}, item.reason), **citations})
        if not isinstance(item, Content):
            return self._chunk(number, _delta(item))
        if item.progress:
            parts = self._parts(number, {}, None)
        else:
            parts = self._parts(number, _delta(item), None, self._logprobs(item.tokens))
        timed = bool(self._asked.timings_per_token)
        interim = interim_fields(item.tokens, item.progress, timed)
        return _encode({**parts, **interim, **citations})

    def closing(self) -> Iterator[bytes]:
        """The last chunks: why it ended; if asked for, the count of tokens in one of its own.

        Source: llama-server, which puts `timings` into the last chunk.
        """
        end = self._choices[self._last].end
        ending = {**self._parts(self._last, {}, end.reason), **self._ending}
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
            **(self._sources.fields() if self._sources else {}),
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
        return {**choice, **(self._sources.whole(number) if self._sources else {})}

    def _told(self, delta: dict[str, Any], found: Sequence[Passage] | None) -> dict[str, Any]:
        """A chunk with passages: all so far, or those that were found just now."""
        assert self._sources is not None, "only who searches finds"
        parts = self._parts(0, delta, None)
        parts["choices"][0].update(self._sources.choice_fields(found))
        return {**parts, **self._sources.fields(found)}

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
