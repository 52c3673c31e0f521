"""`assistant ingest`: takes documents in, and says what became of each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.cli.client import Client, Refused
from app.cli.service import Service, service
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.cli.width import columns
from app.errors import BadSettings
from app.language import Text

POLL_S = 0.2
LOOKED_AT = 20  # open jobs that are asked for at once: they are worked on in their order
OVER = ("done", "failed", "cancelled")
MINUTE_S = 60
NAME_COLUMNS = 30

NOTHING = Text(
    "There is nothing to take in. Name files, folders or web pages: assistant ingest letter.pdf",
    "没有指定要添加的内容。请给出文件、文件夹或网页：assistant ingest letter.pdf",
)
GOES_ON = Text(
    "The assistant that runs goes on with the rest.", "其余部分由正在运行的助手继续处理。"
)
LATER = Text(
    "The rest goes on with the next start of the assistant.", "其余部分将在下次启动助手时继续处理。"
)
KNOWN = Text("known already, nothing new in it", "已存在，内容没有变化")
CANCELLED = Text("cancelled", "已取消")
EMPTY = Text("There are no files in it: {word}", "其中没有文件：{word}")


def run(start: Start) -> int:
    """1 where anything could not be taken in. Raises: BadSettings where nothing was named."""
    if not start.words:
        raise BadSettings(NOTHING)
    with service(start, answers=False) as served:
        try:
            return _take_in(start, served)
        except KeyboardInterrupt:
            start.terminal.note(Text("", ""))
            start.terminal.note(GOES_ON if served.stays else LATER)
            raise


def _take_in(start: Start, served: Service) -> int:
    terminal, jobs, refused = start.terminal, list[dict[str, Any]](), 0
    for word in start.words:
        try:
            added = served.client.post("/v1/documents", addition(word, start.own))["data"]
        except Refused as error:
            refused += 1
            terminal.note(error.message)
            continue
        if not added:
            terminal.note(EMPTY.filled(word=word))
        jobs += added
    failed = Following(served.client, terminal, jobs).run()
    return 1 if failed or refused else 0


def addition(word: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked of the assistant for one word of the command line."""
    about = {"collection": own.get("collection"), "tags": list(own.get("tag", ()))}
    if _is_address(word):
        reach = {"depth": own.get("depth", 0), "private": own.get("private", False)}
        return {"url": word, **reach, **about}
    path = Path(word).expanduser().absolute()
    return {"path": str(path), "watch": own.get("watch", False), **about}


def _is_address(word: str) -> bool:
    return word.lower().startswith(("http://", "https://"))


class Following:
    """Follows jobs to their ends, and tells of each."""

    def __init__(self, client: Client, terminal: Terminal, jobs: list[dict[str, Any]]) -> None:
        self._client = client
        self._terminal = terminal
        self._open = {job["id"]: job for job in jobs}
        self._seen = set(self._open)
        self._sites = {urlsplit(job["source"]).netloc for job in jobs if _is_address(job["source"])}
        self._failed = 0

    def run(self) -> int:
        """Until all are over; how many failed."""
        try:
            while self._open or self._linked():
                for uid in list(self._open)[:LOOKED_AT]:
                    self._look(uid)
                self._show()
                if self._open:
                    time.sleep(POLL_S)
        finally:
            self._wipe()
        return self._failed

    def _look(self, uid: str) -> None:
        job = self._open[uid] = self._client.get(f"/v1/jobs/{uid}")
        if job["state"] in OVER:
            del self._open[uid]
            self._failed += job["state"] == "failed"
            self._wipe()
            for line in self._told(job):
                self._terminal.say(line)

    def _linked(self) -> bool:
        """Whether pages that others linked to have joined the queue; they are followed, too."""
        if self._sites:
            for job in self._client.get("/v1/jobs?limit=1000")["data"]:
                of_site = urlsplit(job["source"]).netloc in self._sites
                if of_site and job["id"] not in self._seen and job["state"] not in OVER:
                    self._seen.add(job["id"])
                    self._open[job["id"]] = job
        return bool(self._open)

    def _told(self, job: Mapping[str, Any]) -> Iterator[str]:
        said = self._terminal.told
        document = self._document(job)
        if job["state"] == "cancelled":
            yield f"{job['name']}: {said(CANCELLED)}"
        elif document is None:
            yield f"{job['name']}: {job['problem'] or said(KNOWN)}"
        else:
            yield f"{document['name']}: {document['summary']}"
            if document["state"] != "failed":  # else the summary says it
                yield from (f"  → {problem}" for problem in document["problems"])

    def _document(self, job: Mapping[str, Any]) -> dict[str, Any] | None:
        if job["document"]:
            with suppress(Refused):  # it may have been removed again
                found: dict[str, Any] = self._client.get(f"/v1/documents/{job['document']}")
                return found
        return None

    def _show(self) -> None:
        if self._terminal.is_watched and self._open:
            over = len(self._seen) - len(self._open)
            share = sum(job["share"] for job in self._open.values()) + over
            first = next(iter(self._open.values()))
            label = f"{over + 1}/{len(self._seen)} {_short(first['name'])}{self._left()}"
            self._terminal.wipe()
            self._terminal.bar(Text(label, label), share / len(self._seen))

    def _left(self) -> str:
        """How long the open jobs still take, where all of them are so far that this is known."""
        left = [job["left_s"] for job in self._open.values()]
        if any(each is None for each in left):
            return ""
        seconds = max(left)
        if seconds < MINUTE_S:
            text = Text("{n:.0f} s left", "还需 {n:.0f} 秒").filled(n=seconds)
        else:
            text = Text("{n:.0f} min left", "还需 {n:.0f} 分钟").filled(n=seconds / MINUTE_S)
        return ", " + self._terminal.told(text)

    def _wipe(self) -> None:
        if self._terminal.is_watched:
            self._terminal.wipe()


def _short(name: str) -> str:
    while columns(name) > NAME_COLUMNS:
        name = name[:-2] + "…"
    return name
