"""What the benchmark of speech compares with; runs in its peers' environment and prints JSON.

python speech_peer.py wheel WEIGHTS THREADS WAV             pywhispercpp's published wheel
python speech_peer.py faster MODEL TOKENIZER THREADS WAV    faster-whisper, in int8
python speech_peer.py speak FOLDER TEXTS                    a voice; TEXTS is a JSON list
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import wave
from pathlib import Path

RATE = 16_000
VOICE_RATE = 24_000
WARM_S = 5
TIMESTAMPS = 1501


def wheel(weights: str, threads: str, recording: str) -> dict[str, object]:
    """The text of a recording, and in how many seconds."""
    from pywhispercpp.model import Model

    quiet = {"print_progress": False, "print_realtime": False, "print_timestamps": False}
    model = Model(weights, n_threads=int(threads), language="en", **quiet)
    model.transcribe(samples(recording)[: WARM_S * RATE])
    began = time.perf_counter()
    segments = model.transcribe(recording)
    return {
        "seconds": time.perf_counter() - began,
        "text": " ".join(each.text for each in segments),
    }


def faster(weights: str, tokenizer: str, threads: str, recording: str) -> dict[str, object]:
    """Likewise; greedy, as the others are."""
    from faster_whisper import WhisperModel

    with tempfile.TemporaryDirectory() as folder:
        shape(Path(folder), weights, tokenizer)
        model = WhisperModel(folder, compute_type="int8", cpu_threads=int(threads))
    greedy = {"language": "en", "beam_size": 1}
    list(model.transcribe(samples(recording)[: WARM_S * RATE], **greedy)[0])
    began = time.perf_counter()
    text = "".join(each.text for each in model.transcribe(recording, **greedy)[0])
    return {"seconds": time.perf_counter() - began, "text": text}


def shape(folder: Path, weights: str, tokenizer: str) -> None:
    """The folder that CTranslate2 wants: weights, tokenizer, a list of the tokens."""
    (folder / "model.bin").symlink_to(weights)
    (folder / "tokenizer.json").symlink_to(tokenizer)
    told = json.loads(Path(tokenizer).read_text("utf-8"))
    tokens = {number: token for token, number in told["model"]["vocab"].items()}
    tokens |= {each["id"]: each["content"] for each in told["added_tokens"]}
    listed = [tokens[number] for number in range(len(tokens))]
    listed += [f"<|{0.02 * number:.2f}|>" for number in range(TIMESTAMPS)]
    (folder / "vocabulary.txt").write_text("\n".join(listed), "utf-8")
    numbers = {content: number for number, content in tokens.items()}
    config = {
        "suppress_ids": [],  # faster-whisper has a list of its own
        "suppress_ids_begin": [numbers["Ġ"], numbers["<|endoftext|>"]],
        "lang_ids": [numbers["<|en|>"]],
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")


def speak(folder: str, texts: str) -> list[str]:
    """Files in which the texts are spoken."""
    import numpy as np
    from hibari import Hibari

    voice, files = Hibari(), []
    for number, text in enumerate(json.loads(texts)):
        sound = voice(text, seed=number)
        # In frequencies, a lower rate is a shorter spectrum.
        count = len(sound) * RATE // VOICE_RATE
        spectrum = np.fft.rfft(sound)[: count // 2 + 1]
        lower = np.fft.irfft(spectrum, count) * (RATE / VOICE_RATE)
        files.append(str(Path(folder) / f"{number:03}.wav"))
        with wave.open(files[-1], "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes((np.clip(lower, -1, 1) * 32767).astype("<i2").tobytes())
    return files


def samples(recording: str) -> object:
    """A recording's samples, -1 to 1."""
    import numpy as np

    with wave.open(recording) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return data.astype(np.float32) / 32768


VERBS = {"wheel": wheel, "faster": faster, "speak": speak}

if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    print(json.dumps(VERBS[verb](*words)))
