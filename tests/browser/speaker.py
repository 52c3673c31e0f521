"""A person who speaks at the page: a microphone that plays what a test says, and what is heard."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000

# Tells what was sounded, and whether to its end; and has Chinese voices of the browser's own.
HEARS = """
    window.sounds = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function () {
        const sound = { seconds: this.buffer.duration, ended: false, stopped: false };
        window.sounds.push(sound);
        this.addEventListener("ended", () => (sound.ended = true));
        return start.call(this);
    };
    const stop = AudioBufferSourceNode.prototype.stop;
    AudioBufferSourceNode.prototype.stop = function () {
        const sound = window.sounds.at(-1);
        if (!sound.ended) sound.stopped = true;
        return stop.call(this);
    };
    window.sentences = [];
    const voice = { lang: "zh-CN", localService: true, name: "Mei", voiceURI: "mei" };
    const away = { ...voice, localService: false, name: "Afar", voiceURI: "afar" };
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    Object.defineProperty(window, "speechSynthesis", {
        value: {
            getVoices: () => [away, voice],
            addEventListener: () => undefined,
            cancel: () => undefined,
            speak: (sentence) => {
                window.sentences.push([sentence.text, sentence.voice.name, sentence.rate]);
                setTimeout(() => sentence.onend(), 50);
            },
        },
    });
"""


class FakeMicrophone:
    """A file that Chromium takes for a microphone: it is played once, whenever that is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.says(0.1)

    @property
    def arguments(self) -> tuple[str, ...]:
        """With which Chromium has it, and never asks."""
        return (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={self.path}%noloop",
            "--autoplay-policy=no-user-gesture-required",
        )

    def says(self, *lengths: float) -> None:
        """Seconds of a voice and of silence by turns."""
        parts = [
            _voice(each) if index % 2 == 0 else _silence(each) for index, each in enumerate(lengths)
        ]
        self.plays(_wav(np.concatenate(parts)))

    def plays(self, wav: bytes) -> None:
        """What is in such a file."""
        self.path.write_bytes(wav)


def _voice(seconds: float) -> Any:
    """A tone with overtones, in syllables: what takes out noise lets it pass."""
    time = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * 150 * overtone * time) / overtone for overtone in range(1, 12))
    return 0.35 * tone * (0.55 - 0.45 * np.cos(2 * np.pi * 4 * time))


def _silence(seconds: float) -> Any:
    return np.zeros(round(seconds * RATE))


def _wav(samples: Any) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
