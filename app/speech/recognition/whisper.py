"""Whisper, through pywhispercpp's native module; through here alone it is imported."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import _pywhispercpp as native
import numpy as np
from numpy.typing import NDArray

from app.speech.transcript import Heard, Segment, Wanted, Word

LIBRARY: str = native.__file__
RATE = 16_000
PLACES_A_SECOND = 50  # of the encoder's output, on which the decoder looks
MOST_PLACES = 1500
DRAFT_TOKENS = 100  # more were said in no utterance: it repeats itself
SHORTEST_S = 1.1  # whisper.cpp hears nothing in less than a second: silence fills it up


class Whisper:
    """Weights of whisper.cpp's format, taken out of a mapped file. For one thread alone."""

    def __init__(self, weights: memoryview, threads: int) -> None:
        self._threads = threads
        self._context = native.whisper_init_from_buffer_with_params(
            _capsule(weights), len(weights), native.whisper_context_default_params()
        )
        try:
            self.is_multilingual = bool(native.whisper_is_multilingual(self._context))
        except TypeError as error:  # there is no context
            raise ValueError("the weights cannot be read") from error
        self._end_of_text: int = native.whisper_token_eot(self._context)

    def hear(self, samples: NDArray[np.float32], wanted: Wanted) -> Heard:
        """The words in at most 30 seconds of sound. Raises: RuntimeError."""
        if len(samples) < SHORTEST_S * RATE:
            samples = np.pad(samples, (0, int(SHORTEST_S * RATE) - len(samples)))
        parameters = self._parameters(wanted)
        if native.whisper_full(self._context, parameters, samples, len(samples)) != 0:
            raise RuntimeError("whisper.cpp failed")
        language = native.whisper_lang_str(native.whisper_full_lang_id(self._context))
        count = native.whisper_full_n_segments(self._context)
        longest = len(samples) / RATE
        segments = (self._segment(index, wanted.words, longest) for index in range(count))
        return Heard(language, tuple(each for each in segments if each.text.strip()))

    def _parameters(self, wanted: Wanted) -> native.whisper_full_params:
        greedy = native.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY
        parameters = native.whisper_full_default_params(greedy)
        parameters.n_threads = self._threads
        parameters.print_progress = False
        parameters.no_context = True
        parameters.translate = wanted.task == "translate"
        parameters.language = (wanted.language or "") if self.is_multilingual else "en"
        parameters.initial_prompt = wanted.prompt
        parameters.temperature = wanted.temperature
        parameters.suppress_nst = True  # "[MUSIC]" and the like are not said
        parameters.token_timestamps = wanted.words
        if wanted.context:
            parameters.audio_ctx = min(MOST_PLACES, math.ceil(wanted.context * PLACES_A_SECOND))
        if wanted.draft:
            parameters.single_segment = True  # otherwise it listens again to what is left
            parameters.temperature_inc = 0.0  # and again, where it is unsure
            parameters.max_tokens = DRAFT_TOKENS
        return parameters

    def _segment(self, index: int, with_words: bool, longest: float) -> Segment:
        tokens = [
            _Token(data.id, self._piece(data.id), data.t0 / 100, data.t1 / 100, data.p, data.plog)
            for data in self._tokens(index)
            if data.id < self._end_of_text
        ]
        text = bytes(native.whisper_full_get_segment_text(self._context, index))
        certainty = sum(token.log_probability for token in tokens) / max(1, len(tokens))
        return Segment(
            text.decode("utf-8", "replace"),
            min(native.whisper_full_get_segment_t0(self._context, index) / 100, longest),
            min(native.whisper_full_get_segment_t1(self._context, index) / 100, longest),
            tuple(token.number for token in tokens),
            math.exp(min(0.0, certainty)),
            words(tokens) if with_words else (),
        )

    def _tokens(self, segment: int) -> Iterator[native.whisper_token_data]:
        for index in range(native.whisper_full_n_tokens(self._context, segment)):
            yield native.whisper_full_get_token_data(self._context, segment, index)

    def _piece(self, token: int) -> bytes:
        return bytes(native.whisper_token_to_bytes(self._context, token))


@dataclass(frozen=True, slots=True)
class _Token:
    number: int
    piece: bytes
    start: float
    end: float
    probability: float
    log_probability: float


def words(tokens: Sequence[_Token]) -> tuple[Word, ...]:
    """Tokens put together: a space begins a new word, and what is no whole character waits."""
    found: list[Word] = []
    pending: list[_Token] = []
    for token in tokens:
        pending.append(token)
        try:
            text = b"".join(each.piece for each in pending).decode()
        except UnicodeDecodeError:
            continue
        word = Word(
            text,
            pending[0].start,
            max(pending[0].start, pending[-1].end),
            min(each.probability for each in pending),
        )
        pending = []
        if found and not _begins_word(text):
            found[-1] = _joined(found[-1], word)
        else:
            found.append(word)
    return tuple(found)


def _begins_word(text: str) -> bool:
    """Scripts without spaces between words stay as the tokens have them."""
    return text.startswith(" ") or (text[:1] >= "\u2e80" and text[:1].isalnum())


def _joined(word: Word, rest: Word) -> Word:
    probability = min(word.probability, rest.probability)
    return Word(word.text + rest.text, word.start, max(word.end, rest.end), probability)


def _capsule(weights: memoryview) -> object:
    address = np.frombuffer(weights, np.uint8).ctypes.data
    new = ctypes.pythonapi.PyCapsule_New
    new.restype = ctypes.py_object
    new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return new(address, None, None)
