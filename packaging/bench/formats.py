"""Files of every format: from file to found by words, against the loaders that others name."""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.documents import Documents, data
from bench.peers import LOADERS

ROUNDS = 2
COPIES = 12
BOOK = "winter-sports.epub"  # takes theirs longer than all the others together

Told = dict[str, Any]


def formats(documents: Documents, folder: Path) -> float:
    """How many times as fast ours is on the files that both read, without the book; prints each."""
    files = [each for each in sorted(data("docs").iterdir()) if each.suffix != ".tsv"]
    theirs: Told = LOADERS.measured(str(ROUNDS), *files)
    both = []
    for each in files:
        told = theirs[each.name]
        if told.get("characters"):
            print(f"{each.name}: {_seconds(told) * 1e3:.0f} ms with {told['loader']}")
            both.append(each)
        else:
            print(f"{each.name}: not read by theirs: {told.get('why', 'no text')}")
    _compared(documents, both, theirs, folder / "all", 1)
    few = [each for each in both if each.name != BOOK]
    return _compared(documents, few, theirs, folder / "without-the-book", COPIES)


def _compared(
    documents: Documents, files: Sequence[Path], theirs: Told, folder: Path, copies: int
) -> float:
    """Theirs read each file again and again; ours gets copies, of which none is known already."""
    seconds = []
    for number in range(ROUNDS + 1):
        each_round = folder / str(number)
        each_round.mkdir(parents=True)
        for file in files:
            for copy in range(copies):
                target = each_round / f"{copy}-{file.name}"
                shutil.copy(file, target)
                _make_other(target, number * copies + copy + 1)
        seconds.append(_taken_in(documents, each_round))
    mine = median(seconds[1:])  # everything has been used once
    other = sum(_seconds(theirs[each.name]) for each in files) * copies
    count = len(files) * copies
    print(
        f"{folder.name}: {count} files: {count / mine:.1f} a second,"
        f" theirs {count / other:.2f}: {other / mine:.1f} times"
    )
    return other / mine


def _make_other(file: Path, number: int) -> None:
    """Give a file a content that no other has, and the same text."""
    head = file.read_bytes()[:4]
    if head == b"PK\x03\x04":
        with zipfile.ZipFile(file, "a") as packed:
            packed.writestr("copy", str(number))
        return
    line = {b"%PDF": f"\n% {number}\n".encode(), b"\xd0\xcf\x11\xe0": bytes(number)}.get(head)
    if line is None:
        encoding = "utf-16-le" if head.startswith(b"\xff\xfe") else "ascii"
        line = ("\n" * number).encode(encoding)
    with file.open("ab") as appended:
        appended.write(line)


def _seconds(told: Told) -> float:
    return median(told["seconds"])


def _taken_in(documents: Documents, folder: Path) -> float:
    """The seconds until all files of a folder are found by their words; they are removed again."""
    began = time.perf_counter()
    jobs = documents.add(folder)
    documents.wait(jobs, until_searchable=True)
    seconds = time.perf_counter() - began
    kept = documents.listed()
    if len(kept) != len(jobs):
        raise SystemExit(f"{len(jobs)} files, of which {len(kept)} were taken in")
    for each in kept:
        documents.remove(each)
    return seconds
