"""Files that are sent as a form: they go to the disk as they come, never whole into memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from app.api.documents.names import path_of
from app.api.forms import parsed
from app.api.services import services
from app.api.wire import wrong
from app.language import Text

MEMORY_BYTES = 1 << 20  # of one file, before it goes to the disk

_NO_FILE = Text("required, but missing: send a file in it", "必填，但缺少：请在其中上传文件")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent. `path`: its folders and its name."""

    path: tuple[str, ...]
    content: BinaryIO

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path[-1]

    @property
    def source(self) -> str:
        """The source under which its document is kept: the same name is a new version of it."""
        return f"upload:{'/'.join(self.path)}"


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its files, and its other fields by their names."""

    files: tuple[Upload, ...]
    fields: dict[str, list[str]]

    def value(self, name: str) -> str | None:
        """The last value of a field."""
        return self.fields[name][-1] if name in self.fields else None

    def one_file(self, field: str = "file") -> Upload:
        """The only file. Raises: BadRequest."""
        if len(self.files) != 1:
            raise wrong(field, _NO_FILE)
        return self.files[0]


@contextmanager
def form(field: str = "file") -> Iterator[Form]:
    """This request's form; its files are there until the end of the block.

    Raises: BadRequest; 408 and 413 of werkzeug.
    """
    # Beside the documents: the system's folder for temporary files is often in memory.
    folder = str(services().documents.folder)
    with ExitStack() as opened:

        def begun() -> IO[bytes]:
            file = tempfile.SpooledTemporaryFile(MEMORY_BYTES, dir=folder)  # noqa: SIM115
            return cast("IO[bytes]", opened.enter_context(file))

        fields, sent = parsed(begun, Path(folder))
        files = [each for name in (field, f"{field}[]") for each in sent.getlist(name)]
        if not files:
            raise wrong(field, _NO_FILE)
        yield Form(
            tuple(Upload(path_of(each.filename), cast("BinaryIO", each.stream)) for each in files),
            {name: list(values) for name, values in fields.lists()},
        )
