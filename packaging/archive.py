"""Writes what the program unpacks by itself: a tar.xz, the same bytes from the same files."""

from __future__ import annotations

import io
import lzma
import platform
import tarfile
from collections.abc import Mapping
from pathlib import Path

PRESET = 6
INTEL = ("x86_64", "AMD64", "i686")


def write(target: Path, files: Mapping[str, Path], links: Mapping[str, str] | None = None) -> None:
    """Pack files, and links to other names, under their names. Raises: OSError."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in sorted(files.items()):
            member = tarfile.TarInfo(name)  # without times and owners
            member.size = path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(member, file)
        for name, goal in sorted((links or {}).items()):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, goal
            archive.addfile(link)
    partial = target.with_suffix(".partial")
    partial.write_bytes(_packed(plain.getbuffer()))
    partial.replace(target)


def _packed(plain: memoryview) -> bytes:
    filters: list[dict[str, int]] = [{"id": lzma.FILTER_LZMA2, "preset": PRESET}]
    if platform.machine() in INTEL:  # jumps there look alike once their goals are absolute
        filters.insert(0, {"id": lzma.FILTER_X86})
    return lzma.compress(plain, filters=filters)
