"""Messages of DNS: what other devices ask, and what they are told. Source: RFC 1035, 4."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

A, PTR, TXT, AAAA, SRV, NSEC, ANY = 1, 12, 16, 28, 33, 47, 255
INTERNET = 1
UNIQUE = 0x8000  # of a record's class: replace what was known. Of a question's: answer me alone
RESPONSE = 0x8400  # an answer by whom it is about
MOST_RECORDS = 256  # of one message: no sound one has more
MOST_JUMPS = 32

Name = tuple[bytes, ...]
"""Its labels."""

_HEAD = struct.Struct("!6H")
_QUESTION = struct.Struct("!HH")
_RECORD = struct.Struct("!HHIH")


class Damaged(ValueError):
    """It is no message."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know; `alone`: they want the answer sent to them only."""

    name: Name
    kind: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Something that is known of a name, for `seconds`; `unique`: nobody else may say it."""

    name: Name
    kind: int
    data: bytes
    seconds: int
    unique: bool = True

    def says_as(self, other: Record) -> bool:
        """Whether both say the same of one name."""
        return (lower(self.name), self.kind, self.data) == (
            lower(other.name),
            other.kind,
            other.data,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One packet. `claims`: what a device that asks is about to call its own."""

    number: int = 0
    is_response: bool = False
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    claims: tuple[Record, ...] = ()
    more: tuple[Record, ...] = ()

    def to_bytes(self) -> bytes:
        """As it goes over the wire."""
        groups = (self.answers, self.claims, self.more)
        flags = RESPONSE if self.is_response else 0
        counts = (len(self.questions), *map(len, groups))
        return b"".join(
            (
                _HEAD.pack(self.number, flags, *counts),
                *map(_asked, self.questions),
                *(_told(each) for group in groups for each in group),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Message:
        """Raises: Damaged."""
        try:
            return _read(data)
        except (struct.error, IndexError) as error:
            raise Damaged(str(error)) from error


def lower(name: Name) -> Name:
    """Names are the same however they are written."""
    return tuple(label.lower() for label in name)


def named(text: str) -> Name:
    """The labels of a name with dots between."""
    return tuple(label.encode() for label in text.split("."))


def packed(name: Name) -> bytes:
    """A name as it goes over the wire."""
    return b"".join(bytes((len(label),)) + label for label in name) + b"\0"


def _asked(question: Question) -> bytes:
    kind = INTERNET | (UNIQUE if question.alone else 0)
    return packed(question.name) + _QUESTION.pack(question.kind, kind)


def _told(record: Record) -> bytes:
    kind = INTERNET | (UNIQUE if record.unique else 0)
    head = _RECORD.pack(record.kind, kind, record.seconds, len(record.data))
    return packed(record.name) + head + record.data


def _read(data: bytes) -> Message:
    number, flags, *counts = _HEAD.unpack_from(data)
    if sum(counts) > MOST_RECORDS:
        raise Damaged("too many records")
    questions, at = [], _HEAD.size
    for _ in range(counts[0]):
        name, at = _name(data, at)
        kind, group = _QUESTION.unpack_from(data, at)
        at += _QUESTION.size
        questions.append(Question(name, kind, bool(group & UNIQUE)))
    groups = []
    for count in counts[1:]:
        records, at = _records(data, at, count)
        groups.append(records)
    return Message(number, bool(flags & 0x8000), tuple(questions), *groups)


def _records(data: bytes, at: int, count: int) -> tuple[tuple[Record, ...], int]:
    found = []
    for _ in range(count):
        name, at = _name(data, at)
        kind, group, seconds, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        if at + size > len(data):
            raise Damaged("a record is cut off")
        content = _whole(data, at, size, kind)
        found.append(Record(name, kind, content, seconds, bool(group & UNIQUE)))
        at += size
    return tuple(found), at


def _whole(data: bytes, at: int, size: int, kind: int) -> bytes:
    """What a record holds; a name in it written out."""
    before = {PTR: 0, SRV: 6}.get(kind)
    if before is None or size <= before:
        return data[at : at + size]
    return data[at : at + before] + packed(_name(data, at + before)[0])


def _name(data: bytes, at: int) -> tuple[Name, int]:
    """A name, and where what follows it begins. The end of one may lie where another stood."""
    labels: list[bytes] = []
    behind: int | None = None
    for _ in range(MOST_JUMPS + 128):
        size = data[at]
        if size == 0:
            return tuple(labels), at + 1 if behind is None else behind
        if size >= 0xC0:
            behind = at + 2 if behind is None else behind
            at = (size & 0x3F) << 8 | data[at + 1]
        elif size < 0x40 and at + size < len(data):
            labels.append(data[at + 1 : at + 1 + size])
            at += 1 + size
        else:
            break
    raise Damaged("no name")


def joined(records: Iterable[Record]) -> tuple[Record, ...]:
    """Each once."""
    return tuple(dict.fromkeys(records))
