"""Whether a Chroma folder may be opened: some damage would end the whole program with it.

Source: hnswlib, hnswalg.h, `saveIndex`: the header is a version, and then sizes.
"""

from __future__ import annotations

import mmap
import struct
from contextlib import suppress
from pathlib import Path

HEADER, VECTORS, LENGTHS = "header.bin", "data_level0.bin", "length.bin"
HEADER_BYTES, LENGTH_BYTES = 100, 4
MOST_OPENINGS = 3  # that ended with the program, before what is there is given up
OPENING = ".opening"


def flaw(folder: Path) -> str:
    """Why it may not be opened: an index shorter than it says, or one that ended the program."""
    if (openings := _openings(folder)) >= MOST_OPENINGS:
        return f"opening it ended the program {openings} times"
    broken = [
        header.parent for header in folder.glob(f"*/{HEADER}") if not _is_whole(header.parent)
    ]
    return f"{broken[0].name} is shorter than it says" if broken else ""


def could_be_loaded(folder: Path) -> bool:
    """Whether files and memory are there for it, so that a failure is its content's."""
    try:
        for file in folder.glob("*/*"):
            with file.open("rb"), mmap.mmap(-1, max(file.stat().st_size, 1)):
                pass
    except OSError:
        return False
    return True


def note_opening(folder: Path) -> None:
    """It is about to be opened."""
    with suppress(OSError):
        _note(folder).write_text(str(_openings(folder) + 1), encoding="ascii")


def note_proved(folder: Path) -> None:
    """It was opened, and the program is still there."""
    with suppress(OSError):
        _note(folder).unlink(missing_ok=True)


def _is_whole(index: Path) -> bool:
    try:
        header = (index / HEADER).read_bytes()
        vectors, lengths = ((index / name).stat().st_size for name in (VECTORS, LENGTHS))
    except OSError:
        return False
    if len(header) != HEADER_BYTES:
        return False
    _, _, most, count, each, _ = struct.unpack_from("<i5q", header)
    return bool(0 <= count <= most and vectors >= count * each and lengths >= count * LENGTH_BYTES)


def _openings(folder: Path) -> int:
    try:
        return int(_note(folder).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def _note(folder: Path) -> Path:
    return folder.with_name(folder.name + OPENING)
