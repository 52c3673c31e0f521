"""Whenever the program is killed: all that was acknowledged is whole, nothing is doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from app.knowledge.contents import Contents
from app.knowledge.database import Database
from app.knowledge.documents import Documents
from tests.knowledge import killed
from tests.knowledge.libraries import opened, until

KILLS = 50
LONGEST_LIFE_S = 0.8


def run_and_kill(folder: Path, first: int, life_s: float) -> list[int]:
    """The numbers of the documents that were acknowledged before the kill."""
    command = [sys.executable, "-m", "tests.knowledge.killed", str(folder), str(first)]
    root = Path(killed.__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        first_line = process.stdout.readline()  # the clock starts with the first one
        time.sleep(life_s)
        process.kill()
        return [int(line) for line in (first_line + process.stdout.read()).split()]


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


def test_a_kill_at_any_moment_loses_nothing_and_leaves_nothing_by_halves(tmp_path: Path):
    chance = random.Random(7)
    latest: dict[str, int] = {}
    for _ in range(KILLS):
        first = max(latest.values(), default=-1) + 1
        for number in run_and_kill(tmp_path, first, chance.uniform(0, LONGEST_LIFE_S)):
            latest[killed.name(number)] = number
        whole = {killed.text(number) for number in range(max(latest.values()) + 2)}
        assert all(text in whole for text in visible(tmp_path).values())

    library = opened(tmp_path)
    until(lambda: not library.jobs.listed() and library.state().chunks_waiting == 0, 600)
    texts = visible(tmp_path)
    last = max(latest.values())
    # One more may have come in whose acknowledgement was lost with the process.
    unheard = {killed.name(last + 1), killed.name(last)}
    assert set(latest) <= set(texts) <= set(latest) | unheard
    for name, number in latest.items():
        if name not in unheard:
            assert texts[name] == killed.text(number)
            assert [p.name for p in library.search(f"unique{number}x2", 3)][:1] == [name]
    until(lambda: library.state().vectors == vectors_noted(tmp_path))
    library.close()
