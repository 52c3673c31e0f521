"""Streams of OLE files: the container of .doc, .ppt and .msg."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import olefile

from app.knowledge.extraction.reading import Damaged


@contextmanager
def opened(data: bytes) -> Iterator[olefile.OleFileIO]:
    """An OLE file. Raises: Damaged, also for whatever goes wrong while it is open."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            yield file
    except (OSError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise Damaged(str(error)) from error


def stream(file: olefile.OleFileIO, *path: str) -> bytes:
    """A stream's bytes; none where it does not exist."""
    return bytes(file.openstream(list(path)).read()) if file.exists(list(path)) else b""
