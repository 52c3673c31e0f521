from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.prefixes.slot_files import HEADER, MAGIC, VERSION, read, slot_path, write
from app.errors import BadRequest


def test_a_slot_comes_back_from_its_file(tmp_path: Path) -> None:
    path = slot_path(tmp_path / "new", "slot-1.bin")
    size = write(path, [5, 6, 7], bytearray(b"state"))
    assert size == path.stat().st_size
    assert read(path) == ([5, 6, 7], bytearray(b"state"))


def test_a_plain_list_of_tokens_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "legacy"
    path.write_bytes(HEADER.pack(MAGIC, VERSION, 2) + array("i", [5, 6]).tobytes() + b"state")
    assert read(path) == ([5, 6], bytearray(b"state"))


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc/passwd",
        ".hidden",
        "x" * 201,
        "a\n",
        "a\x00b",
        "x.",
    ],
)
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        slot_path(tmp_path, name)
    assert refused.value.field == "filename"


def test_without_a_folder_it_says_which_flag_gives_one() -> None:
    with pytest.raises(BadRequest, match="--slot-save-path"):
        slot_path(None, "a")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"nothing\.bin cannot be used: No such file"):
        read(tmp_path / "nothing.bin")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=60),
        st.binary(max_size=60).map(lambda rest: HEADER.pack(MAGIC, VERSION, 4) + rest),
    )
)
def test_any_other_content_is_refused_or_a_list_of_tokens(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    try:
        tokens, data = read(path)
    except BadRequest as error:
        assert error.field == "filename"  # noqa: PT017
    else:
        assert len(tokens) * 4 + len(data) <= len(content)
