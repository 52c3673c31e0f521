from __future__ import annotations

import sys
from pathlib import Path

import pytest

import commands
import failures
import places
from app.language import Text

FAILED = Text("It failed.", "失败了。")


@pytest.fixture(autouse=True)
def _own_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "LOGS", tmp_path / "logs")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_tool_prints_is_returned_kept_and_told_line_by_line():
    lines: list[str] = []
    output = commands.run(python("print('a'); print('b')"), "tool", FAILED, on_line=lines.append)
    assert output == "a\nb\n"
    assert lines == ["a\n", "b\n"]
    assert (places.LOGS / "tool.log").read_text() == output


def test_a_known_cause_is_said_in_place_of_the_failure():
    code = "import sys; sys.exit('OSError: [Errno 28] No space left on device')"
    with pytest.raises(failures.BuildFailed, match="disk is full"):
        commands.run(python(code), "tool", FAILED)


def test_an_unknown_cause_names_the_log():
    with pytest.raises(failures.BuildFailed, match=r"It failed\. .*tool\.log"):
        commands.run(python("raise SystemExit(3)"), "tool", FAILED)


def test_a_tool_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(failures.BuildFailed, match="cannot be used"):
        commands.run([tmp_path / "missing"], "tool", FAILED)
