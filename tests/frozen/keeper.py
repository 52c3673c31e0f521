"""The built file with documents of its own."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.started import Started, environment

LONG_S = 300.0
OPEN = ("waiting", "reading", "embedding")


class Keeper:
    """The built file with documents of its own."""

    def __init__(self, executable: Path, folder: Path, *arguments: str) -> None:
        self.executable = executable
        self.data, self.temporary = folder / "data", folder / "temporary"
        for each in (self.data, self.temporary):
            each.mkdir(exist_ok=True)
        self.environment = environment(folder, TMPDIR=str(self.temporary))
        command = [executable, "--data", self.data, *arguments]
        self.running = Started(command, self.environment, folder / "printed.txt")
        self.http = httpx.Client(base_url=self.running.url, timeout=LONG_S)

    def __enter__(self) -> Keeper:
        self.running.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.running.__exit__()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def add(self, path: Path) -> dict[str, Any]:
        """The job of one file."""
        return self.added(path=str(path))

    def added(self, **what: Any) -> dict[str, Any]:
        """The job of one text, file or address."""
        [job] = self.post("/v1/documents", what)["data"]
        return dict(job)

    def names(self, collection: str | None = None) -> list[str]:
        """What its documents are called, of all or of one collection."""
        asked = {"limit": "1000", **({"collection": collection} if collection else {})}
        listed = self.http.get("/v1/documents", params=asked).json()["data"]
        return [each["name"] for each in listed]

    def over(self, job: dict[str, Any], until: tuple[str, ...] = OPEN[:2]) -> dict[str, Any]:
        """The job once its document can be found by its words, or never will."""
        end = time.monotonic() + LONG_S
        while job["state"] in until:
            assert time.monotonic() < end, job
            time.sleep(0.05)
            job = self.http.get(f"/v1/jobs/{job['id']}").json()
        return job

    def done(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job once its document can be found by its meaning, too."""
        return self.over(job, OPEN)

    def document(self, job: dict[str, Any]) -> dict[str, Any]:
        return dict(self.http.get(f"/v1/documents/{self.over(job)['document']}").json())

    def text(self, job: dict[str, Any]) -> str:
        return str(self.http.get(f"/v1/documents/{self.over(job)['document']}/text").json()["text"])

    def search(self, question: str, job: dict[str, Any]) -> list[dict[str, Any]]:
        """The passages of a job's document."""
        chosen = {"documents": [job["document"]]}
        return list(self.post("/v1/search", {"query": question, "filter": chosen})["data"])

    def readers(self) -> list[int]:
        """The processes that read files for it."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                around = (process / "environ").read_bytes()
            except OSError:
                continue
            if b"read-documents" in words and str(self.temporary).encode() in around:
                found.append(int(process.name))
        return found

    def run(self, *arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """A verb, on the same documents."""
        return subprocess.run(
            [self.executable, *arguments, "--data", self.data, "--lang", language],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG_S,
        )
