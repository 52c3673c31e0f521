"""Unpacks what must lie on disk as files, once per content, into the user's cache folder."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.bundle.slice import Slice
from app.errors import AssistantError, BadFile
from app.language import Text

if TYPE_CHECKING:
    import tarfile

CONTENTS = ".contents"
"""Written last into a folder: the name and the size of every file that belongs there."""

UNUSED_S = 30 * 24 * 3600.0
UNFINISHED_S = 3600.0
_UNFINISHED_PREFIX = ".unpacking-"


def cache_root(environment: Mapping[str, str]) -> Path | None:
    """The folder for our caches, or None where nothing of ours can be kept.

    Source: XDG Base Directory Specification; Apple, File System Programming Guide.
    """
    parent = _platform_folder(environment)
    if parent is None:
        return None
    root = parent / "assistant"
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            pass
    except OSError:
        return None
    return root if _ours(root) and _runs_programs(root) else None


def _platform_folder(environment: Mapping[str, str]) -> Path | None:
    def folder(variable: str, *below: str) -> Path | None:
        value = environment.get(variable, "")
        return Path(value, *below) if Path(value).is_absolute() else None

    if sys.platform == "win32":
        return folder("LOCALAPPDATA")
    if sys.platform == "darwin":
        return folder("HOME", "Library", "Caches")
    return folder("XDG_CACHE_HOME") or folder("HOME", ".cache")


def _ours(folder: Path) -> bool:
    # Libraries are loaded from here: nobody else may be able to put one there.
    if sys.platform == "win32":
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _runs_programs(folder: Path) -> bool:
    # Libraries cannot be loaded from a file system that is mounted with "noexec".
    if sys.platform == "win32":
        return True
    return not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)


def unpacked(content: Slice, sha256: str, root: Path) -> Path:
    """The folder under `root` with the files of a tar.xz archive, unpacked if it is not there yet.

    Two programs that start at once both get it: the one that finishes second takes the first's.
    Raises: BadFile, if the archive is damaged; AssistantError, if there is no place for the files.
    """
    folder = root / sha256[:32]
    if _complete(folder):
        _mark_used(folder)
        return folder
    try:
        _unpack(content, sha256, folder)
    except OSError as error:
        raise AssistantError(
            Text(
                "Parts of the program cannot be unpacked into {folder}: {reason}. "
                "Make room there, or set XDG_CACHE_HOME to another folder.",
                "无法把程序组件解压到 {folder}：{reason}。请腾出空间，"
                "或用 XDG_CACHE_HOME 指定其他文件夹。",
            ).filled(folder=root, reason=error.strerror or error)
        ) from error
    _forget_unused(root)
    return folder


def _complete(folder: Path) -> bool:
    try:
        lines = (folder / CONTENTS).read_text(encoding="utf-8").splitlines()
        sizes = [line.split(" ", 1) for line in lines]
        return bool(sizes) and all(
            (folder / name).stat().st_size == int(size) for size, name in sizes
        )
    except (OSError, ValueError):
        return False


def _unpack(content: Slice, sha256: str, folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED_PREFIX, dir=folder.parent))
    try:
        _extract(content, sha256, unfinished)
        _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _extract(content: Slice, sha256: str, folder: Path) -> None:
    # Imported here: these cost ten milliseconds, and most starts unpack nothing.
    import hashlib
    import io
    import lzma
    import tarfile

    packed = content.mapped()
    if hashlib.sha256(packed).hexdigest() != sha256.lower():
        raise BadFile(
            Text(
                "{path} is damaged: parts of the program in it do not match their checksum. "
                "Copy or build it again.",
                "{path} 已损坏：其中程序组件的校验和不符。请重新复制或重新构建。",
            ).filled(path=content.path)
        )
    with (
        lzma.open(io.BytesIO(packed)) as plain,
        tarfile.open(fileobj=plain, mode="r|") as archive,
    ):
        for member in archive:
            _extract_member(archive, member, folder / member.name)
    files = sorted(path for path in folder.rglob("*") if not path.is_dir())
    contents = "".join(
        f"{file.stat().st_size} {file.relative_to(folder).as_posix()}\n" for file in files
    )
    _write(folder / CONTENTS, contents.encode())


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    if Path(member.name).is_absolute() or ".." in path.parts:
        return  # no archive of ours has such names
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = archive.extractfile(member) if member.isreg() else None
    if source is not None:
        _write(path, source.read())
    elif member.issym():
        path.symlink_to(Path(member.linkname).name)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # a power cut after the rename must not leave empty libraries
    path.chmod(0o700)


def _put_in_place(unfinished: Path, folder: Path) -> None:
    for _attempt in range(3):
        try:
            unfinished.rename(folder)
            return
        except OSError:
            if _complete(folder):
                return
            # Something incomplete is in the way, since a folder appears there only when whole.
            shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _mark_used(folder: Path) -> None:
    try:
        os.utime(folder)
    except OSError:
        return  # a cache that cannot be written can still be read


def _forget_unused(root: Path) -> None:
    now = time.time()
    for folder in root.iterdir():
        limit = UNFINISHED_S if folder.name.startswith(_UNFINISHED_PREFIX) else UNUSED_S
        if (folder / CONTENTS).exists() or folder.name.startswith(_UNFINISHED_PREFIX):
            try:
                if now - folder.stat().st_mtime > limit:
                    shutil.rmtree(folder, ignore_errors=True)
            except OSError:
                continue
