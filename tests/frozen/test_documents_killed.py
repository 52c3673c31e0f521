"""The built file is killed while documents come in: all that was acknowledged is whole then."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.frozen.keeper import LONG_S, Keeper
from tests.knowledge import killed

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc"),
]

KILLS = int(os.environ.get("ASSISTANT_TEST_KILLS", "4"))
KILLS_EACH = 5  # of one folder
FOLDERS = [min(KILLS_EACH, KILLS - before) for before in range(0, KILLS, KILLS_EACH)]
LONGEST_LIFE_S = 1.0
SEARCHES = 20
PAGE = 1000


class Adding:
    """Adds documents one after the other, until nobody answers any more."""

    def __init__(self, keeper: Keeper, numbers: count[int], acknowledged: dict[str, int]) -> None:
        self._keeper = keeper
        self._numbers = numbers
        self._acknowledged = acknowledged
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def until_killed(self, life_s: float) -> None:
        """The time runs from the first document."""
        self._thread.start()
        assert self._first.wait(LONG_S)
        time.sleep(life_s)
        kill(self._keeper)
        self._thread.join()

    def _run(self) -> None:
        for number in self._numbers:
            body = {"name": killed.name(number), "text": killed.text(number)}
            try:
                assert self._keeper.http.post("/v1/documents", json=body).status_code == 202
            except httpx.TransportError:
                return
            self._acknowledged[killed.name(number)] = number
            self._first.set()


def kill(keeper: Keeper) -> None:
    """The program at once, and the bootloader that waits for it."""
    bootloader = keeper.running.process.pid
    for child in Path(f"/proc/{bootloader}/task/{bootloader}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    keeper.running.end(signal.SIGKILL)


def texts(keeper: Keeper) -> dict[str, str]:
    """What of the documents can be seen: their texts by their names, each name once."""
    listed = keeper.http.get("/v1/documents", params={"limit": PAGE}).json()
    assert not listed["has_more"]
    documents = {each["name"]: each["id"] for each in listed["data"]}
    assert len(documents) == len(listed["data"])
    return {
        name: keeper.http.get(f"/v1/documents/{uid}/text").json()["text"]
        for name, uid in documents.items()
    }


def wait_until_read(keeper: Keeper) -> None:
    until = time.monotonic() + LONG_S
    unread = {"state": ["waiting", "reading"], "limit": 1}
    while keeper.http.get("/v1/jobs", params=unread).json()["data"]:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("kills", FOLDERS)
def test_whatever_was_acknowledged_is_whole_after_every_kill(
    executable: Path, tmp_path: Path, kills: int
) -> None:
    chance, numbers = random.Random(), count()
    acknowledged: dict[str, int] = {}
    for _ in range(kills):
        with Keeper(executable, tmp_path) as keeper:
            sent = {killed.text(number) for number in range(next(numbers))}
            assert set(texts(keeper).values()) <= sent
            Adding(keeper, numbers, acknowledged).until_killed(chance.uniform(0, LONGEST_LIFE_S))
    with Keeper(executable, tmp_path) as keeper:
        wait_until_read(keeper)
        seen = texts(keeper)
        for name, number in acknowledged.items():
            # A later version may have come in whose acknowledgement went down with the program.
            later = number + killed.REPEATED
            unheard = [later] if killed.name(later) == name else []
            assert seen[name] in map(killed.text, [number, *unheard])
        for name, number in chance.sample(sorted(acknowledged.items()), SEARCHES):
            if seen[name] == killed.text(number):
                query = {"query": f"unique{number}x2", "limit": 1, "by": "words"}
                assert [each["name"] for each in keeper.post("/v1/search", query)["data"]] == [name]
