"""Chooses one answer's tokens by llama.cpp's own samplers, within a grammar if it has one."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from typing import Any, Protocol

from app.engine.candidates import Candidates
from app.engine.native import Native
from app.engine.reply import Probabilities
from app.engine.request import Generation
from app.engine.sampling import Step, penalized_tokens

MOST_PREPARED = 8


class Constraint(Protocol):
    """What keeps an answer within a grammar."""

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with this token."""

    def restrict(self, row: int) -> None:
        """Of one row's tokens leave those that are allowed among the candidates."""

    def accept(self, token: int) -> None:
        """The answer goes on with this token, which is allowed."""

    def close(self) -> None:
        """Free what it holds."""


class ChainSampler:
    """llama.cpp's chain of samplers for one answer; see `Sampler`."""

    def __init__(
        self,
        native: Native,
        context: Any,
        candidates: Candidates,
        pointer: Any,
        generation: Generation,
        greedy: bool,
    ) -> None:
        self._lib = native.lib
        self._sample = native.holding_gil("llama_sampler_sample")
        self._accept = native.holding_gil("llama_sampler_accept")
        self._context = context
        self._candidates = candidates
        self._pointer = pointer
        self._most = generation.probabilities
        self._post = generation.post_sampling and self._most > 0
        self._greedy = greedy
        self.probabilities: Probabilities | None = None

    def remember(self, tokens: Sequence[int]) -> None:
        """Let penalties count these as said already."""
        for token in tokens:
            self._accept(self._pointer, token)

    def sample(self, row: int) -> int:
        """Choose and remember a token from one row of the last decode call's logits."""
        if not self._post:
            token: int = self._sample(self._pointer, self._context, row)
        else:
            token = self._choose(row)
            self.probabilities = self._after_sampling(token)
            self._accept(self._pointer, token)
        self._note(row, token)
        return token

    def close(self) -> None:
        """Free it."""
        self._lib.llama_sampler_free(self._pointer)

    def _choose(self, row: int) -> int:
        self._candidates.fill(row)
        self._candidates.apply(self._pointer)
        return self._candidates.selected

    def _note(self, row: int, token: int) -> None:
        if self._most and not self._post:
            self.probabilities = self._candidates.before_sampling(row, token, self._most)

    def _after_sampling(self, token: int) -> Probabilities:
        if self._greedy:  # nothing else was possible
            return Probabilities(0.0, ((token, 0.0),))
        return self._candidates.after_sampling(self._most)


class ConstrainedSampler(ChainSampler):
    """A chain of samplers whose choice must fit a grammar.

    Source: llama.cpp, common/sampling.cpp, `common_sampler_sample`.
    """

    def __init__(self, *arguments: Any, constraint: Constraint, end: int) -> None:
        super().__init__(*arguments)
        self._constraint = constraint
        self._end = end

    def sample(self, row: int) -> int:
        """Choose and remember a token from one row of the last decode call's logits."""
        token = self._choose(row)
        # Most choices fit anyway, and to try the whole vocabulary takes longer than to decode.
        if not self._constraint.allows(token):
            self._constraint.restrict(row)
            self._candidates.apply(self._pointer)
            token = self._candidates.selected
            if not self._constraint.allows(token):  # nothing fits: that is the end
                return self._end
        if self._post:
            self.probabilities = self._after_sampling(token)
        self._accept(self._pointer, token)
        self._constraint.accept(token)
        self._note(row, token)
        return token

    def close(self) -> None:
        """Free it."""
        super().close()
        self._constraint.close()


class Samplers:
    """llama.cpp's samplers by their steps."""

    def __init__(self, lib: Any, vocabulary: Any) -> None:
        self._lib = lib
        self._vocabulary = vocabulary
        self._prepared: dict[Step, Any] = {}
        self._lock = threading.Lock()

    def prepare(self, steps: Sequence[Step]) -> None:
        """Make what takes long beforehand, in whatever thread."""
        for step in steps:
            # It compares each sequence breaker with the whole vocabulary.
            if step.name == "dry":
                self._original(step)

    def chain(self, steps: Sequence[Step]) -> Any:
        """A chain; whoever asked for it frees it."""
        lib = self._lib
        pointer = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        for step in steps:
            dry = step.name == "dry"
            made = lib.llama_sampler_clone(self._original(step)) if dry else self._made(step)
            lib.llama_sampler_chain_add(pointer, made)
        return pointer

    def close(self) -> None:
        """Free what was prepared."""
        with self._lock:
            for original in self._prepared.values():
                self._lib.llama_sampler_free(original)
            self._prepared.clear()

    def _original(self, step: Step) -> Any:
        with self._lock:
            if step not in self._prepared:
                if len(self._prepared) >= MOST_PREPARED:
                    oldest = next(iter(self._prepared))
                    self._lib.llama_sampler_free(self._prepared.pop(oldest))
                self._prepared[step] = self._made(step)
            return self._prepared[step]

    def _made(self, step: Step) -> Any:
        make = getattr(self._lib, f"llama_sampler_init_{step.name}")
        plain = [each for each in step.arguments if not isinstance(each, tuple)]
        lists = [each for each in step.arguments if isinstance(each, tuple)]
        if step.name == "logit_bias":
            biases = [self._lib.llama_logit_bias(*pair) for pair in lists[0]]
            array = (self._lib.llama_logit_bias * len(biases))(*biases)
            return make(*plain, len(biases), array)
        if step.name == "dry":
            words = [str(each).encode("utf-8", "replace") for each in lists[0]]
            return make(
                self._vocabulary, *plain, (ctypes.c_char_p * len(words))(*words), len(words)
            )
        return make(*([self._vocabulary] if step.name == "infill" else []), *plain)


def remembered(prompt: Sequence[int], steps: tuple[Step, ...]) -> Sequence[int]:
    """The end of a prompt, as far as its samplers look at it."""
    count = penalized_tokens(steps)
    return prompt[-count:] if count else ()
