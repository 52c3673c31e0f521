"""Damaged documents through the built file: no crash of the server, no hang, no status of 500.

They are made of the shared documents, each by one to three of the ways in tests/damage.py. What
became of each is printed: read in part, refused with a reason, or its reader gave up.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from bench.documents import data, served
from bench.servers import Server
from bench.subjects import ours
from bench.wire import Request, sent
from tests.damage import damaged

BOUNDARY = "damaged-documents"
WAITING, FILES_IN_FORM = 60, 20  # so many wait at most, so that no reader is ever without work
LONGEST_S = 600.0  # until one of so few is over; a reader is stopped after two minutes
POLL_S = 0.2
OPEN = ("waiting", "reading")

Document = tuple[str, bytes]


def documents(folder: Path, seed: int) -> Iterator[Document]:
    """Without end: each file of a folder again and again, damaged in ever new ways."""
    whole = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()]
    for number, (name, content) in zip(count(), cycle(whole), strict=False):
        yield f"{number}-{name}", damaged(content, Random(f"{seed} {number} {name}"))


def form(files: list[Document]) -> Request:
    """One upload of several files."""
    parts = b"".join(
        b"--%s\r\n" % BOUNDARY.encode()
        + f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in files
    )
    end = f"--{BOUNDARY}--\r\n".encode()
    media_type = f"multipart/form-data; boundary={BOUNDARY}"
    return Request("/v1/documents", parts + end, media_type=media_type)


class Trial:
    """A server that takes in damaged documents; `faults`: what it should not have done."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._jobs: set[str] = set()
        self.faults: list[str] = []
        self.ends: Counter[str] = Counter()

    def take(self, files: list[Document]) -> None:
        """Send them as one upload, as soon as few enough are waiting."""
        self.wait(WAITING - len(files))
        status, text = sent(self._server, form(files))
        if status >= 500:
            self.faults.append(f"{status} to {[name for name, _ in files]}: {text[:200]}")
        elif status < 300:
            self._jobs.update(job["id"] for job in json.loads(text)["data"])

    def wait(self, most: int = 0) -> None:
        """Until no more than so many are neither read nor refused."""
        over_s = time.monotonic()
        while len(self._jobs) > most and self._server.process.poll() is None:
            if over := self._jobs - self._open():
                over_s = time.monotonic()
            for job in over:
                self._note(json.loads(self._got(f"/v1/jobs/{job}")))
            self._jobs -= over
            if time.monotonic() - over_s > LONGEST_S:
                self.faults.append(f"still open after {LONGEST_S:.0f} s: {self._jobs}")
                self._jobs.clear()
            time.sleep(POLL_S)

    def _open(self) -> set[str]:
        states = "&".join(f"state={state}" for state in OPEN)
        return {job["id"] for job in json.loads(self._got(f"/v1/jobs?limit=1000&{states}"))["data"]}

    def _note(self, job: dict[str, Any]) -> None:
        self.ends[job["problem"] or "read"] += 1
        if job["document"]:  # what is read needs no vectors here
            status, text = sent(
                self._server, Request(f"/v1/documents/{job['document']}", method="DELETE")
            )
            if status >= 300 and status != 404:  # 404: one of the same content is gone already
                self.faults.append(f"{status} to the removal of {job['name']}: {text[:200]}")

    def _got(self, path: str) -> str:
        status, text = sent(self._server, Request(path, method="GET"))
        if status >= 500:
            self.faults.append(f"{status} to {path}: {text[:200]}")
        return text


def main(argv: list[str]) -> int:
    """Build the file where needed, feed it, and print; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench fuzz")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="sound documents; without it: shared/data/docs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="tiny", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="feed this file, and build none")
    arguments = parser.parse_args(argv)
    executable = arguments.executable or ours(arguments.model)
    source = documents(arguments.folder or data("docs"), arguments.seed)
    began, left = time.monotonic(), arguments.documents
    with tempfile.TemporaryDirectory() as folder, served(executable, Path(folder)) as server:
        server.wait_healthy()
        trial = Trial(server)
        while left > 0 and server.process.poll() is None:
            trial.take(list(islice(source, min(left, FILES_IN_FORM))))
            left -= FILES_IN_FORM
            print(f"{max(0, left):,} left, {len(trial.faults)} wrong", end="\r", flush=True)
        trial.wait()
        if server.process.poll() is not None:
            trial.faults.append(f"the server ended with status {server.process.returncode}")
    for end, number in trial.ends.most_common():
        print(f"{number:6,}  {end}")
    for fault in trial.faults:
        print(fault)
    minutes = (time.monotonic() - began) / 60
    print(f"{arguments.documents:,} damaged documents in {minutes:.1f} minutes")
    print(f"{len(trial.faults)} wrong")
    return 1 if trial.faults else 0
