"""Many clients who chat, leave, add documents, search, dictate and keep conversations, all at once.

Each is a paired device that asks at this machine's address in its network, where it has one.
Whatever is not an answer must be a clean refusal, and memory stays flat. With `--kill-each` the
server is killed again and again and started anew: what it acknowledged must still be there.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import math
import random
import tempfile
import threading
import time
import uuid
import wave
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from app.security.addresses import lan_addresses
from bench.clients import fresh_words
from bench.servers import Memory, Server, free_port
from bench.subjects import ours
from bench.wire import Request, completion, opened, pieces, sent

FLAGS = ("--no-browser", "--host", "0.0.0.0", "-c", "8192", "-np", "16", "-kvu", "--cache-ram", "8")
REFUSALS = (413, 429, 503)
BOUNDARY = "mixed"
RATE = 16_000
DICTATED_S = 1.5
ANSWER_TOKENS, ABANDONED_TOKENS = 8, 200
PAUSE_S = 0.5
SETTLED_S = 240.0
ENOUGH_TO_TELL = 3.0  # minutes, of whether memory is flat
WARM_UP = 0.3  # of the time, until every part has been in use
GROWTH = 1.25  # documents that come in are kept, and their index is in memory
SLACK_BYTES = 48e6


class Wrong(Exception):
    """Neither an answer nor a clean refusal."""


class Kept:
    """What the server acknowledged, by whatever client; and what went wrong."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.jobs: dict[str, str] = {}  # their documents' own words, by id
        self.conversations: set[str] = set()
        self.done: Counter[str] = Counter()
        self.faults: list[str] = []

    def note(self, kind: str) -> None:
        """Something went as it should."""
        with self.lock:
            self.done[kind] += 1


def asked(server: Server, path: str, body: object = None, method: str = "POST") -> Any:
    """The JSON of an answer; None where it was refused cleanly. Raises: Wrong, OSError."""
    text = b"" if body is None else json.dumps(body).encode()
    return understood(*sent(server, Request(path, text, method)), path)


def understood(status: int, text: str, path: str) -> Any:
    """As `asked`."""
    told = json.loads(text) if text else {}
    if status < 300:
        return told
    if status in REFUSALS and told["error"]["message"]:
        return None
    raise Wrong(f"{path}: {status} {text[:200]}")


def chat(server: Server, kept: Kept) -> None:
    """Read an answer to its end."""
    with opened(server, completion(fresh_words(20), ANSWER_TOKENS, True)).getresponse() as response:
        if response.status != 200:
            understood(response.status, response.read().decode(), "/completion")
            return
        if not "".join(pieces(response)):
            raise Wrong("an answer without words")
    kept.note("chat")


def leave(server: Server, kept: Kept) -> None:
    """Hang up while an answer is being written."""
    request = completion(fresh_words(20), ABANDONED_TOKENS, True, ignore_eos=True)
    connection = opened(server, request)
    with connection.getresponse() as response:
        if response.status == 200:
            list(islice(pieces(response), 2))
    connection.close()
    kept.note("left")


def add(server: Server, kept: Kept) -> None:
    """Add a document with a word of its own."""
    word = f"w{uuid.uuid4().hex[:12]}"
    text = f"{word} is what this note is about. {fresh_words(60)}"
    told = asked(server, "/v1/documents", {"text": text, "name": f"{word}.txt"})
    if told is not None:
        with kept.lock:
            kept.jobs.update({job["id"]: word for job in told["data"]})
        kept.note("document")


def search(server: Server, kept: Kept) -> None:
    """Search for one that was added."""
    with kept.lock:
        word = random.choice([*kept.jobs.values()]) if kept.jobs else "nothing"
    if asked(server, "/v1/search", {"query": word, "limit": 1}) is not None:
        kept.note("search")


def converse(server: Server, kept: Kept) -> None:
    """Begin a conversation, and have it answered."""
    told = asked(server, "/v1/conversations", {"title": fresh_words(3)})
    if told is None:
        return
    with kept.lock:
        kept.conversations.add(told["id"])
    wanted = {"text": fresh_words(10), "options": {"max_tokens": ANSWER_TOKENS}}
    asked(server, f"/v1/conversations/{told['id']}/answer", wanted)
    kept.note("conversation")


def dictate(server: Server, kept: Kept) -> None:
    """Have a recording transcribed."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body = head.encode() + _recording() + f"\r\n--{BOUNDARY}--\r\n".encode()
    media_type = f"multipart/form-data; boundary={BOUNDARY}"
    path = "/v1/audio/transcriptions"
    status, text = sent(server, Request(path, body, media_type=media_type))
    if status == 400 and "sound_refused" in text:  # a tone is no speech
        status, text = 200, "{}"
    if understood(status, text, path) is not None:
        kept.note("dictation")


def _recording() -> bytes:
    tones = random.uniform(100, 300)
    count = int(RATE * DICTATED_S)
    samples = [int(9000 * math.sin(2 * math.pi * tones * at / RATE)) for at in range(count)]
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(array("h", samples).tobytes())
    return file.getvalue()


Act = Callable[[Server, Kept], None]
ACTS: tuple[Act, ...] = (
    *(chat,) * 8,
    *(leave,) * 4,
    *(add,) * 3,
    *(search,) * 2,
    *(converse,) * 2,
    dictate,
)


class Household:
    """So many clients of one server, until their time is over."""

    def __init__(self, command: list[str], clients: int) -> None:
        self._command = command
        self._down = threading.Event()  # it was killed, and is not there again yet
        self._over = threading.Event()
        self.kept = Kept()
        self.server = self._started()
        self.address = next(iter(lan_addresses()), None)
        self._devices = [self._paired() if self.address else {} for _ in range(clients)]

    def run(self, seconds: float, kill_each_s: float | None) -> tuple[Memory, Memory] | None:
        """The memory after the warm-up and at the end; none where the server was killed."""
        threads = [threading.Thread(target=self._act, args=(each,)) for each in self._devices]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        before = None
        if kill_each_s is None:
            time.sleep(seconds * WARM_UP)
            before = self.server.memory()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, kill_each_s or left))
            if kill_each_s is not None and time.monotonic() < end:
                self._kill()
        self._over.set()
        for thread in threads:
            thread.join()
        return None if before is None else (before, self.server.memory())

    def check(self) -> None:
        """Whether all that was acknowledged is there."""
        until = time.monotonic() + SETTLED_S
        states = "state=waiting&state=reading"
        while asked(self.server, f"/v1/jobs?{states}", None, "GET")["data"]:
            if time.monotonic() > until:
                self.kept.faults.append("documents are still being read")
                break
            time.sleep(0.2)
        for job, word in self.kept.jobs.items():
            self._look(f"/v1/jobs/{job}", f"the document of {word}", ("embedding", "done"))
        for conversation in self.kept.conversations:
            self._look(f"/v1/conversations/{conversation}", "a conversation")

    def end(self) -> None:
        """End the server, which it does in time."""
        began = time.monotonic()
        self.server.__exit__()
        if (took := time.monotonic() - began) > 6:
            self.kept.faults.append(f"it took {took:.1f} s to end")

    def _look(self, path: str, what: str, states: tuple[str, ...] = ()) -> None:
        status, text = sent(self.server, Request(path, method="GET"))
        if status != 200 or (states and json.loads(text)["state"] not in states):
            self.kept.faults.append(f"lost: {what}: {status} {text[:200]}")

    def _paired(self) -> dict[str, str]:
        """What a new device sends by itself from now on."""
        code = asked(self.server, "/v1/pairing", method="GET")["code"]
        body = json.dumps({"code": code, "name": "A client"}).encode()
        there = replace(self.server, address=str(self.address))
        with opened(there, Request("/v1/pairing", body)).getresponse() as response:
            return {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}

    def _act(self, device: dict[str, str]) -> None:
        while not self._over.is_set():
            if self._down.is_set():
                time.sleep(0.05)
                continue
            server = self.server
            try:
                random.choice(ACTS)(self._seen_by(device, server), self.kept)
            except (OSError, http.client.HTTPException, ValueError, LookupError, Wrong) as error:
                # What is under way when the server is killed is lost, and was not acknowledged.
                if server is self.server and not self._down.is_set():
                    self.kept.faults.append(f"{type(error).__name__}: {error}")
            self._over.wait(random.uniform(0, PAUSE_S))

    def _seen_by(self, device: dict[str, str], server: Server) -> Server:
        return replace(server, address=self.address or server.address, headers=device)

    def _kill(self) -> None:
        self._down.set()
        self.server.kill()
        self.server = self._started(self.server.port)
        self._down.clear()
        self.kept.note("killed")

    def _started(self, port: int | None = None) -> Server:
        server = Server("assistant", self._command, port=port or free_port())
        server.__enter__()
        server.wait_healthy()
        return server


def main(argv: list[str]) -> int:
    """Build the file where needed, let them at it, and print; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench mixed")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kill-each", type=float, help="seconds between two kills; none without")
    parser.add_argument("--model", default="tiny", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="use this file, and build none")
    arguments = parser.parse_args(argv)
    executable = arguments.executable or ours(arguments.model)
    with tempfile.TemporaryDirectory() as data:
        household = Household([str(executable), "--data", data, *FLAGS], arguments.clients)
        kept = household.kept
        memory = household.run(arguments.minutes * 60, arguments.kill_each)
        household.check()
        household.end()
    where = f"paired, at {household.address}" if household.address else "on this machine"
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kept.done.items()))
    print(f"{arguments.clients} clients, {where}, for {arguments.minutes:g} minutes: {counts}")
    print(f"acknowledged: {len(kept.jobs)} documents, {len(kept.conversations)} conversations")
    if memory is not None and arguments.minutes >= ENOUGH_TO_TELL:
        kept.faults += _growth(*memory)
    for fault, count in Counter(kept.faults).most_common(20):
        print(f"{count} times: {fault}")
    print(f"{len(kept.faults)} wrong")
    return 1 if kept.faults else 0


def _growth(before: Memory, after: Memory) -> list[str]:
    told = (
        f"memory: {before.resident / 1e6:.0f} MB when warm, {after.resident / 1e6:.0f} at the end"
    )
    print(told)
    grown = after.resident > before.resident * GROWTH + SLACK_BYTES
    return [f"{told}: it grows"] if grown else []
