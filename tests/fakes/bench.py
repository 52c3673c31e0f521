"""A Batching that is stepped by hand, and what came out of it."""

from __future__ import annotations

from typing import Any

from app.engine.batching import Batching
from app.engine.prefixes.prefixes import Caches
from app.engine.reply import Finished, Reply, Token
from app.engine.request import Generation
from app.engine.scheduler import Limits
from app.engine.slots import Answer
from tests.fakes.llama import ScriptedLlama, tokens_of

NO_DRAFTS = Limits(draft_tokens=0)


class Bench:
    """`now` is the time, which stands still unless a test moves it."""

    def __init__(
        self, llama: ScriptedLlama, limits: Limits = NO_DRAFTS, caches: Caches | None = None
    ) -> None:
        self.llama = llama
        self.now = 0.0
        self.batching = Batching(llama, limits, caches, clock=lambda: self.now)

    def ask(self, prompt: str, max_tokens: int | None = None, **changes: Any) -> Reply:
        return self.generate(Generation(tokens_of(prompt), max_tokens, **changes))

    def generate(self, generation: Generation) -> Reply:
        reply = Reply()
        self.now += 0.001
        answer = Answer(generation, reply, self.now)
        self.batching.prefixes.fetch(answer)
        self.batching.add(answer)
        return reply

    def finish(self) -> int:
        steps = 0
        while self.batching.step():
            steps += 1
            assert steps < 10_000, "it never ends"
        return steps

    def answer(self, prompt: str, max_tokens: int | None = None, **changes: Any) -> Finished:
        """Ask, wait for the end, and say how it ended."""
        reply = self.ask(prompt, max_tokens, **changes)
        self.finish()
        return read(reply)[1]


def read(reply: Reply) -> tuple[str, Finished]:
    """The text of a reply that has ended, and how it did."""
    *tokens, last = reply
    assert isinstance(last, Finished)
    return b"".join(each.piece for each in tokens if isinstance(each, Token)).decode(), last
