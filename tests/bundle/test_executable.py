from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bundle.executable import PAGE_BYTES, Executable
from app.errors import BadFile
from tests.bundle import made

each_example_writes_its_own = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_every_payload_is_found_where_it_lies(tmp_path: Path):
    executable = made.executable(tmp_path, model=b"weights" * 1000, page=b"page")
    contents = {
        entry.kind: bytes(executable.slice(entry).mapped())
        for entry in executable.directory.entries
    }
    assert contents == {"model": b"weights" * 1000, "page": b"page"}


def test_payloads_begin_on_pages_so_that_they_can_be_mapped(tmp_path: Path):
    entries = made.executable(tmp_path, model=b"x" * 5000, page=b"y").directory.entries
    assert [entry.offset % PAGE_BYTES for entry in entries] == [0, 0]


def test_bootloader_and_pkg_are_as_they_were(tmp_path: Path):
    executable = made.executable(tmp_path, model=b"weights")
    assert bytes(executable.bootloader.mapped()).rstrip(b"\0") == made.BOOTLOADER
    assert bytes(executable.pkg.mapped()) == made.pkg()


def test_it_is_read_with_a_signature_after_its_end(tmp_path: Path):
    path = made.executable(tmp_path, model=b"weights").path
    path.write_bytes(path.read_bytes() + b"signature" * 100)
    entry = Executable.open(path).directory.entries[0]
    assert bytes(Executable.open(path).slice(entry).mapped()) == b"weights"


def test_a_file_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(BadFile, match="cannot be read: No such file"):
        Executable.open(tmp_path / "assistant")


def test_a_plain_pyinstaller_program_is_refused(tmp_path: Path):
    path = tmp_path / "other"
    path.write_bytes(made.BOOTLOADER + made.pkg(b"m" * 500))
    with pytest.raises(BadFile, match="no directory"):
        Executable.open(path)


def test_a_download_that_broke_off_is_refused(tmp_path: Path):
    path = made.executable(tmp_path, model=b"weights" * 1000).path
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadFile, match="end is missing"):
        Executable.open(path)


@each_example_writes_its_own
@given(st.data())
def test_no_damage_does_more_than_be_refused(tmp_path: Path, data: st.DataObject):
    content = bytearray(made.executable(tmp_path, model=b"weights").path.read_bytes())
    cut_start, cut_end = sorted(
        data.draw(st.tuples(*[st.integers(0, len(content))] * 2), label="cut")
    )
    content[cut_start:cut_end] = data.draw(st.binary(max_size=200), label="in its place")
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with contextlib.suppress(BadFile):
        executable = Executable.open(path)
        for entry in executable.directory.entries:
            assert entry.offset + entry.size <= len(content)
