"""Makes what the program unpacks by itself: a tar.xz, the same bytes from the same files."""

from __future__ import annotations

import io
import lzma
import platform
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import places
from app.language import Text
from console import working

PRESET = 6
INTEL = ("x86_64", "AMD64", "i686")
KEPT = 4
"""So many archives of a name stay in the cache, for as many clones and versions."""


@dataclass(frozen=True, slots=True)
class Members:
    """What an archive holds: files under their names, and links from a name to another."""

    files: Mapping[str, Path]
    links: Mapping[str, str] = field(default_factory=dict)


def packed(name: str, inputs: str, doing: Text, members: Callable[[Path], Members]) -> Path:
    """The archive made from these inputs, out of the user's cache or packed now.

    `members` prepares them, in a folder that it may write into.
    Raises: OSError.
    """
    folder = places.kept("archives")
    target = folder / f"{name}-{inputs[:16]}.tar.xz"
    if target.exists():
        target.touch()
        return target
    with working(doing), tempfile.TemporaryDirectory() as prepared:
        write(target, members(Path(prepared)))
    by_use = sorted(folder.glob(f"{name}-*.tar.xz"), key=lambda each: each.stat().st_mtime)
    for old in by_use[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def write(target: Path, members: Members) -> None:
    """Pack the members, in the order of their names. Raises: OSError."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in sorted(members.files.items()):
            member = tarfile.TarInfo(name)  # without times and owners
            member.size = path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(member, file)
        for name, goal in sorted(members.links.items()):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, goal
            archive.addfile(link)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as partial:
        partial.write(_compressed(plain.getbuffer()))
    Path(partial.name).replace(target)


def _compressed(plain: memoryview) -> bytes:
    filters: list[dict[str, int]] = [{"id": lzma.FILTER_LZMA2, "preset": PRESET}]
    if platform.machine() in INTEL:  # jumps there look alike once their goals are absolute
        filters.insert(0, {"id": lzma.FILTER_X86})
    return lzma.compress(plain, filters=filters)
