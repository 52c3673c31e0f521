from __future__ import annotations

import pytest

from app.vision.recent import Recent


def test_what_is_known_is_not_found_again_until_others_took_its_place() -> None:
    looked: list[bytes] = []

    def find(file: bytes) -> str:
        looked.append(file)
        return file.decode() * 2

    recent = Recent[str](6, len)
    assert [recent.of(file, find) for file in (b"a", b"bb", b"a")] == ["aa", "bbbb", "aa"]
    assert looked == [b"a", b"bb"]
    recent.of(b"c", find)  # bb, which was asked for least recently, has to go
    recent.of(b"a", find)
    recent.of(b"bb", find)
    assert looked == [b"a", b"bb", b"c", b"bb"]
    recent.clear()
    recent.of(b"bb", find)
    assert looked[4:] == [b"bb"]


def test_what_is_larger_than_all_that_is_kept_is_told_all_the_same() -> None:
    recent = Recent[str](1, len)
    assert recent.of(b"abc", bytes.decode) == "abc"


def test_what_cannot_be_found_is_tried_again() -> None:
    recent = Recent[int](9, lambda _: 1)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid"):
            recent.of(b"x", int)
    assert recent.of(b"7", int) == 7
