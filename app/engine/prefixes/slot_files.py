"""Slots saved by clients, in llama-server's format, so that either can read the other's files."""

from __future__ import annotations

import os
import re
import struct
import tempfile
from array import array
from pathlib import Path

from app.errors import BadRequest
from app.language import Text

MAGIC, VERSION = 0x67677371, 3  # "ggsq"; source: llama.cpp, include/llama.h, LLAMA_STATE_SEQ_*
HEADER = struct.Struct("=III")  # magic, version, how many words follow
PACKED = (-1, 1)  # in place of a first token: a list of tokens, then one of media; its version

BAD_NAME = Text(
    "A slot's file is named by letters, digits, dots, dashes and underscores, and lies directly "
    "in the folder of --slot-save-path.",
    "槽位文件名只能由字母、数字、点、横线和下划线组成，且直接位于 --slot-save-path 的文件夹中。",
)
NO_FOLDER = Text(
    "Slots can be saved once the assistant is started with --slot-save-path.",
    "启动助手时指定 --slot-save-path 后才能保存槽位。",
)
UNREADABLE = Text(
    "The slot file {name} cannot be used: {reason}", "槽位文件 {name} 无法使用：{reason}"
)


def slot_path(folder: Path | None, name: str) -> Path:
    """Where a client's file lies. Raises: BadRequest, and never leaves the folder."""
    if folder is None:
        raise BadRequest(NO_FOLDER)
    if not re.fullmatch(r"[\w.-]{1,200}", name) or name.startswith(".") or name.endswith("."):
        raise BadRequest(BAD_NAME, field="filename")
    return folder / name


def write(path: Path, tokens: list[int], data: bytearray) -> int:
    """Write a slot's tokens and state; the file's size. Raises: OSError."""
    words = array("i", (*PACKED, len(tokens), *tokens, 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in (HEADER.pack(MAGIC, VERSION, len(words)), words, data):
                file.write(part)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return path.stat().st_size


def read(path: Path) -> tuple[list[int], bytearray]:
    """A slot's tokens and state. Raises: BadRequest."""
    try:
        content = bytearray(path.read_bytes())
        magic, version, count = HEADER.unpack_from(content)
        end = HEADER.size + 4 * count
        if (magic, version) != (MAGIC, VERSION) or end > len(content):
            raise ValueError("it is not a slot's file")
        return _tokens(array("i", bytes(content[HEADER.size : end]))), content[end:]
    except (OSError, ValueError, struct.error) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        message = UNREADABLE.filled(name=path.name, reason=reason)
        raise BadRequest(message, field="filename") from error


def _tokens(words: array[int]) -> list[int]:
    if tuple(words[:1]) != PACKED[:1]:
        return list(words)  # as older servers wrote it
    if tuple(words[:2]) != PACKED or len(words) < 4 or len(words) != words[2] + 4 or words[-1]:
        raise ValueError("it holds more than tokens")
    return list(words[3:-1])
