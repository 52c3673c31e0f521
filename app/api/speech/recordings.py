"""A recording that is sent as a form: it goes to the disk as it comes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestTimeout, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from app.api.services import services
from app.api.wire import wrong
from app.errors import BadRequest
from app.language import Text

FORM = "multipart/form-data"
FIELD_BYTES = 1 << 20  # of all other fields together
MOST_PARTS = 100

_NOT_A_FORM = Text("The form is damaged: {detail}.", "表单已损坏：{detail}。")
_BROKEN_OFF = Text("The file broke off on its way.", "文件没有传完。")
_NO_FILE = Text("required, but missing: send a recording in it", "必填，但缺少：请在其中上传录音")


@dataclass(frozen=True, slots=True)
class Sent:
    """A recording and the form's other fields."""

    file: Path
    fields: dict[str, list[str]]

    def value(self, name: str) -> str | None:
        """The last value of a field that is not empty."""
        return next((value for value in reversed(self.values(name)) if value), None)

    def values(self, name: str) -> list[str]:
        """Every value of a field, which may be named as a list."""
        return [*self.fields.get(name, ()), *self.fields.get(f"{name}[]", ())]


@contextmanager
def recording(missing: Text = _NO_FILE) -> Iterator[Sent]:
    """This request's one file; it is there until the end of the block. `missing`: what it lacks.

    Raises: BadRequest; 408, 413 and 415 of werkzeug.
    """
    if request.mimetype != FORM:
        raise UnsupportedMediaType
    request.max_content_length = services().max_upload_bytes
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        fields, files = _parsed(Path(folder))
        sent = files.getlist("file")
        for each in files.values():
            each.close()
        if len(sent) != 1:
            raise wrong("file", missing)
        yield Sent(Path(sent[0].stream.name), {name: list(all_) for name, all_ in fields.lists()})


def _parsed(folder: Path) -> Any:
    count = 0

    def begun(*_: object, **__: object) -> IO[bytes]:
        nonlocal count
        count += 1
        return cast("IO[bytes]", (folder / str(count)).open("w+b"))

    parser = FormDataParser(
        begun,
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
    except (ClientDisconnected, OSError):
        raise BadRequest(_BROKEN_OFF) from None
    except ValueError as error:
        raise BadRequest(_NOT_A_FORM.filled(detail=error)) from None
    return fields, files
