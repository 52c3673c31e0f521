from __future__ import annotations

import pytest

import console
from app.language import Text

FETCHING = Text("Fetching", "下载")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "C")


def test_a_bar_in_a_log_ends_with_one_line(capsys: pytest.CaptureFixture[str]):
    with console.Bar(FETCHING, 2_000_000, "MB") as bar:
        bar.at(1_000_000)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Fetching  ████")
    assert line.endswith("2/2 MB")


def test_a_bar_in_a_terminal_moves_and_stays_where_it_failed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(console.sys.stdout, "isatty", lambda: True, raising=False)
    bar = console.Bar(FETCHING, 4)
    bar.at(1)
    bar.__exit__(OSError, OSError("broken"), None)
    out = capsys.readouterr().out
    assert " 25%" in out
    assert "100%" not in out


def test_messages_follow_the_terminals_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    console.say(FETCHING)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    console.say(FETCHING)
    assert capsys.readouterr().out == "Fetching\n下载\n"
