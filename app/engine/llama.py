"""llama.cpp itself behind the `Llama` protocol: a model mapped in place, and its context."""

from __future__ import annotations

import ctypes
import math
import weakref
from collections.abc import Sequence
from typing import Any

from app.engine.backend import Facts, NoPlace, Span
from app.engine.native import Native
from app.engine.request import Sampling
from app.engine.sampling import chain
from app.errors import EngineFailed
from app.language import Text

STEP_FAILED = Text("The engine failed: {reason}", "引擎出错：{reason}")


class LlamaCpp:
    """A loaded model with one context; see `Llama` for what may be called from which thread."""

    def __init__(self, native: Native, model: Any, context: Any, facts: Facts) -> None:
        self.facts = facts
        self._native = native
        self._lib = native.lib
        self._vocabulary = self._lib.llama_model_get_vocab(model)
        self._context = context
        self._memory = self._lib.llama_get_memory(context)
        self._batch = _Batch(self._lib, facts.batch_tokens)
        self._sample = native.holding_gil("llama_sampler_sample")
        self._ends = native.holding_gil("llama_vocab_is_eog")
        self._pieces: dict[int, bytes] = {}
        # The vocabulary belongs to the model, and other threads may be reading it: the model goes
        # when nobody holds this object any more.
        self._free_model = weakref.finalize(self, self._lib.llama_model_free, model)
        self._free_model.atexit = False  # a step may still be running then, unless it was closed

    def tokenize(self, text: str, special: bool, begin: bool) -> tuple[int, ...]:
        """Text to token ids; `special`: control tokens in the text count as such."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        while True:
            tokens = (ctypes.c_int32 * room)()
            count = self._lib.llama_tokenize(
                self._vocabulary, data, len(data), tokens, room, begin, special
            )
            if count >= 0:
                return tuple(tokens[:count])
            room = -count

    def piece(self, token: int) -> bytes:
        """The bytes of a token; control tokens have none."""
        piece = self._pieces.get(token)
        if piece is None:
            piece = self._pieces[token] = piece_of(
                self._lib, self._vocabulary, token, special=False
            )
        return piece

    def ends(self, token: int) -> bool:
        """Whether this token ends an answer."""
        return bool(self._ends(self._vocabulary, token))

    def sampler(self, sampling: Sampling) -> ChainSampler:
        """Start choosing tokens for one answer."""
        steps = chain(sampling, self.facts.vocabulary, self.facts.sequence_tokens)
        pointer = self._lib.llama_sampler_chain_init(self._lib.llama_sampler_chain_default_params())
        self._suppress(pointer)
        for step in steps:
            make = getattr(self._lib, f"llama_sampler_init_{step.name}")
            self._lib.llama_sampler_chain_add(pointer, make(*step.arguments))
        return ChainSampler(self._lib, self._sample, pointer, self._context)

    def _suppress(self, chain_pointer: Any) -> None:
        """Never choose the tokens that the model's file forbids."""
        count = ctypes.c_int32()
        tokens = self._lib.llama_vocab_get_suppress_tokens(self._vocabulary, ctypes.byref(count))
        if count.value:
            bias = self._lib.llama_logit_bias
            biases = (bias * count.value)(*(bias(tokens[n], -math.inf) for n in range(count.value)))
            sampler = self._lib.llama_sampler_init_logit_bias(
                self.facts.vocabulary, count.value, biases
            )
            self._lib.llama_sampler_chain_add(chain_pointer, sampler)

    def decode(self, spans: Sequence[Span]) -> list[int]:
        """Put tokens into the context. Raises: NoPlace; EngineFailed."""
        rows = self._batch.fill(spans)
        result = self._lib.llama_decode(self._context, self._batch.native)
        if result == 1:
            raise NoPlace
        if result != 0:
            reason = self._native.log.take_error() or f"llama_decode: {result}"
            raise EngineFailed(STEP_FAILED.filled(reason=reason))
        # A GPU may still compute: wait here, without Python's lock, not in the first `sample`.
        self._lib.llama_synchronize(self._context)
        return rows

    def forget(self, sequence: int, start: int) -> bool:
        """Remove a sequence's tokens from `start` on; False where only all can be removed."""
        return bool(self._lib.llama_memory_seq_rm(self._memory, sequence, start, -1))

    def copy(self, source: int, target: int, end: int) -> None:
        """Let `target` share the first `end` tokens of `source`."""
        self._lib.llama_memory_seq_cp(self._memory, source, target, 0, end)

    def close(self) -> None:
        """Free the context; the model goes with the last one who holds it."""
        if self._context:
            self._lib.llama_free(self._context)
            self._context = None
            self._free_model.atexit = True


class ChainSampler:
    """llama.cpp's chain of samplers for one answer."""

    def __init__(self, lib: Any, sample: Any, pointer: Any, context: Any) -> None:
        self._lib = lib
        self._sample = sample
        self._pointer = pointer
        self._context = context

    def sample(self, row: int) -> int:
        """Choose and remember a token from one row of the last decode call's logits."""
        token: int = self._sample(self._pointer, self._context, row)
        return token

    def close(self) -> None:
        """Free it."""
        self._lib.llama_sampler_free(self._pointer)


class _Batch:
    """One `llama_batch` whose arrays are filled again for each decode call."""

    def __init__(self, lib: Any, size: int) -> None:
        # Any, because arrays take slices of every kind of sequence, and typeshed says lists only.
        self._tokens: Any = (ctypes.c_int32 * size)()
        self._positions: Any = (ctypes.c_int32 * size)()
        self._sequences: Any = (ctypes.c_int32 * size)()
        self._outputs: Any = (ctypes.c_int8 * size)()
        counts = (ctypes.c_int32 * size)(*[1] * size)
        # llama.cpp wants a pointer for each token: they point into one array, once and for all.
        first, width = ctypes.addressof(self._sequences), ctypes.sizeof(ctypes.c_int32)
        self._pointers = (ctypes.c_void_p * size)(*range(first, first + size * width, width))
        each = ctypes.cast(self._pointers, ctypes.POINTER(ctypes.POINTER(ctypes.c_int32)))
        self.native = lib.llama_batch(
            0, self._tokens, None, self._positions, counts, each, self._outputs
        )

    def fill(self, spans: Sequence[Span]) -> list[int]:
        """The row of each span's last token."""
        rows = []
        end = 0
        for span in spans:
            count = len(span.tokens)
            start, end = end, end + count
            self._tokens[start:end] = span.tokens
            self._positions[start:end] = range(span.position, span.position + count)
            self._sequences[start:end] = [span.sequence] * count
            self._outputs[start:end] = [0] * count
            self._outputs[end - 1] = span.sampled
            rows.append(end - 1)
        self.native.n_tokens = end
        return rows


def piece_of(lib: Any, vocabulary: Any, token: int, special: bool) -> bytes:
    """The bytes of a token; `special`: of a control token, its name."""
    room = 64
    while True:
        words = ctypes.create_string_buffer(room)
        count = lib.llama_token_to_piece(vocabulary, token, words, room, 0, special)
        if count >= 0:
            return words.raw[:count]
        room = -count
