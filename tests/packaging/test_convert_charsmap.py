from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from convert.charsmap import charsmap

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
keys = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=3
)


def replaced(characters: bytes, text: str) -> str:
    """What llama.cpp makes of a text: the longest key at each place gives way."""
    (size,) = struct.unpack_from("<I", characters)
    units = struct.unpack_from(f"<{size // 4}I", characters, 4)
    pool = characters[4 + size :]
    result, rest = bytearray(), text.encode()
    while rest:
        length, start = longest(units, rest)
        if length:
            result += pool[start : pool.index(0, start)]
        else:
            length = len(rest.decode()[0].encode())
            result += rest[:length]
        rest = rest[length:]
    return result.decode()


def longest(units: tuple[int, ...], text: bytes) -> tuple[int, int]:
    found = (0, 0)
    index = base(units[0])
    for position, byte in enumerate(text):
        index ^= byte
        if units[index] & (1 << 31 | 0xFF) != byte:
            break
        leaf = units[index] >> 8 & 1
        index ^= base(units[index])
        if leaf:
            found = (position + 1, units[index] & ((1 << 31) - 1))
    return found


def base(unit: int) -> int:
    return (unit >> 10) << ((unit & 1 << 9) >> 6)


def expected(replacements: dict[str, str], text: str) -> str:
    result = ""
    while text:
        key = max((k for k in replacements if text.startswith(k)), key=len, default="")
        result += replacements.get(key, text[0])
        text = text[len(key) or 1 :]
    return result


@given(st.dictionaries(keys, texts, min_size=1, max_size=30), st.data())
def test_every_key_gives_way_to_its_replacement_and_nothing_else_changes(
    replacements: dict[str, str], data: st.DataObject
) -> None:
    parts = data.draw(st.lists(st.one_of(st.sampled_from(sorted(replacements)), texts)))
    text = "".join(parts)
    assert replaced(charsmap(replacements), text) == expected(replacements, text)


def test_thousands_of_keys_find_room() -> None:
    replacements = {chr(0x4E00 + n): chr(0x61 + n % 26) for n in range(5000)}
    characters = charsmap(replacements)
    assert replaced(characters, "一二三丨") == expected(replacements, "一二三丨")
    assert len(characters) < 200_000


def test_the_order_of_the_keys_does_not_matter() -> None:
    replacements = {"a": "b", "ab": "c", "é": ""}
    backwards = dict(reversed(replacements.items()))
    assert charsmap(replacements) == charsmap(backwards)
