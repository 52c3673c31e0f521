"""Forms with files: what is sent goes to the disk as it comes, never whole into memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestTimeout, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from app.api.services import services
from app.api.wire import unread, wrong
from app.disk import has_room
from app.errors import BadRequest, DiskFull, of_system
from app.language import Text

FORM = "multipart/form-data"
FIELD_BYTES = 1 << 20  # of all fields together that are no files
MOST_PARTS = 10_000
COPIES = 2  # of what is sent lie on the disk while it is taken in

View = TypeVar("View", bound=Callable[..., Any])

_NOT_A_FORM = Text("The form is damaged: {detail}.", "表单已损坏：{detail}。")

_NO_SUCH_FILE = Text("files are taken as {names}", "文件字段应为 {names}")


@dataclass(frozen=True, slots=True)
class Sent:
    """One file and the form's other fields."""

    file: Path
    fields: dict[str, list[str]]

    def value(self, name: str) -> str | None:
        """The last value of a field that is not empty."""
        return next((value for value in reversed(self.values(name)) if value), None)

    def values(self, name: str) -> list[str]:
        """Every value of a field, which may be named as a list."""
        return [*self.fields.get(name, ()), *self.fields.get(f"{name}[]", ())]


def takes_files(view: View) -> View:
    """A view that takes forms with files: its bodies may be large."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def is_form() -> bool:
    """Whether this request brings a form."""
    return request.mimetype == FORM


@dataclass(frozen=True, slots=True)
class SentFiles:
    """A form's files by the names of their fields, and its other fields."""

    files: dict[str, list[Path]]
    fields: dict[str, list[str]]


@contextmanager
def sent_files(names: Sequence[str]) -> Iterator[SentFiles]:
    """This request's files, which may stand in these fields, empty ones left out.

    They are there until the end of the block.
    Raises: BadRequest; 408, 413 and 415 of werkzeug.
    """
    if not is_form():
        raise UnsupportedMediaType
    with tempfile.TemporaryDirectory(prefix="sent-") as folder:
        fields, sent = parsed(_Numbered(Path(folder)), Path(folder))
        found: dict[str, list[Path]] = {name: [] for name in names}
        for name, each in sent.items(multi=True):
            each.close()
            if name not in found:
                raise wrong(name, _NO_SUCH_FILE.filled(names=", ".join(names)))
            path = Path(each.stream.name)
            if path.stat().st_size:
                found[name].append(path)
        yield SentFiles(found, {name: list(all_) for name, all_ in fields.lists()})


@contextmanager
def one_file(missing: Text) -> Iterator[Sent]:
    """This request's one file; it is there until the end of the block.

    `missing`: what is said where there is none, or more than one.
    Raises: BadRequest; 408, 413 and 415 of werkzeug.
    """
    if not is_form():
        raise UnsupportedMediaType
    with tempfile.TemporaryDirectory(prefix="sent-") as folder:
        fields, files = parsed(_Numbered(Path(folder)), Path(folder))
        sent = files.getlist("file")
        for each in files.values():
            each.close()
        if len(sent) != 1:
            raise wrong("file", missing)
        yield Sent(Path(sent[0].stream.name), {name: list(all_) for name, all_ in fields.lists()})


def parsed(begun: Callable[[], IO[bytes]], folder: Path) -> Any:
    """The fields and the files of this request's form.

    `begun`: opens what takes the next file, on the disk of `folder`.
    Raises: BadRequest, DiskFull; 408 and 413 of werkzeug.
    """
    request.max_content_length = services().max_upload_bytes
    if not has_room(folder, COPIES * (request.content_length or 0)):
        raise DiskFull
    parser = FormDataParser(
        lambda *_, **__: begun(),
        max_form_memory_size=FIELD_BYTES,
        max_content_length=services().max_upload_bytes,
        max_form_parts=MOST_PARTS,
        silent=False,
    )
    try:
        _, fields, files = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except TimeoutError:
        raise RequestTimeout from None
    except (ClientDisconnected, OSError) as error:
        raise of_system(error) or unread(error) from None
    except ValueError as error:
        raise BadRequest(_NOT_A_FORM.filled(detail=error)) from None
    return fields, files


class _Numbered:
    """New files of a folder, one after the other: a sender's name never becomes a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def __call__(self) -> IO[bytes]:
        self._count += 1
        return cast("IO[bytes]", (self._folder / str(self._count)).open("w+b"))
