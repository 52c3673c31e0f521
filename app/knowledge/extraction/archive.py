"""ZIP archives of any of the formats."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from app.knowledge.block import Block
from app.knowledge.encodings import guess
from app.knowledge.extraction.reading import Damaged, Protected, Reading

LARGEST_MEMBER_BYTES = 512 << 20
UTF8_NAMES = 0x800
NOISE = frozenset(("__MACOSX", ".DS_Store", "Thumbs.db", ".git"))


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of every file in the archive."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Damaged(str(error)) from error
    with archive:
        members = [info for info in archive.infolist() if _wanted(info)]
        if members and all(info.flag_bits & 1 for info in members):
            raise Protected("every member is encrypted")
        for info in members:
            name = _name(info)
            if info.file_size > LARGEST_MEMBER_BYTES or not reading.may_unpack(info.file_size):
                reading.problem("too-large", detail=f"{LARGEST_MEMBER_BYTES >> 20} MiB ({name})")
                continue
            yield from _member(archive, info, name, reading)


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, reading: Reading
) -> Iterator[Block]:
    def content() -> bytes:
        if info.flag_bits & 1:
            raise Protected(name)
        try:
            return archive.read(info)
        except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError) as error:
            raise Damaged(str(error)) from error

    yield from reading.inner(content, name)


def _wanted(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not NOISE & set(PurePosixPath(info.filename).parts)


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & UTF8_NAMES or info.filename.isascii():
        return info.filename
    raw = info.filename.encode("cp437", "replace")  # what zipfile took them for
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(guess(raw), "replace")
