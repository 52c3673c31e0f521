"""What the child says to its parent: one JSON object a line."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from app.knowledge.block import Block
from app.knowledge.report import Report


@dataclass(frozen=True, slots=True)
class Message:
    """What was read since the last one.

    `page`: one that is done, of so many. `recording`: the next bytes of one inside the file, and
    which it is, from 0. `report`: the end.
    """

    blocks: list[Block]
    page: tuple[int, int] | None = None
    recording: tuple[int, bytes] | None = None
    report: Report | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Message)

Unbelievable = msgspec.MsgspecError
"""A line is no message; raised by `decoded`."""


def encoded(message: Message) -> bytes:
    """One line, with its end."""
    try:
        return _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:  # halves of characters, as JSON and broken files may have them
        whole = [replace(block, text=_whole(block.text)) for block in message.blocks]
        return _encoder.encode(replace(message, blocks=whole)) + b"\n"


def decoded(line: bytes) -> Message:
    """The message of one line. Raises: Unbelievable."""
    return _decoder.decode(line)


def _whole(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
