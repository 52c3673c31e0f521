"""Documents of a running assistant, over its HTTP interface; and the data that benchmarks use."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import places
from app.language import Text
from bench.servers import Server
from bench.wire import Request, sent
from failures import BuildFailed

POLL_S = 0.05
OPEN = ("waiting", "reading", "embedding")
FLAGS = ("--no-browser", "-c", "4096", "-np", "1")

_NO_DATA = Text(
    "{folder} is not here: put it into shared/data of this folder or of the one above it.",
    "未找到 {folder}：请把它放到本文件夹或上一级文件夹的 shared/data 中。",
)


class Documents:
    """The documents of a server."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def add(self, path: Path, collection: str | None = None) -> list[str]:
        """Take in a file or a folder; the jobs."""
        body = {"path": str(path.resolve()), "collection": collection}
        return [job["id"] for job in self._asked("POST", "/v1/documents", body)["data"]]

    def wait(self, jobs: Sequence[str], until_searchable: bool = False) -> None:
        """Until the jobs, at most 1000, are over; or until their documents are found by words.

        Raises: SystemExit, if one failed.
        """
        open_states = ("waiting", "reading") if until_searchable else OPEN
        while left := set(jobs) & set(self._in_states(open_states)):
            time.sleep(POLL_S * min(1.0, len(left) / 10))
        for job, problem in self._in_states(("failed", "cancelled")).items():
            if job in jobs:
                raise SystemExit(f"{job}: {problem}")

    def _in_states(self, states: Sequence[str]) -> dict[str, str]:
        """Jobs with their problems."""
        chosen = "&".join(f"state={state}" for state in states)
        found = self._asked("GET", f"/v1/jobs?limit=1000&{chosen}")["data"]
        return {job["id"]: job["problem"] for job in found}

    def search(self, query: str, most: int, by: str = "both", where: str | None = None) -> Any:
        """Passages, best first; `where`: a collection."""
        wanted = {"collections": [where]} if where else None
        body = {"query": query, "limit": most, "by": by, "filter": wanted}
        return self._asked("POST", "/v1/search", body)["data"]

    def listed(self) -> list[str]:
        """The documents that are kept, at most 1000."""
        return [each["id"] for each in self._asked("GET", "/v1/documents?limit=1000")["data"]]

    def remove(self, document: str) -> None:
        """Take a document away."""
        self._asked("DELETE", f"/v1/documents/{document}")

    def _asked(self, method: str, path: str, body: object = None) -> Any:
        text = b"" if body is None else json.dumps(body).encode()
        status, answer = sent(self.server, Request(path, text, method))
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {answer[:300]}")
        return json.loads(answer)


def served(executable: Path, folder: Path, *flags: str) -> Server:
    """Our file with its data in that folder."""
    command = [str(executable), "--data", str(folder), *FLAGS, *flags]
    return Server("assistant", command)


def data(*parts: str) -> Path:
    """A file or folder of the shared data. Raises: BuildFailed, where there is none."""
    for root in (places.ROOT, places.ROOT.parent):
        if (path := root.joinpath("shared", "data", *parts)).exists():
            return path
    raise BuildFailed(_NO_DATA.filled(folder=Path(*parts)))
