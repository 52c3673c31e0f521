"""Documents as they are after a bad disk, a bad line or a bad person: damaged in every way."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

Damage = Callable[[bytes, Random], bytes]
LONGEST_HOLE = 4096


def damaged(content: bytes, random: Random) -> bytes:
    """A content with one to three things wrong."""
    for _ in range(random.randint(1, 3)):
        content = random.choice(_OF_PACKED if content.startswith(b"PK") else _WAYS)(content, random)
    return content


def _place(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, max(0, len(content) - 1))
    return start, min(len(content), start + random.randint(1, LONGEST_HOLE))


def _cut_off(content: bytes, random: Random) -> bytes:
    return content[: random.randint(0, len(content))]


def _without_beginning(content: bytes, random: Random) -> bytes:
    return content[random.randint(0, min(len(content), 1024)) :]


def _bits(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 64) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwritten(content: bytes, random: Random) -> bytes:
    start, end = _place(content, random)
    filler = random.choice((b"\0", b"\xff", b"(", b"<", b"\x80"))
    hole = random.randbytes(end - start) if random.random() < 0.5 else filler * (end - start)
    return content[:start] + hole + content[end:]


def _left_out(content: bytes, random: Random) -> bytes:
    start, end = _place(content, random)
    return content[:start] + content[end:]


def _twice(content: bytes, random: Random) -> bytes:
    start, end = _place(content, random)
    return content[:end] + content[start:end] * random.randint(1, 20) + content[end:]


def _exchanged(content: bytes, random: Random) -> bytes:
    a, b = sorted(_place(content, random))
    c = random.randint(b, len(content))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _numbers(content: bytes, random: Random) -> bytes:
    """Lengths and counts that are not true."""
    wrong = (
        b"0",
        b"-1",
        b"2147483648",
        b"18446744073709551616",
        b"99999999999999999999999",
        b"1e999",
    )
    return re.sub(
        rb"\d+",
        lambda found: random.choice(wrong) if random.random() < 0.05 else found[0],
        content,
    )


def _extreme_words(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 8) if len(changed) >= 4 else 0):
        at = random.randrange(len(changed) - 3)
        extremes = (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0")
        changed[at : at + 4] = random.choice(extremes)
    return bytes(changed)


def _deep(content: bytes, random: Random) -> bytes:
    """Marks that open something, very many of them."""
    at = random.randint(0, len(content))
    mark = random.choice((b"<div>", b"[[", b"{\\b ", b"<<", b"<w:p>", b"> ", b"- \n ", b"(("))
    return content[:at] + mark * random.choice((100, 2000, 20_000)) + content[at:]


def _member(content: bytes, random: Random) -> bytes:
    """A whole archive of which one member is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # it is damaged already, in whatever way
        return _bits(content, random)
    chosen = random.choice(sorted(members) or ["a"])
    members[chosen] = random.choice(_WAYS)(members.get(chosen, b""), random)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return packed.getvalue()


_WAYS: tuple[Damage, ...] = (
    *(_cut_off, _without_beginning, _bits, _overwritten, _left_out, _twice, _exchanged),
    *(_numbers, _extreme_words, _deep),
)
_OF_PACKED = (*_WAYS, *(_member,) * len(_WAYS))
