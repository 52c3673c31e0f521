"""Writes OLE compound files: the container of .doc, .ppt, .xls and .msg. Source: [MS-CFB]."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SECTOR, SMALL, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
BLACK = 1


@dataclass
class Entry:
    """One of the directory. `right`: the next in the same storage; `child`: the first inside."""

    name: str
    kind: int
    first: int = END
    size: int = 0
    right: int = FREE
    child: int = FREE

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<III", FREE, self.right, self.child)
        head = struct.pack("<64sHBB", name, len(name), self.kind, BLACK)
        return head + links + bytes(36) + struct.pack("<IQ", self.first, self.size)


class Sectors:
    """Streams in sectors of one size, and the table that chains them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.content = b""
        self.table: list[int] = []

    def add(self, stream: bytes) -> int:
        """The first sector of a stream."""
        if not stream:
            return END
        first = len(self.table)
        count = -(-len(stream) // self.size)
        self.table += [*range(first + 1, first + count), END]
        self.content += stream.ljust(count * self.size, b"\0")
        return first


def compound(streams: dict[str, bytes]) -> bytes:
    """A file with these streams; what stands before a "/" is the storage that a stream is in."""
    sectors, small = Sectors(SECTOR), Sectors(SMALL)
    entries = _directory(streams)
    for entry, content in zip(entries, _contents(entries, streams), strict=True):
        entry.size = len(content)
        entry.first = (small if len(content) < CUTOFF else sectors).add(content)
    entries[0].first, entries[0].size = sectors.add(small.content), len(small.content)
    table = _packed(small.table)
    small_table = sectors.add(table)
    directory = sectors.add(b"".join(entry.packed() for entry in entries))
    count = 1
    while count * SECTOR // 4 < len(sectors.table) + count:
        count += 1
    fat = range(len(sectors.table), len(sectors.table) + count)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),  # versions, byte order, and the sizes of sectors as powers of 2
        *(0, count, directory, 0, CUTOFF, small_table, -(-len(table) // SECTOR), END, 0),
        *fat,
        *[FREE] * (109 - count),
    )
    return header + sectors.content + _packed([*sectors.table, *[FAT] * count])


def _directory(streams: dict[str, bytes]) -> list[Entry]:
    """The root, then everything else, each storage before what is in it."""
    entries, places = [Entry("Root Entry", ROOT)], {"": 0}
    for path in sorted(streams, key=lambda path: (path.count("/"), len(path), path.upper())):
        _enter(path, STREAM, entries, places)
    return entries


def _enter(path: str, kind: int, entries: list[Entry], places: dict[str, int]) -> None:
    storage, _, name = path.rpartition("/")
    if storage not in places:
        _enter(storage, STORAGE, entries, places)
    places[path] = len(entries)
    entries.append(Entry(name, kind))
    above, at = entries[places[storage]], len(entries) - 1
    if above.child == FREE:
        above.child = at
        return
    last = entries[above.child]
    while last.right != FREE:
        last = entries[last.right]
    last.right = at


def _contents(entries: list[Entry], streams: dict[str, bytes]) -> Iterator[bytes]:
    """Each entry's content; of the root and of storages none."""

    def below(at: int, path: str) -> Iterator[tuple[int, str]]:
        while at != FREE:
            entry = entries[at]
            yield at, path + entry.name
            yield from below(entry.child, f"{path}{entry.name}/")
            at = entry.right

    paths = dict(below(entries[0].child, ""))
    for at in range(len(entries)):
        yield streams.get(paths.get(at, ""), b"")


def _packed(numbers: list[int]) -> bytes:
    padded = [*numbers, *[FREE] * (-len(numbers) % (SECTOR // 4))]
    return struct.pack(f"<{len(padded)}I", *padded)
