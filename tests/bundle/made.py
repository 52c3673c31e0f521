"""Small executables and archives for the tests: the right shape, with a few bytes in each part."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from app.bundle.executable import COOKIE, COOKIE_MAGIC, Executable
from app.bundle.join import Payload, join
from app.bundle.slice import Slice

BOOTLOADER = b"\x7fELF and the rest of a bootloader"


def file(path: Path, content: bytes) -> Slice:
    """A file with some bytes in it."""
    path.write_bytes(content)
    return Slice.whole(path)


def pkg(content: bytes = b"modules") -> bytes:
    """What PyInstaller would append: modules, then a cookie with the length of both."""
    length = len(content) + COOKIE.size
    return content + COOKIE.pack(COOKIE_MAGIC, length, 0, 0, 311, b"libpython3.11.so.1.0")


def executable(folder: Path, **payloads: bytes) -> Executable:
    """An executable with one payload of each named kind."""
    target = folder / "assistant"
    join(
        target,
        file(folder / "bootloader", BOOTLOADER),
        [Payload(kind, kind, file(folder / kind, data)) for kind, data in payloads.items()],
        file(folder / "pkg", pkg()),
        ["--port", "9000"],
    )
    return Executable.open(target)


def libraries(links: Mapping[str, str] | None = None, **files: bytes) -> bytes:
    """A tar.xz archive; underscores in names stand for dots."""
    return archive({name.replace("_", "."): content for name, content in files.items()}, links)


def archive(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    """A tar.xz archive."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name, goal in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, goal
            tar.addfile(link)
    return lzma.compress(plain.getvalue())


def page(files: Mapping[str, bytes]) -> bytes:
    """An uncompressed zip."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return plain.getvalue()
