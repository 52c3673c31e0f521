"""llama.cpp itself behind the `Llama` protocol: a model mapped in place, and its context."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from app.engine.adapter_files import LoadedAdapters
from app.engine.backend import Facts, Infill, NoPlace, Span
from app.engine.candidates import Candidates
from app.engine.cores import CORES
from app.engine.grammar.grammar import Grammars
from app.engine.mapped.mapped_file import MappedFile
from app.engine.native import Native, piece_of, tokens_of
from app.engine.pictures.mtmd import Mtmd
from app.engine.pictures.options import EyesOptions
from app.engine.prefixes.prefix import Adapters
from app.engine.request import Generation, Sampling
from app.engine.sampler import ChainSampler, ConstrainedSampler, Samplers, remembered
from app.engine.sampling import Step, chain, check
from app.errors import EngineFailed
from app.language import Text

STEP_FAILED = Text("The engine failed: {reason}", "引擎出错：{reason}")


class LlamaCpp:
    """A loaded model with one context; see `Llama` for what may be called from which thread."""

    def __init__(
        self,
        native: Native,
        model: Any,
        context: Any,
        facts: Facts,
        file: MappedFile,
        draft: LlamaCpp | None = None,
        adapters: LoadedAdapters | None = None,
    ) -> None:
        self.facts = facts
        self._file = file
        self._adapters = adapters
        self._using: Adapters = ()
        self.draft = draft
        self.eyes: Mtmd | None = None
        self._native = native
        self._lib = native.lib
        self._model = model
        self._vocabulary = self._lib.llama_model_get_vocab(model)
        self._context = context
        self._memory = self._lib.llama_get_memory(context)
        self._window: int = self._lib.llama_model_n_swa(model)
        self._batch = _Batch(self._lib, facts.batch_tokens)
        self._candidates = Candidates(native, context, facts.vocabulary)
        self._samplers = Samplers(self._lib, self._vocabulary)
        self._grammars = Grammars(native, self._vocabulary, self._candidates)
        self._ends = native.holding_gil("llama_vocab_is_eog")
        self._pieces: dict[int, bytes] = {}
        # The vocabulary belongs to the model, and other threads may be reading it: the model goes
        # when nobody holds this object any more.
        self._free_model = weakref.finalize(self, self._lib.llama_model_free, model)
        self._free_model.atexit = False  # a step may still be running then, unless it was closed

    def see(self, options: EyesOptions, report: Callable[[float], None]) -> None:
        """Load the model's eyes. Raises: BadFile; what `report` raises."""
        self.eyes = Mtmd(self._native, self._model, self._context, options, report)
        self.facts = replace(self.facts, sees=True)

    def tokenize(self, text: str, special: bool, begin: bool) -> tuple[int, ...]:
        """Text to token ids; `special`: control tokens in the text count as such."""
        return tokens_of(self._lib, self._vocabulary, text, special, begin)

    def piece(self, token: int) -> bytes:
        """The bytes of a token; control tokens have none."""
        piece = self._pieces.get(token)
        if piece is None:
            piece = self._pieces[token] = piece_of(
                self._lib, self._vocabulary, token, special=False
            )
        return piece

    def shown(self, token: int) -> bytes:
        """The bytes of a token; of a control token, its name."""
        return piece_of(self._lib, self._vocabulary, token, special=True)

    @cached_property
    def infill(self) -> Infill | None:
        """The tokens with which the model fills gaps, if it does."""
        names = ("pre", "suf", "mid", "rep", "sep")
        found = [getattr(self._lib, f"llama_vocab_fim_{name}")(self._vocabulary) for name in names]
        if min(found[:3]) < 0:
            return None
        prefix, suffix, middle, *others = found
        repository, separator = (None if token < 0 else token for token in others)
        return Infill(prefix, suffix, middle, repository, separator)

    def ends(self, token: int) -> bool:
        """Whether this token ends an answer."""
        return bool(self._ends(self._vocabulary, token))

    def differs_from(self, other: LlamaCpp) -> int | None:
        """The first token that is another one in the other model's vocabulary; None: the same."""
        words = self._lib.llama_vocab_get_text
        shared = min(self.facts.vocabulary, other.facts.vocabulary)
        # Padded vocabularies of one family differ a little in length, at their unused ends.
        if abs(self.facts.vocabulary - other.facts.vocabulary) > 128:
            return shared
        theirs = other._vocabulary
        return next(
            (n for n in range(shared) if words(self._vocabulary, n) != words(theirs, n)), None
        )

    def check(self, sampling: Sampling) -> None:
        """Raises: BadRequest, for a value or a grammar that no sampler can work with."""
        check(sampling, self.facts.vocabulary)
        self._samplers.prepare(self._steps(sampling))
        if sampling.grammar:
            self._grammars.check(sampling.grammar)

    def sampler(self, generation: Generation) -> ChainSampler:
        """Start choosing tokens for one answer."""
        sampling = generation.sampling
        steps = self._steps(sampling)
        arguments = (
            self._native,
            self._context,
            self._candidates,
            self._samplers.chain(steps),
            generation,
            steps[-1].name == "greedy",
        )
        if sampling.grammar:
            constraint = self._grammars.constraint(sampling.grammar)
            end = self._lib.llama_vocab_eos(self._vocabulary)
            sampler: ChainSampler = ConstrainedSampler(*arguments, constraint=constraint, end=end)
        else:
            sampler = ChainSampler(*arguments)
        sampler.remember(remembered(generation.said, steps))
        return sampler

    def _steps(self, sampling: Sampling) -> tuple[Step, ...]:
        forbidden = self._suppressed + (self._end_tokens if sampling.ignore_eos else ())
        return chain(sampling, self.facts.vocabulary, self.facts.sequence_tokens, forbidden)

    @cached_property
    def _suppressed(self) -> tuple[int, ...]:
        """The tokens that the model's file forbids."""
        count = ctypes.c_int32()
        tokens = self._lib.llama_vocab_get_suppress_tokens(self._vocabulary, ctypes.byref(count))
        return tuple(tokens[: count.value]) if count.value else ()

    @cached_property
    def _end_tokens(self) -> tuple[int, ...]:
        return tuple(filter(self.ends, range(self.facts.vocabulary)))

    def use(self, adapters: Adapters) -> None:
        """Compute with these adapters from the next decode call on."""
        if adapters != self._using and self._adapters:
            self._adapters.apply(self._context, adapters)
            self._using = adapters

    def decode(self, spans: Sequence[Span]) -> list[int]:
        """Put tokens into the context. Raises: NoPlace; EngineFailed; ModelChanged."""
        rows = self._batch.fill(spans)
        self._file.check()
        with CORES.for_answers():
            result = self._lib.llama_decode(self._context, self._batch.native)
            # A GPU may still compute: wait here, without Python's lock, not in the first `sample`.
            self._lib.llama_synchronize(self._context)
        self._file.check()
        if result == 1:
            raise NoPlace
        if result != 0:
            reason = self._native.log.take_error() or f"llama_decode: {result}"
            raise EngineFailed(STEP_FAILED.filled(reason=reason))
        return rows

    def forget(self, sequence: int, start: int) -> bool:
        """Remove a sequence's tokens from `start` on; False where only all can be removed."""
        if start > 0 and self._window and not self._has_window(sequence, start):
            return False
        return bool(self._lib.llama_memory_seq_rm(self._memory, sequence, start, -1))

    def _has_window(self, sequence: int, start: int) -> bool:
        """Whether the tokens that a sliding window looks back at are still there."""
        first: int = self._lib.llama_memory_seq_pos_min(self._memory, sequence)
        return first <= max(0, start - self._window)

    def copy(self, source: int, target: int, end: int) -> None:
        """Let `target`, which holds none, share the first `end` tokens of `source`."""
        # Whole at first: buffers that are not shared can be copied no other way.
        self._lib.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        self._lib.llama_memory_seq_rm(self._memory, target, end, -1)

    def save(self, sequence: int) -> bytearray:
        """What was computed for a sequence's tokens."""
        size = self._lib.llama_state_seq_get_size(self._context, sequence)
        data = bytearray(size)
        written = self._lib.llama_state_seq_get_data(self._context, _pointer(data), size, sequence)
        del data[written:]
        return data

    def restore(self, sequence: int, data: bytearray) -> bool:
        """Put into an empty sequence what `save` gave; False: no place for it, or not ours."""
        pointer = _pointer(data) if data else None
        if pointer and self._lib.llama_state_seq_set_data(
            self._context, pointer, len(data), sequence
        ):
            return True
        self._native.log.take_error()
        self._lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def close(self) -> None:
        """Free the context; the model goes with the last one who holds it."""
        if self.draft:
            self.draft.close()
        if self._context:
            self.eyes = None
            self._candidates.close()
            self._samplers.close()
            self._lib.llama_free(self._context)
            self._context = None
            self._file.close()
            self._free_model.atexit = True


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
            self._outputs[start:end] = [0] * (count - span.sampled) + [1] * span.sampled
            rows.append(end - 1)
        self.native.n_tokens = end
        return rows


def _pointer(data: bytearray) -> Any:
    return ctypes.byref(ctypes.c_uint8.from_buffer(data))
