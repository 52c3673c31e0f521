"""The files of the built page, each in the encodings that were prepared for it."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from app.bundle.slice import Slice
from app.errors import BadFile
from app.language import Text

SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Content codings, the best first, and what each adds to a file's name."""
PACKED = SUFFIXES["gzip"]
"""Where this is, the file itself may be left out."""

# Not the `mimetypes` module: on Windows that reads the registry, where .js may be text/plain.
MIMES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
}

_HASHED = "assets/"
"""The folder in which the bundler puts what has its content's hash in its name."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file as it is sent. `encoding` is its content coding; `immutable` ones never change."""

    data: memoryview | bytes
    encoding: str | None
    mime: str
    etag: str
    immutable: bool


class PageFiles:
    """The page by path; `load` gives every file, prepared encodings included, when first asked."""

    def __init__(self, load: Callable[[], Mapping[str, memoryview | bytes]]) -> None:
        self._load = load

    @classmethod
    def in_zip(cls, content: Slice) -> PageFiles:
        """The page in an uncompressed zip; its bytes stay where they are."""
        return cls(lambda: _stored_members(content))

    @classmethod
    def in_folder(cls, folder: Path) -> PageFiles:
        """The page as the bundler leaves it, read from the disk when first asked for."""
        return cls(
            lambda: {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        )

    @classmethod
    def none(cls) -> PageFiles:
        """No page: it was not built."""
        return cls(dict)

    def get(self, path: str, encodings: Collection[str]) -> PageFile | None:
        """The file at `path` ("" is the page itself) in the best encoding of those accepted.

        A page may be named without its ".html".
        """
        name = path or "index.html"
        if not self._has(name):
            name = f"{path}.html"
        if not self._has(name):
            return None
        for encoding, suffix in SUFFIXES.items():
            if encoding in encodings and name + suffix in self._files:
                return _file(name, self._files[name + suffix], encoding)
        return _file(name, self._plain(name), None)

    def _has(self, name: str) -> bool:
        return name in self._files or name + PACKED in self._files

    def _plain(self, name: str) -> memoryview | bytes:
        """As it was before it was packed, for the few who take no encoding."""
        if name in self._files:
            return self._files[name]
        return gzip.decompress(self._files[name + PACKED])

    @cached_property
    def _files(self) -> Mapping[str, memoryview | bytes]:
        return self._load()


def _file(name: str, data: memoryview | bytes, encoding: str | None) -> PageFile:
    return PageFile(
        data=data,
        encoding=encoding,
        mime=MIMES.get(PurePosixPath(name).suffix, "application/octet-stream"),
        etag=f'"{hashlib.sha256(data).hexdigest()[:20]}"',
        immutable=name.startswith(_HASHED),
    )


def _stored_members(content: Slice) -> dict[str, memoryview | bytes]:
    whole = content.mapped()
    try:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return {info.filename: _member(whole, info) for info in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise BadFile(
            Text(
                "The page inside {path} is damaged. Copy or build it again.",
                "{path} 中的网页已损坏。请重新复制或重新构建。",
            ).filled(path=content.path)
        ) from error


def _member(whole: memoryview, info: zipfile.ZipInfo) -> memoryview:
    # Source: PKWARE APPNOTE.TXT 4.3.7: 30 bytes, then a name and an extra field of given lengths.
    header = whole[info.header_offset : info.header_offset + 30]
    if info.compress_type != zipfile.ZIP_STORED or len(header) < 30:
        raise ValueError("not a stored member")
    name_length = int.from_bytes(header[26:28], "little")
    extra_length = int.from_bytes(header[28:30], "little")
    start = info.header_offset + 30 + name_length + extra_length
    data = whole[start : start + info.file_size]
    if len(data) != info.file_size:
        raise ValueError("a member is cut off")
    return data
