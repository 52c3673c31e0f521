"""Speaking: whether what is said can be understood, and how soon the first of it is heard.

- Fifty sentences are said and transcribed by the built file; the share of words that differ.
- From the request to the first sound of a sentence of twenty words: where the voice is warm, where
  it is not, and beside a chat that is being answered; and of a Chinese one.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from pathlib import Path

from bench.clients import Client, median
from bench.documents import served
from bench.ingest import verdict
from bench.servers import Server
from bench.subjects import ours
from bench.wire import Request, opened, sent
from bench.words import aligned, words

SENTENCES = Path(__file__).with_name("sentences.txt")
TWENTY = (
    "Yesterday evening the old captain walked slowly along the harbour wall and watched the "
    "fishing boats return with the tide."
)
CHINESE = "明天上午九点在三楼会议室开会，请大家准时参加。"
BOUNDARY = "speech"
WAV_HEAD = 44  # bytes without sound
SAMPLE_RATE = 24_000
TIMES = 7
ANSWER_TOKENS = 200


def measured(executable: Path, folder: Path, threads: int) -> bool:
    """Both; whether the aims were reached."""
    with served(executable, folder / "speaking", "-t", str(threads)) as server:
        server.wait_healthy()
        return all((first_sound(server), loop(server)))


def loop(server: Server) -> bool:
    """Say every sentence, and listen to it."""
    texts = SENTENCES.read_text("utf-8").splitlines()
    wrong = count = 0
    for text in texts:
        heard = _heard(server, _said(server, text))
        wrong += aligned(words(text), words(heard))[0]
        count += len(words(text))
    print(f"speaking: {len(texts)} sentences with {count} words, said and transcribed")
    return verdict("  words that were heard otherwise", 100 * wrong / count, 8, "%", most=True)


def first_sound(server: Server) -> bool:
    """How soon a sentence of twenty words is heard."""
    cold = _first_sound_s(server)
    warm = median([_first_sound_s(server) for _ in range(TIMES)])
    chat = Client(server, "Tell a story.", ANSWER_TOKENS, {"ignore_eos": True})
    answering = threading.Thread(target=chat.ask)
    answering.start()
    while not chat.arrivals and answering.is_alive():
        time.sleep(0.01)
    beside = [_first_sound_s(server)]
    while answering.is_alive() and len(beside) < TIMES:
        beside.append(_first_sound_s(server))
    answering.join()
    print(f"first sound of {len(TWENTY.split())} words: {cold:.2f} s at the very first time")
    print(f"  {median(beside):.2f} s while a chat is answered (median of {len(beside)})")
    _first_sound_s(server, CHINESE)
    chinese = median([_first_sound_s(server, CHINESE) for _ in range(TIMES)])
    seconds = (len(_said(server, CHINESE)) - WAV_HEAD) / 2 / SAMPLE_RATE
    print(f"  {chinese:.2f} s of a Chinese sentence of {seconds:.1f} s")
    return verdict("  first sound, warm, median", warm, 0.3, " s", most=True)


def _first_sound_s(server: Server, text: str = TWENTY) -> float:
    began = time.perf_counter()
    response = opened(server, _asked(text)).getresponse()
    response.read(WAV_HEAD + 1)
    seconds = time.perf_counter() - began
    response.read()
    return seconds


def _said(server: Server, text: str) -> bytes:
    response = opened(server, _asked(text)).getresponse()
    if response.status != 200:
        raise SystemExit(f"/v1/audio/speech: {response.status} {response.read(300)!r}")
    return response.read()


def _asked(text: str) -> Request:
    return Request(
        "/v1/audio/speech", json.dumps({"input": text, "response_format": "wav"}).encode()
    )


def _heard(server: Server, sound: bytes) -> str:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="language"\r\n\r\nen\r\n'
    head += f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    head += 'name="file"; filename="said.wav"\r\n\r\n'
    body = head.encode() + sound + f"\r\n--{BOUNDARY}--\r\n".encode()
    form = f"multipart/form-data; boundary={BOUNDARY}"
    status, answer = sent(server, Request("/v1/audio/transcriptions", body, media_type=form))
    if status != 200:
        raise SystemExit(f"/v1/audio/transcriptions: {status} {answer[:300]}")
    return str(json.loads(answer)["text"])


def main(argv: list[str]) -> int:
    """Build the file where needed, measure, and print; 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench speaking")
    parser.add_argument("--model", default="small", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="measure this file, and build none")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args(argv)
    executable = arguments.executable or ours(arguments.model)
    with tempfile.TemporaryDirectory() as folder:
        return 0 if measured(executable, Path(folder), arguments.threads) else 1
