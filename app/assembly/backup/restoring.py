"""Brings a backup back: unpacked and checked first, then put in the place of what is there."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.assembly.backup.archive import NO_BACKUP, PIECE_BYTES, contents
from app.assembly.backup.exchange import BEFORE, EMPTIED, LIVE, READY, finish
from app.assembly.claim import Claim
from app.disk import has_room
from app.errors import AssistantError, BadFile, DiskFull
from app.language import Text

UNPACKING = "restore.part"
DATABASE = "documents/documents.db"
PATIENCE_S = 60.0
LOOK_S = 0.1

NOT_TAKEN = Text(
    "The assistant that works with {data} did not take the backup in time. It is ready there, and "
    "is brought back when that assistant starts again.",
    "正在使用 {data} 的助手没有及时接收备份。备份已就绪，该助手下次启动时会恢复。",
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back. `before`: where what was there is; `later`: what is still to come."""

    files: int
    before: Path | None
    later: tuple[str, ...]


def restore(data: Path, archive: Path, claim: Claim) -> Restored:
    """Bring a backup back, through the assistant that works with the folder if there is one.

    Raises: BadFile, DiskFull, OSError; AssistantError, where that assistant does not answer.
    """
    files = _unpacked(data, archive)
    if claim.take():
        try:
            before = finish(data)
        finally:
            claim.release()
        return Restored(files, before, ())
    until = time.monotonic() + PATIENCE_S
    while any((data / READY / name).exists() for name in LIVE):
        if time.monotonic() > until:
            raise AssistantError(NOT_TAKEN.filled(data=data))
        time.sleep(LOOK_S)
    later = sorted(each.name for each in (data / READY).glob("*") if each.name != EMPTIED)
    before = max(data.glob(BEFORE.format(when="*")), default=None)
    return Restored(files, before, tuple(later))


def _unpacked(data: Path, path: Path) -> int:
    """Unpack and check a backup inside the data folder. Raises: BadFile, DiskFull, OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = contents(archive, path)
            data.mkdir(parents=True, exist_ok=True)
            if not has_room(data, found.bytes):
                raise DiskFull
            folder = data / UNPACKING
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            for name, sha256 in found.files.items():
                if _extracted(archive, name, folder / name) != sha256:
                    raise BadFile(NO_BACKUP.filled(path=path, why=name))
    except zipfile.BadZipFile as error:
        raise BadFile(NO_BACKUP.filled(path=path, why=error)) from error
    if not found.vectors and (folder / DATABASE).exists():
        _forget_vectors(folder / DATABASE)
    shutil.rmtree(data / READY, ignore_errors=True)
    folder.rename(data / READY)
    return len(found.files)


def _extracted(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    digest = hashlib.sha256()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with archive.open(name) as member, target.open("wb") as file:
        target.chmod(0o600)
        while piece := member.read(PIECE_BYTES):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _forget_vectors(database: Path) -> None:
    """Those that are there belong to other documents; they are made anew."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT OR REPLACE INTO facts (name, value) VALUES ('embedding', '')")
        connection.commit()
