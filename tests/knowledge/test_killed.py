"""Whenever the program is killed: all that was acknowledged is whole, nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.knowledge.contents import Contents
from app.knowledge.database import Database
from app.knowledge.documents import Documents
from tests.knowledge import killed
from tests.knowledge.libraries import LONG_S, opened, until

FOLDERS, KILLS_EACH = 4, 13
LONGEST_LIFE_S = 0.6


class Taking:
    """A process that takes documents into a folder, as often as it is killed."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.knowledge.killed", str(folder)]
        root = Path(killed.__file__).parents[2]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root)

    def __enter__(self) -> Taking:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=LONG_S)

    def until_killed(self, first: int, life_s: float) -> list[int]:
        """The numbers of the documents that were acknowledged before the kill."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(first, file=self._process.stdin, flush=True)
        said = iter(self._process.stdout.readline, "dead\n")
        victim = int(next(said))
        acknowledged = [int(next(said))]  # the clock starts with the first one
        time.sleep(life_s)
        os.kill(victim, signal.SIGKILL)
        return [*acknowledged, *map(int, said)]


def visible(folder: Path) -> dict[str, str]:
    """What a search can see right after the kill: the text of every document by its name."""
    database = Database(folder / "documents.db")
    documents, contents = Documents(database), Contents(database)
    listed = documents.listed(most=100_000)
    assert len({document.name for document in listed}) == len(listed)
    found = {document.name: contents.text(document.uid) for document in listed}
    database.close()
    return found


def vectors_noted(folder: Path) -> int:
    database = Database(folder / "documents.db")
    noted = database.reading.execute("SELECT sum(embedded) FROM chunks").fetchone()[0]
    database.close()
    return int(noted)


def kill_again_and_again(folder: Path, chance: random.Random) -> dict[str, int]:
    """The latest number of each document that was acknowledged."""
    latest: dict[str, int] = {}
    with Taking(folder) as taking:
        for _ in range(KILLS_EACH):
            first = max(latest.values(), default=-1) + 1
            life_s = chance.uniform(0, LONGEST_LIFE_S)
            for number in taking.until_killed(first, life_s):
                latest[killed.name(number)] = number
            whole = {killed.text(number) for number in range(max(latest.values()) + 2)}
            assert all(text in whole for text in visible(folder).values())
    return latest


def check(folder: Path, latest: dict[str, int]) -> None:
    library = opened(folder)
    until(lambda: not library.jobs.listed() and library.state().chunks_waiting == 0, 600)
    texts = visible(folder)
    last = max(latest.values())
    # One more may have come in whose acknowledgement was lost with the process.
    unheard = {killed.name(last + 1), killed.name(last)}
    assert set(latest) <= set(texts) <= set(latest) | unheard
    for name, number in latest.items():
        if name not in unheard:
            assert texts[name] == killed.text(number)
            assert [p.name for p in library.search(f"unique{number}x2", 3)][:1] == [name]
    until(lambda: library.state().vectors == vectors_noted(folder))
    library.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_kill_at_any_moment_loses_nothing_and_leaves_nothing_by_halves(tmp_path: Path):
    folders = [tmp_path / str(number) for number in range(FOLDERS)]
    chances = [random.Random(number) for number in range(FOLDERS)]
    with ThreadPoolExecutor(FOLDERS) as together:
        for folder, latest in zip(
            folders, together.map(kill_again_and_again, folders, chances), strict=True
        ):
            check(folder, latest)
