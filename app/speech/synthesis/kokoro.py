"""Kokoro's voices, by ONNX Runtime: phonemes in, sound out."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime

from app.bundle.slice import Slice
from app.speech.kokoro import Style
from app.speech.synthesis.encoding import Samples

MOST_THREADS = 4
MOST_PHONEMES = 400  # of 510; a longer text is said in parts
STYLE_NUMBERS = 256
_CLAUSE = re.compile(r"(?<=[,;:.!?…])\s+")


class Kokoro:
    """The model, read into memory when it first speaks. For one thread.

    `alphabet`: the number of each phoneme.
    """

    def __init__(
        self, model: Slice, styles: Mapping[str, Style], alphabet: Mapping[str, int]
    ) -> None:
        self._model = model
        self._styles = styles
        self._alphabet = alphabet
        self._session: Any = None
        self._read: dict[str, Samples] = {}

    def say(self, phonemes: str, name: str, speed: float) -> Samples:
        """The sound of phonemes. Shape: [n], 1 at the loudest. Raises: ValueError."""
        parts = [self._said(part, name, speed) for part in _parts(phonemes)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _said(self, phonemes: str, name: str, speed: float) -> Samples:
        numbers = [self._alphabet[each] for each in phonemes if each in self._alphabet]
        if not numbers:
            return np.zeros(0, np.float32)
        style = self._style(name)
        if self._session is None:
            self._session = _session(self._model)
        tokens, _, pace = self._session.get_inputs()
        whole = np.float32 if pace.type == "tensor(float)" else np.int32
        [sound, *_] = self._session.run(
            None,
            {
                tokens.name: np.array([[0, *numbers, 0]], np.int64),
                "style": style[min(len(numbers), len(style)) - 1][None],
                pace.name: np.array([speed], whole),
            },
        )
        clipped: Samples = np.clip(sound.ravel(), -1, 1).astype(np.float32)
        return clipped

    def _style(self, name: str) -> Samples:
        if name not in self._read:
            self._read[name] = _numbers(self._styles[name])
        return self._read[name]


def _numbers(style: Style) -> Samples:
    """Shape: [lengths of a text, STYLE_NUMBERS]. Raises: ValueError."""
    data = style.file.mapped()
    if style.member:
        with np.load(io.BytesIO(data)) as archive:
            numbers = np.asarray(archive[style.member], np.float32)
    else:
        numbers = np.frombuffer(data, "<f4")
    return numbers.reshape(-1, STYLE_NUMBERS)


def _session(model: Slice) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(MOST_THREADS, os.cpu_count() or 1)
    options.log_severity_level = 3
    # Others want the cores while a sentence is heard.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        bytes(model.mapped()), options, providers=["CPUExecutionProvider"]
    )


def _parts(phonemes: str) -> list[str]:
    found = [""]
    for clause in _CLAUSE.split(phonemes):
        for at in range(0, len(clause), MOST_PHONEMES):
            part = clause[at : at + MOST_PHONEMES]
            if len(found[-1]) + len(part) < MOST_PHONEMES:
                found[-1] = f"{found[-1]} {part}".strip()
            else:
                found.append(part)
    return [part for part in found if part]
