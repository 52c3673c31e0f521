from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile  # noqa: TID251

from app.speech.formats import FORMATS, RATE, Format
from app.speech.media.decoding import decoded
from app.speech.synthesis.encoding import encoder

TONE = np.sin(np.arange(RATE) * 440 * 2 * np.pi / RATE).astype(np.float32) * np.float32(0.5)


def read(data: bytes, form: Format) -> np.ndarray:
    if form == "pcm":
        return np.frombuffer(data, "<i2") / 32768
    samples, rate = soundfile.read(io.BytesIO(data))
    assert rate == RATE
    return samples


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_added_is_what_is_heard(form: Format) -> None:
    into = encoder(form)
    parts = [into.add(TONE), into.add(TONE)]
    last, patches = into.end()
    whole = bytearray(b"".join([*parts, last]))
    for at, data in patches:
        whole[at : at + len(data)] = data
    heard = read(bytes(whole), form)
    assert len(heard) == pytest.approx(2 * RATE, rel=0.06)
    middle = heard[RATE // 2 : RATE]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.05)
    spectrum = np.abs(np.fft.rfft(middle))
    assert spectrum.argmax() * 2 == pytest.approx(440, abs=2)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "pcm"])
def test_a_file_can_be_heard_before_its_end_is_known(form: Format, tmp_path: Path) -> None:
    into = encoder(form)
    first = into.add(np.tile(TONE, 3))
    assert len(first) > 1000
    (tmp_path / "streamed").write_bytes(first + into.end()[0])
    heard = np.concatenate([*decoded(tmp_path / "streamed", tmp_path, lambda _seconds: None)])
    assert np.abs(heard).max() > 0.4
    assert len(heard) == pytest.approx(3 * 16_000, rel=0.35)


def test_samples_beyond_full_loudness_do_not_turn_over() -> None:
    data = encoder("pcm").add(np.array([2, -2], np.float32))
    assert np.frombuffer(data, "<i2").tolist() == [32767, -32767]
