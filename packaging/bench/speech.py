"""Hearing: how fast and how well, how soon a word is shown, and what a chat feels of it.

- Seconds for a minute of speech and word error rate, against pywhispercpp's published wheel with
  the same weights in fp16, and faster-whisper with the same in int8; all greedy.
- Live: from the end of a word to the moment when it is shown, at the pace of life; then beside
  a chat.
- A chat's tokens a second, alone and while ten minutes of sound are transcribed.
- Speaking: see speaking.py.

All of ours goes through the built file's HTTP interface.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environment
import places
import weights
from bench import recordings, speaking
from bench.clients import Client, median, percentile
from bench.documents import served
from bench.ingest import verdict
from bench.live import Speaker
from bench.peers import SPEECH
from bench.servers import Server
from bench.subjects import ours
from bench.wire import Request, opened, sent
from bench.words import error_rate
from convert import whisper
from convert.ggml import Ggml
from convert.gguf import TensorType

LONG_S = 600.0
ANSWER_TOKENS = 120
ANSWERS = 3
BOUNDARY = "sound"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def files(executable: Path, folder: Path, threads: int, rounds: int) -> bool:
    """Speed and errors, side by side."""
    speech = recordings.all_of_them()
    path = recordings.write(speech, folder / "speech.wav")
    source, tokenizer = weights.speech_source()
    half = _half_precision()
    found: dict[str, list[Any]] = {"assistant": [], "wheel, fp16": [], "faster-whisper, int8": []}
    for _ in range(rounds):
        found["assistant"].append(_transcribed(executable, folder, threads, path))
        found["wheel, fp16"].append(SPEECH.measured("wheel", half, str(threads), path))
        faster = SPEECH.measured("faster", source, tokenizer, str(threads), path)
        found["faster-whisper, int8"].append(faster)
    minutes = speech.seconds / 60
    paces = {name: median([each["seconds"] for each in all_]) for name, all_ in found.items()}
    errors = {name: error_rate(speech.text, all_[0]["text"]) for name, all_ in found.items()}
    print(f"{minutes:.1f} minutes of speech, {len(speech.text.split())} words, {threads} threads:")
    for name, seconds in paces.items():
        wrong = 100 * errors[name]
        print(f"  {name}: {seconds / minutes:.2f} s for a minute, {wrong:.1f}% of words wrong")
    mine, wheel, other = paces.values()
    cost = 100 * (errors["assistant"] - errors["wheel, fp16"])
    reached = (
        verdict("speed, of the wheel's", wheel / mine, 1.8, " times"),
        verdict("speed, of faster-whisper's", other / mine, 1.1, " times"),
        verdict("word error rate, more than with fp16", cost, 0.3, " points", most=True),
    )
    return all(reached)


def _half_precision() -> Path:
    """The weights as whisper.cpp has them when nothing is quantized."""
    path = places.kept("bench") / "whisper-base-f16.bin"
    if not path.exists():
        partial = path.with_suffix(".partial")
        ggml = Ggml(environment.packages() / "llama_cpp" / "lib")
        with partial.open("wb") as file:
            whisper.convert(*weights.speech_source(), file, ggml, TensorType.F16)
        partial.rename(path)
    return path


def _transcribed(executable: Path, folder: Path, threads: int, path: Path) -> dict[str, Any]:
    with served(executable, folder / "files", "-t", str(threads)) as server:
        server.wait_healthy()
        first = recordings.write(recordings.readers()[0], folder / "first.wav")
        _heard(server, first)  # so that everything has been used once, as with the others
        began = time.perf_counter()
        text = _heard(server, path)
        return {"seconds": time.perf_counter() - began, "text": text}


def _heard(server: Server, path: Path) -> str:
    status, answer = sent(server, _form(path))
    if status != 200:
        raise SystemExit(f"/v1/audio/transcriptions: {status} {answer[:300]}")
    return str(json.loads(answer)["text"])


def _form(path: Path, **fields: str) -> Request:
    head = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"language": "en", **fields}.items()
    )
    head += f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    head += f'name="file"; filename="{path.name}"\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
    return Request("/v1/audio/transcriptions", body, media_type=FORM)


def live(executable: Path, folder: Path, threads: int) -> bool:
    """How soon a word is shown."""
    speech = recordings.joined(recordings.readers())
    with served(executable, folder / "live", "-t", str(threads)) as server:
        server.wait_healthy()
        speaker = Speaker(server, speech).speak()
        with _answering(server):
            beside = Speaker(server, speech).speak().delays()
    delays = speaker.delays()
    count = len(speech.ends)
    wrong = 100 * error_rate(speech.text, speaker.text())
    print(f"live: {len(delays)} of {count} words were shown; of the final text {wrong:.1f}% wrong")
    print(f"  from word said to word shown: 95% within {percentile(delays, 0.95):.2f} s")
    print(
        f"  beside a chat that is answered all the time: {median(beside):.2f} s (median), "
        f"95% within {percentile(beside, 0.95):.2f} s"
    )
    return verdict("  from word said to word shown, median", median(delays), 1, " s", most=True)


@contextmanager
def _answering(server: Server) -> Iterator[None]:
    """One answer after the other, meanwhile."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            _speed(server)

    chat = threading.Thread(target=ask)
    chat.start()
    try:
        yield
    finally:
        over.set()
        chat.join()


def chatting(executable: Path, folder: Path, threads: int) -> bool:
    """A chat's speed, alone and beside ten minutes of sound."""
    long = recordings.lasting(recordings.all_of_them(), LONG_S)
    path = recordings.write(long, folder / "long.wav")
    with served(executable, folder / "chatting", "-t", str(threads)) as server:
        server.wait_healthy()
        _speed(server)
        alone = [_speed(server) for _ in range(ANSWERS)]
        listening = _Listening(server, path).start()
        during = [_speed(server) for _ in range(ANSWERS)]
        seconds, share = listening.leave()
    before, after = median(alone), median(during)
    print(f"a chat: {before:.1f} tokens/s alone, {after:.1f} while a recording is transcribed")
    print(f"  which came to {share:.0%} of ten minutes in {seconds:.0f} s meanwhile")
    return verdict("speed of a chat beside it", 100 * after / before, 50, "%")


class _Listening:
    """A transcription whose progress is read while it goes on."""

    def __init__(self, server: Server, path: Path) -> None:
        self._server = server
        self._form = _form(path, stream="true")
        self._share = 0.0
        self._begun = threading.Event()

    def start(self) -> _Listening:
        """Until the first words have come."""
        self._began = time.perf_counter()
        threading.Thread(target=self._read, daemon=True).start()
        self._begun.wait()
        return self

    def leave(self) -> tuple[float, float]:
        """How long it has been going on, and how far it is: 0 to 1."""
        return time.perf_counter() - self._began, self._share

    def _read(self) -> None:
        for line in opened(self._server, self._form).getresponse():
            if line.startswith(b"data: {"):
                self._share = json.loads(line[6:]).get("progress", 1.0)
                self._begun.set()


def _speed(server: Server) -> float:
    """Tokens a second of one answer."""
    exact = {"ignore_eos": True, "temperature": 0.8}
    client = Client(server, "Tell a story about a river.", ANSWER_TOKENS, exact).ask()
    if client.failure is not None:
        raise client.failure
    return (len(client.arrivals) - 1) / (client.arrivals[-1] - client.arrivals[0])


def main(argv: list[str]) -> int:
    """Build the file where needed, measure, and print; 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench speech")
    parser.add_argument("--model", default="small", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="measure this file, and build none")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=2, help="of the comparison")
    parser.add_argument(
        "--only", choices=("files", "live", "chatting", "speaking"), help="one part alone"
    )
    arguments = parser.parse_args(argv)
    executable, threads = arguments.executable or ours(arguments.model), arguments.threads
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        parts: dict[str, Callable[[], bool]] = {
            "files": lambda: files(executable, folder, threads, arguments.rounds),
            "live": lambda: live(executable, folder, threads),
            "chatting": lambda: chatting(executable, folder, threads),
            "speaking": lambda: speaking.measured(executable, folder, threads),
        }
        chosen = [arguments.only] if arguments.only else list(parts)
        reached = [parts[name]() for name in chosen]
    return 0 if all(reached) else 1
