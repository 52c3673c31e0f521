"""What POST /v1/chat/completions answers, whole or in chunks."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from app.engine.reply import Finished, Timings, Usage

_encoder = msgspec.json.Encoder()


class Delta(msgspec.Struct):
    """What a chunk adds."""

    role: Literal["assistant"] | UnsetType = UNSET
    content: str | UnsetType | None = UNSET


class ChunkChoice(msgspec.Struct):
    """A chunk's part of the one answer."""

    delta: Delta
    finish_reason: str | None = None
    index: int = 0


class Chunk(msgspec.Struct):
    """One event of a stream."""

    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChunkChoice]
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    usage: dict[str, Any] | UnsetType = UNSET
    timings: dict[str, float] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """One answer's identity, and its form on the wire."""

    model: str
    fingerprint: str
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def opening(self) -> bytes:
        """The first chunk: who speaks."""
        return self._chunk(Delta("assistant", None))

    def delta(self, text: str) -> bytes:
        """A chunk with more text."""
        return self._chunk(Delta(content=text))

    def closing(self, finished: Finished, usage: bool) -> list[bytes]:
        """The last chunks: why it ended; with `usage`, the count of tokens in a chunk of its own.

        Source: llama-server, which puts `timings` into the last chunk.
        """
        last = self._of([ChunkChoice(Delta(), finished.reason)])
        chunks = [last]
        if usage:
            chunks.append(self._of([]))
            chunks[-1].usage = usage_fields(finished.usage)
        chunks[-1].timings = timing_fields(finished.timings)
        return [_encoder.encode(chunk) for chunk in chunks]

    def whole(self, text: str, finished: Finished) -> bytes:
        """The answer in one piece."""
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": finished.reason}
        return _encoder.encode(
            {
                "id": self.id,
                "object": "chat.completion",
                "created": self.created,
                "model": self.model,
                "system_fingerprint": self.fingerprint,
                "choices": [choice],
                "usage": usage_fields(finished.usage),
                "timings": timing_fields(finished.timings),
            }
        )

    def _chunk(self, delta: Delta) -> bytes:
        return _encoder.encode(self._of([ChunkChoice(delta)]))

    def _of(self, choices: list[ChunkChoice]) -> Chunk:
        return Chunk(self.id, self.created, self.model, self.fingerprint, choices)


def usage_fields(usage: Usage) -> dict[str, Any]:
    """The count of tokens as OpenAI has it."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
    }


def timing_fields(timings: Timings) -> dict[str, float]:
    """The times as llama-server has them. Source: tools/server/server-common.cpp."""
    return {
        "cache_n": timings.cache_n,
        "prompt_n": timings.prompt_n,
        "prompt_ms": timings.prompt_ms,
        "prompt_per_token_ms": _ratio(timings.prompt_ms, timings.prompt_n),
        "prompt_per_second": _ratio(1000 * timings.prompt_n, timings.prompt_ms),
        "predicted_n": timings.predicted_n,
        "predicted_ms": timings.predicted_ms,
        "predicted_per_token_ms": _ratio(timings.predicted_ms, timings.predicted_n),
        "predicted_per_second": _ratio(1000 * timings.predicted_n, timings.predicted_ms),
    }


def _ratio(amount: float, of: float) -> float:
    return amount / of if of else 0.0
