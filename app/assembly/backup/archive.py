"""One file with all that a data folder keeps: a ZIP with a manifest that lists every file.

SQLite's files are copied by SQLite itself, as they are at one moment, whoever writes to them. The
documents' originals never change once they are there. Vectors are copied where nobody works with
them; else they are left out, and made anew from the documents after a restore.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from app import __version__
from app.assembly.claim import FILE as CLAIM
from app.disk import has_room
from app.errors import BadFile, DiskFull
from app.language import Text

MANIFEST, FORMAT = "manifest.json", 1
SQLITE = b"SQLite format 3\0"
VECTORS = "documents/chroma"
PIECE_BYTES = 1 << 20
PASSING = (".part", ".suspect", ".opening", "-wal", "-shm", "-journal", ".log", ".lock")
CACHES = ("prefixes", "restore.")
ASIDE = (".damaged-", "before-restore-")
PACKED = zipfile.ZIP_DEFLATED
FAST = 1

NO_BACKUP = Text(
    "{path} is no backup of an assistant, or it is damaged: {why}.",
    "{path} 不是助手的备份，或已损坏：{why}。",
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds."""

    files: dict[str, str]  # their SHA-256, by their names
    bytes: int
    vectors: bool


def backup(data: Path, target: Path, vectors: bool) -> Contents:
    """Write a backup of a data folder; one that was there is replaced once the new one is whole.

    `vectors`: whether nobody else works with them, so that they can be copied.
    Raises: OSError, DiskFull.
    """
    names = [name for name in _kept(data, target) if vectors or not _is_of_vectors(name)]
    size = sum((data / name).stat().st_size for name in names)
    if not has_room(target.absolute().parent, size):
        raise DiskFull
    handle, passing = tempfile.mkstemp(".part", f".{target.name}-", target.absolute().parent)
    try:
        with os.fdopen(handle, "w+b") as file:  # readable by its owner alone, as mkstemp makes it
            files = _written(file, data, names)
            file.flush()
            os.fsync(file.fileno())
        Path(passing).replace(target)
    except BaseException:
        Path(passing).unlink(missing_ok=True)
        raise
    return Contents(files, size, any(map(_is_of_vectors, files)))


def contents(archive: zipfile.ZipFile, path: Path) -> Contents:
    """What a backup says that it holds. Raises: BadFile."""
    try:
        told = json.loads(archive.read(MANIFEST))
        files = {str(name): str(sha256) for name, sha256 in told["files"].items()}
        if told["format"] != FORMAT or not files.keys() <= set(archive.namelist()):
            raise ValueError("a part of it is missing")
    except (KeyError, ValueError, AttributeError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise BadFile(NO_BACKUP.filled(path=path, why=error)) from error
    for name in files:
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or name.startswith("/") or "\\" in name or ":" in name:
            raise BadFile(NO_BACKUP.filled(path=path, why=name))
    size = sum(archive.getinfo(name).file_size for name in files)
    return Contents(files, size, any(map(_is_of_vectors, files)))


def _kept(data: Path, target: Path) -> Iterator[str]:
    """The names of all that is worth keeping."""
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if (
            path.is_file()
            and not path.is_symlink()
            and path.absolute() != target.absolute()
            and path.name != CLAIM
            and not name.startswith(CACHES)
            and not name.endswith(PASSING)
            and not any(mark in name for mark in ASIDE)
        ):
            yield name


def _is_of_vectors(name: str) -> bool:
    return name.startswith(VECTORS)


def _written(file: IO[bytes], data: Path, names: list[str]) -> dict[str, str]:
    digests: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", PACKED, compresslevel=FAST) as archive:
        for name in names:
            try:
                digests[name] = _add(archive, data / name, name)
            except FileNotFoundError:
                continue  # it was removed meanwhile
        told: dict[str, Any] = {"format": FORMAT, "version": __version__, "created": time.time()}
        archive.writestr(MANIFEST, json.dumps({**told, "files": digests}, indent=1))
    return digests


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    with path.open("rb") as file:
        if file.read(len(SQLITE)) != SQLITE:
            file.seek(0)
            return _copied(archive, file, name)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=_beside(archive)) as folder:
        copy = Path(folder) / "copy.db"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target, pages=1000, sleep=0.001)
        with copy.open("rb") as file:
            return _copied(archive, file, name)


def _beside(archive: zipfile.ZipFile) -> Path | None:
    name = getattr(archive.fp, "name", None)
    return Path(name).parent if isinstance(name, str) else None


def _copied(archive: zipfile.ZipFile, file: IO[bytes], name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
            member.write(piece)
    return digest.hexdigest()
