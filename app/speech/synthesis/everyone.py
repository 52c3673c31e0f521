"""All voices: each sentence goes to what its voice belongs to, once that is needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.speech.kokoro import LANGUAGES, Kokoro
from app.speech.synthesis.encoding import Samples
from app.speech.synthesis.english import English

if TYPE_CHECKING:
    from app.speech.synthesis.kokoro import Kokoro as Model


class Everyone:
    """`files`: of hibari's further voices, by name; `kokoro`: what there is of it."""

    def __init__(self, files: Mapping[str, str], kokoro: Kokoro | None) -> None:
        self._english = English(dict(files))
        self._kokoro = kokoro

    def prepare(self) -> None:
        """Load what the first sentence of English needs."""
        self._english.prepare()

    def say(self, text: str, name: str, speed: float) -> Samples:
        """By the voice of that name. Raises: ValueError, RuntimeError."""
        if self._kokoro is None or name not in self._kokoro.styles:
            return self._english.say(text, name, speed)
        return self._model.say(self._phonemes(text, name), name, speed)

    def _phonemes(self, text: str, name: str) -> str:
        if LANGUAGES[name[0]] == "en":
            return self._english.phonemes(text, british=name[0] == "b")
        from app.speech.synthesis import mandarin

        return mandarin.phonemes(text, self._english.phonemes)

    @cached_property
    def _model(self) -> Model:
        from app.speech.synthesis.kokoro import Kokoro as Model

        assert self._kokoro is not None
        return Model(self._kokoro.model, self._kokoro.styles, self._english.alphabet)
