"""English, by hibari; through here alone it is imported."""

from __future__ import annotations

from typing import Any

import numpy as np
from hibari import Hibari, g2p, tts, voices
from numpy.typing import NDArray

RATE: int = tts.SAMPLE_RATE

Samples = NDArray[np.float32]


class English:
    """Every voice of hibari's, each read into memory when it first speaks. For one thread."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files
        self._voices: dict[str, Hibari] = {}
        self._readings: dict[bool, Any] = {}  # of words: as the British say them, or not

    def prepare(self) -> None:
        """Say a word with the voice that is inside, which reads all that it needs for any other."""
        self.say("Hello.", tts.DEFAULT, 1.0)

    def say(self, text: str, name: str, speed: float) -> Samples:
        """The sound of a sentence. Shape: [n], 1 at the loudest."""
        voice = self._voice(name)
        random = np.random.default_rng(0)  # the same text sounds the same
        parts = [
            voice.from_ids(voice.ids(phonemes), speed, random) for phonemes in voice.phonemize(text)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def phonemes(self, text: str, british: bool = False) -> str:
        """How words are said, in Kokoro's alphabet."""
        if british not in self._readings:
            self._readings[british] = g2p.G2P(british=british)
        return str(self._readings[british](text))

    @property
    def alphabet(self) -> dict[str, int]:
        """The number of each phoneme."""
        return dict(self._voice(tts.DEFAULT).vocab)

    def _voice(self, name: str) -> Hibari:
        if name not in self._voices:
            british = bool(voices.VOICES[name]["british"])
            # A file is always named: it would fetch what it does not have.
            model = self._files.get(name) or voices.voice_path(name, download_missing=False)
            voice = Hibari(name, model, threads=1, g2p=self._readings.get(british))
            self._readings[british] = voice.g2p
            self._voices[name] = voice
        return self._voices[name]
