from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.prefixes.prefix import Prefix
from app.engine.prefixes.prefix_files import UNFINISHED, Damaged, PrefixFiles, read, write

KEY = b"k" * 32
TOKENS = tuple(range(100))
DATA = bytearray(range(250))


def files_of(folder: Path, identity: str = "model", limit_bytes: int = 10**6) -> PrefixFiles:
    return PrefixFiles(folder, identity, limit_bytes)


def keep(folder: Path, *prefixes: Prefix, limit_bytes: int = 10**6) -> None:
    files = files_of(folder, limit_bytes=limit_bytes)
    for prefix in prefixes:
        files.keep(prefix)
    files.close()


def test_what_was_written_is_found_again_by_the_next_start(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS, DATA))
    found = files_of(tmp_path).fetch([*TOKENS[:90], 7], (), beyond=10)
    assert found
    assert (found.tokens, found.data) == (TOKENS, DATA)


def test_what_saves_too_little_is_not_read(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS, DATA))
    assert files_of(tmp_path).fetch([*TOKENS[:90], 7], (), beyond=90) is None
    assert files_of(tmp_path).fetch([5, 6, 7], (), beyond=0) is None


def test_those_who_ask_at_the_same_time_share_what_is_read(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS, DATA))
    files = files_of(tmp_path)
    first = files.fetch([*TOKENS, 1], (), beyond=0)
    assert first
    assert files.fetch([*TOKENS, 2], (), beyond=0) is first


def test_another_model_and_other_adapters_do_not_see_it(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS, DATA))
    assert files_of(tmp_path, "another").fetch(TOKENS, (), beyond=0) is None
    assert files_of(tmp_path).fetch(TOKENS, ((0, 1.0),), beyond=0) is None
    keep(tmp_path, Prefix(TOKENS, DATA, ((0, 1.0),)))
    assert files_of(tmp_path).fetch(TOKENS, ((0, 1.0),), beyond=0)


def test_a_longer_prefix_takes_the_place_of_its_beginning(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS[:50], DATA), Prefix(TOKENS, DATA))
    assert len(list(tmp_path.iterdir())) == 1
    assert files_of(tmp_path).fetch([*TOKENS, 1], (), beyond=99)


def test_only_what_is_not_nearly_there_is_written(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS, DATA))
    files = files_of(tmp_path)
    assert not files.lacks([*TOKENS, 1, 2, 3], ())
    assert files.lacks([*TOKENS[:50], *range(500, 550)], ())
    assert files.lacks(TOKENS, ((0, 1.0),))


def test_the_files_used_longest_ago_make_room(tmp_path: Path) -> None:
    first, second, third = (Prefix((n,) * 10, bytearray(1000)) for n in (1, 2, 3))
    keep(tmp_path, first, second)
    for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda each: each.stat().st_mtime)):
        os.utime(path, (age, age))
    assert files_of(tmp_path).fetch([1] * 11, (), beyond=0)  # used just now
    keep(tmp_path, third, limit_bytes=2500)
    files = files_of(tmp_path)
    assert files.fetch([1] * 11, (), beyond=0)
    assert files.fetch([2] * 11, (), beyond=0) is None
    assert files.fetch([3] * 11, (), beyond=0)


def test_what_is_larger_than_the_limit_is_not_written(tmp_path: Path) -> None:
    keep(tmp_path, Prefix(TOKENS, DATA), limit_bytes=100)
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_unfinished_is_swept(tmp_path: Path) -> None:
    (tmp_path / f"x{UNFINISHED}").write_bytes(b"half")
    files_of(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    keep(tmp_path / "file", Prefix(TOKENS, DATA))
    assert files_of(tmp_path / "file").fetch(TOKENS, (), beyond=0) is None


changes = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, 900), st.just(0)),
    st.tuples(st.just("flip"), st.integers(0, 900), st.integers(1, 255)),
    st.tuples(st.just("grow"), st.integers(1, 50), st.integers(0, 255)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_a_file_that_was_changed_anywhere_is_not_believed(
    tmp_path: Path, change: tuple[str, int, int]
) -> None:
    path = tmp_path / "a.prefix"
    write(path, KEY, Prefix(TOKENS, DATA))
    assert read(path, KEY) == DATA
    content = bytearray(path.read_bytes())
    kind, place, value = change
    place %= len(content)
    if kind == "cut":
        del content[place:]
    elif kind == "flip":
        content[place] ^= value
    else:
        content += bytes([value]) * place if place else b"x"
    path.write_bytes(content)
    with pytest.raises(Damaged):
        read(path, KEY)
