"""The tokens among which a sampler chooses, filled by llama.cpp and read here without a copy."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

from app.engine.native import Native
from app.engine.reply import Probabilities

PART = 256  # tokens that a grammar tries at once


class Candidates:
    """One row's logits as llama.cpp's `llama_token_data_array`; filled again for each use.

    llama.cpp copies a row into such an array within `llama_sampler_sample` alone: so a sampler of
    our own stands there and keeps where the array is. Copying 150,000 logits in Python would take
    milliseconds.
    """

    def __init__(self, native: Native, context: Any, vocabulary: int) -> None:
        lib = native.lib
        self._lib = lib
        self._context = context
        self._vocabulary = vocabulary
        self._sample = native.holding_gil("llama_sampler_sample")
        self._apply = native.holding_gil("llama_sampler_apply")
        self._keep = lib.llama_sampler_i_apply(self._found)
        self._interface = lib.llama_sampler_i(apply=self._keep)
        self._chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        own = lib.llama_sampler_init(ctypes.byref(self._interface), None)
        lib.llama_sampler_chain_add(self._chain, own)
        self._softmax = lib.llama_sampler_init_dist(0)
        self._single = lib.llama_token_data()
        self._array = lib.llama_token_data_array()

    def fill(self, row: int) -> None:
        """All tokens, by their ids, with the logits of one row of the last decode call."""
        self._sample(self._chain, self._context, row)

    def apply(self, sampler: Any) -> None:
        """Let a sampler, or a chain of them, change, order, cut or choose."""
        self._apply(sampler, ctypes.byref(self._array))

    @property
    def selected(self) -> int:
        """The token that a sampler has chosen."""
        token: int = self._array.data[self._array.selected].id
        return token

    def admits(self, sampler: Any, token: int) -> bool:
        """Whether a sampler leaves this token, alone, as it is."""
        self._single.id, self._single.logit = token, 1.0
        data = ctypes.pointer(self._single)
        array = self._lib.llama_token_data_array(data=data, size=1, selected=-1)
        self._apply(sampler, ctypes.byref(array))
        return bool(self._single.logit != -math.inf)

    def keep(self, grammar: Any, most: int | None, go_on: Callable[[], bool]) -> bool:
        """Leave what a grammar allows of the `most` likeliest (None: of all); whether it is any.

        `go_on` is asked now and then; without it the rest stays as it is.
        """
        if most is not None:
            self._sort(min(most, self._vocabulary))
        size, width = self._array.size, ctypes.sizeof(self._lib.llama_token_data)
        start = ctypes.addressof(self._array.data.contents)
        part = self._lib.llama_token_data_array(selected=-1)
        for first in range(0, size, PART):
            if not go_on():
                return False
            data = self._lib.llama_token_data.from_address(start + first * width)
            part.data, part.size = ctypes.pointer(data), min(PART, size - first)
            self._apply(grammar, ctypes.byref(part))
        self._array.sorted = False
        return most is None or any(each.logit != -math.inf for each in self._array.data[:size])

    def before_sampling(self, row: int, token: int, most: int) -> Probabilities:
        """What the model itself thought of a token, and of the `most` likeliest ones."""
        self.fill(row)
        logit = self._array.data[token].logit
        self.apply(self._softmax)
        self._sort(max(1, most))
        first = self._array.data[0]
        # Of the logits, not of the probabilities: those of unlikely tokens round to 0.
        offset = math.log(first.p) - first.logit
        return Probabilities(logit + offset, self._top(most, offset))

    def after_sampling(self, most: int) -> Probabilities:
        """The same among what the samplers have left, after they chose."""
        chosen = math.log(self._array.data[self._array.selected].p)
        self._array.sorted = False  # by probability it need not be
        self._sort(min(self._array.size, max(1, most)))
        left = [(each.id, each.p) for each in self._array.data[: min(most, self._array.size)]]
        return Probabilities(chosen, tuple((id_, math.log(p)) for id_, p in left if p > 0))

    def close(self) -> None:
        """Free what llama.cpp keeps for it."""
        self._lib.llama_sampler_free(self._chain)
        self._lib.llama_sampler_free(self._softmax)

    def _found(self, _sampler: Any, array: Any) -> None:
        found = array.contents
        found.selected = 0
        self._array.data, self._array.size = found.data, found.size
        self._array.selected, self._array.sorted = -1, False

    def _sort(self, most: int) -> None:
        top = self._lib.llama_sampler_init_top_k(most)
        self.apply(top)
        self._lib.llama_sampler_free(top)

    def _top(self, most: int, offset: float) -> tuple[tuple[int, float], ...]:
        return tuple((each.id, each.logit + offset) for each in self._array.data[:most])
