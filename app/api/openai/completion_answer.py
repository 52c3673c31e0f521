"""What POST /v1/completions answers, whole or in chunks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from app.api.counts import interim_fields, timing_fields, total, usage_fields
from app.api.documents.sources import Sources
from app.api.openai.completion_request import CompletionRequest
from app.api.probabilities import token_fields
from app.api.services import Services
from app.engine.reply import Finished, Token
from app.engine.request import Generation
from app.engine.text import Delta

_encode = msgspec.json.Encoder().encode


class CompletionAnswer:
    """One answer's identity, its choices so far, and its form on the wire."""

    def __init__(
        self,
        asked: CompletionRequest,
        generations: Sequence[Generation],
        services: Services,
        sources: Sources | None = None,
    ) -> None:
        self._asked = asked
        self._sources = sources
        self._model = services.engine.model
        self._prompts = [each.prompt for each in generations]
        self._texts = ["" for _ in generations]
        self._tokens: list[list[Token]] = [[] for _ in generations]
        self._ends: dict[int, Finished] = {}
        self._head = {
            "id": f"cmpl-{secrets.token_hex(12)}",
            "object": "text_completion",
            "created": int(time.time()),
            "model": services.model_alias,
            "system_fingerprint": services.build,
        }

    def take(self, number: int, item: Delta | Finished) -> dict[str, Any]:
        """Keep what came for one choice; the citations that it completes."""
        if isinstance(item, Finished):
            self._ends[number] = item
            return self._sources.cited_last(number) if self._sources else {}
        self._texts[number] += item.text
        self._tokens[number] += item.tokens
        return self._sources.cited(number, item.text) if self._sources else {}

    def opening(self) -> Iterator[bytes]:
        """What the answers rest on; the prompt of each choice, where it is to be repeated."""
        if self._sources:
            choice = {**self._choice(0, "", (), None), **self._sources.choice_fields()}
            yield _encode({**self._of([choice]), **self._sources.fields()})
        if self._asked.echo:
            for number in range(len(self._texts)):
                yield _encode(self._of([self._choice(number, self._echo(number), (), None)]))

    def chunk(self, number: int, item: Delta | Finished) -> bytes:
        """What came for one choice, as a chunk."""
        citations = self.take(number, item)
        if isinstance(item, Finished):
            chunk = self._of([self._choice(number, "", (), item.reason)])
            return _encode({**chunk, "timings": timing_fields(item.timings), **citations})
        chunk = self._of([self._choice(number, item.text, item.tokens, None)])
        timed = bool(self._asked.timings_per_token)
        interim = interim_fields(item.tokens, item.progress, timed)
        return _encode({**chunk, **interim, **citations})

    def counted(self) -> bytes | None:
        """The last chunk, with the count of tokens, where it was asked for."""
        if not self._asked.includes_usage:
            return None
        return _encode({**self._of([]), "usage": self._usage()})

    def whole(self) -> dict[str, Any]:
        """The answer in one piece."""
        choices = [self._whole_choice(number) for number in range(len(self._texts))]
        *_, last = self._ends.values()
        timings = timing_fields(last.timings)
        told = self._sources.fields() if self._sources else {}
        return {**self._of(choices), "usage": self._usage(), "timings": timings, **told}

    def _whole_choice(self, number: int) -> dict[str, Any]:
        text = self._echo(number) + self._texts[number]
        choice = self._choice(number, text, self._tokens[number], self._ends[number].reason)
        return {**choice, **(self._sources.whole(number) if self._sources else {})}

    def _choice(
        self, number: int, text: str, tokens: Sequence[Token], reason: str | None
    ) -> dict[str, Any]:
        told = self._asked.tells_logprobs and (tokens or not self._asked.stream)
        logprobs = self._logprobs(tokens) if told else None
        return {"text": text, "index": number, "logprobs": logprobs, "finish_reason": reason}

    def _logprobs(self, tokens: Sequence[Token]) -> dict[str, Any]:
        """OpenAI's lists, and llama-server's `content`."""
        told = token_fields(tokens, self._model)
        offsets, end = [], 0
        for each in told:
            offsets.append(end)
            end += len(each["token"])
        return {
            "tokens": [each["token"] for each in told],
            "token_logprobs": [each["logprob"] for each in told],
            "top_logprobs": [
                {other["token"]: other["logprob"] for other in each["top_logprobs"]}
                for each in told
            ],
            "text_offset": offsets,
            "content": told,
        }

    def _echo(self, number: int) -> str:
        return self._model.text_of(self._prompts[number]) if self._asked.echo else ""

    def _usage(self) -> dict[str, Any]:
        usages = [self._ends[number].usage for number in range(len(self._texts))]
        return usage_fields(total(usages, self._asked.n or 1))

    def _of(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {**self._head, "choices": choices}
