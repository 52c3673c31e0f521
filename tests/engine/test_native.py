from __future__ import annotations

import ctypes
import logging
import sys
from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.native import CFile, Native, NativeLog
from app.errors import BadFile

WARN, ERROR, CONT = 3, 4, 5


def test_lines_go_to_pythons_log_with_their_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="llama.cpp")
    log = NativeLog()
    log(WARN, b"careful\n", None)
    log(2, "速度\n".encode(), None)
    assert [(each.levelname, each.message) for each in caplog.records] == [
        ("WARNING", "careful"),
        ("INFO", "速度"),
    ]


def test_dots_of_progress_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="llama.cpp")
    NativeLog()(CONT, b"......", None)
    assert not caplog.records


def test_the_first_error_can_be_quoted_once_without_its_function() -> None:
    log = NativeLog()
    log(WARN, b"harmless\n", None)
    log(ERROR, b"llama_model_load: error loading model: no such tensor\n", None)
    log(ERROR, b"load: failed\n", None)
    assert log.take_error() == "no such tensor"
    assert log.take_error() == ""


def test_a_missing_folder_of_libraries_is_a_plain_message(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be loaded"):
        Native(tmp_path, tmp_path / "libggml-cpu-x64.so")


def test_a_stream_begins_where_the_slice_does(tmp_path: Path) -> None:
    path = tmp_path / "模型.bin"
    path.write_bytes(b"before" + b"inside" + b"after")
    c = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    with CFile(Slice(path, 6, 6)) as file:
        assert c.fgetc(ctypes.c_void_p(file.pointer)) == ord("i")


def test_a_file_that_is_not_there_says_why(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"nothing\.gguf cannot be opened: No such file"):
        CFile(Slice(tmp_path / "nothing.gguf", 0, 1))
