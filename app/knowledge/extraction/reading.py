"""What a reader is given besides the bytes: text recognition, and a place for problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from app.knowledge.block import Block
from app.knowledge.report import Problem, Reason

DEEPEST = 8
LARGEST_TOTAL_BYTES = 2 << 30  # that archives may unpack to, and all the archives inside of them

Content = bytes | Callable[[], bytes]  # what is called may raise Damaged or Protected


class Damaged(Exception):
    """The file is not what its signature says; raised by readers, reported by `read`."""


class Protected(Exception):
    """The file is encrypted; raised by readers, reported by `read`."""


class Recognize(Protocol):
    """Text recognition: the lines of a picture, top to bottom."""

    def __call__(self, picture: Any) -> list[str]:
        """Shape: a PIL image in, as its file has it, which may be not upright; lines out."""
        ...


class Reading:
    """The reading of one document, with everything that is inside it."""

    def __init__(
        self,
        read_inner: Callable[[Reading, Content, str], Iterator[Block]],
        recognize: Recognize | None = None,
        on_page: Callable[[int, int], None] = lambda *_: None,
        on_recording: Callable[[bytes], None] | None = None,
    ) -> None:
        self.recognize = recognize
        self.pages = 0
        self.ocr_pages = 0
        self.problems: list[Problem] = []
        self._read_inner = read_inner
        self._on_page = on_page
        self._on_recording = on_recording
        self._inside: list[str] = []
        self._unpacked_bytes = 0

    def may_unpack(self, size: int) -> bool:
        """Whether so many bytes more may come out of the archives; else they are left out."""
        if self._unpacked_bytes + size > LARGEST_TOTAL_BYTES:
            return False
        self._unpacked_bytes += size
        return True

    def page_done(self, page: int, pages: int) -> None:
        """Counts a page and tells the one who waits."""
        self.pages += 1
        self._on_page(page, pages)

    def problem(self, reason: Reason, page: int | None = None, detail: str = "") -> None:
        """Notes something that could not be read, with the place where it stands."""
        self.problems.append(Problem(reason, detail, page, self._where))

    def inner(self, content: Content, name: str) -> Iterator[Block]:
        """The blocks of a file inside this one, after a block that names it."""
        if len(self._inside) >= DEEPEST:
            self.problem("too-deep")
            return
        self._inside.append(name)
        try:
            yield Block("part", name, level=len(self._inside))
            yield from self._read_inner(self, content, name)
        finally:
            self._inside.pop()

    def recording(self, data: bytes) -> Iterator[Block]:
        """Hands a recording inside the file over to be heard; a block keeps its place.

        One that is the file itself is heard from there.
        """
        if self._on_recording is None or not self._inside:
            self.problem("no-speech")
            return
        self._on_recording(data)
        yield Block("recording", self._where)

    def picture_lines(self, picture: Any, page: int | None = None) -> list[str]:
        """The text of a picture; notes a problem where there is no text recognition."""
        if self.recognize is None:
            self.problem("no-ocr", page)
            return []
        self.ocr_pages += 1
        return self.recognize(picture)

    @property
    def _where(self) -> str:
        return " › ".join(self._inside)
