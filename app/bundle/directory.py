"""The table of contents of our executable: what lies in it, where, and under which licence.

    | JSON | magic, length of the JSON, its SHA-256 |

The trailer has a fixed size, so that whoever knows where the directory ends can read it.
"""

from __future__ import annotations

import hashlib
import json
import string
import struct
from dataclasses import asdict, dataclass
from typing import Any

from app.errors import BadFile
from app.language import Text

MAGIC = b"assist\r\n"
TRAILER = struct.Struct("<8sQ32s")
LIMIT_BYTES = 16 << 20
"""No directory is larger than this; a larger number is damage."""

_DAMAGED = Text(
    "The assistant's own file is damaged ({detail}). Copy or build it again.",
    "助手程序文件已损坏（{detail}）。请重新复制或重新构建。",
)


def damaged(en: str, zh: str) -> BadFile:
    """The error for bytes that are not what we wrote."""
    return BadFile(Text(_DAMAGED.en.format(detail=en), _DAMAGED.zh.format(detail=zh)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One payload. `kind` says what reads it: "model", "libraries", "page".

    Units: `offset` and `size` in bytes from the start of the file; `sha256` in hexadecimal.
    """

    name: str
    kind: str
    offset: int
    size: int
    sha256: str
    title: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """What the executable holds: its build id, its payloads, and arguments it starts with."""

    build: str
    entries: tuple[Entry, ...]
    arguments: tuple[str, ...] = ()

    def find(self, kind: str) -> Entry | None:
        """The first entry of a kind."""
        return next((entry for entry in self.entries if entry.kind == kind), None)

    def to_bytes(self) -> bytes:
        """JSON and trailer."""
        content = json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()
        return content + TRAILER.pack(MAGIC, len(content), hashlib.sha256(content).digest())

    @classmethod
    def from_bytes(cls, data: bytes) -> Directory:
        """Read JSON and trailer.

        Raises: BadFile, whatever the bytes are.
        """
        length = content_length(data[-TRAILER.size :])
        content = data[-TRAILER.size - length : -TRAILER.size]
        digest: bytes = TRAILER.unpack(data[-TRAILER.size :])[2]
        if len(content) != length or hashlib.sha256(content).digest() != digest:
            raise damaged("the directory's checksum does not match", "目录校验和不符")
        return parse(content)


def content_length(trailer: bytes) -> int:
    """How many bytes of JSON lie in front of this trailer.

    Raises: BadFile, if it is no trailer of ours.
    """
    if len(trailer) != TRAILER.size or not trailer.startswith(MAGIC):
        raise damaged("it has no directory", "找不到目录")
    length: int = TRAILER.unpack(trailer)[1]
    if length > LIMIT_BYTES:
        raise damaged("the directory's length is impossible", "目录长度异常")
    return length


def parse(content: bytes) -> Directory:
    """Read a directory's JSON.

    Raises: BadFile, whatever the bytes are.
    """
    try:
        fields = json.loads(content)
        return Directory(
            build=_text(fields["build"]),
            entries=tuple(_entry(item) for item in _list(fields["entries"])),
            arguments=tuple(_text(item) for item in _list(fields["arguments"])),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged("the directory cannot be read", "目录无法读取") from error


def _entry(fields: dict[str, Any]) -> Entry:
    entry = Entry(**fields)
    for text in (entry.name, entry.kind, entry.sha256, entry.title, entry.licence, entry.source):
        _text(text)
    for number in (entry.offset, entry.size):
        if type(number) is not int or not 0 <= number < 1 << 63:
            raise ValueError("not a place in a file")
    if len(entry.sha256) != 64 or not set(entry.sha256) <= set(string.hexdigits):
        raise ValueError("not a SHA-256")
    return entry


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    value.encode()  # a lone surrogate could not be printed later
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value
