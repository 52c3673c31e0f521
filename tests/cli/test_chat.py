from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import assembly
from app.cli import chat, editor
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.engine.engine import Engine
from app.errors import BadSettings
from tests.cli.surroundings import Screen, parts_of, settings_of
from tests.fakes.engine import scripted_engine
from tests.fakes.llama import echo


class Typed(io.TextIOWrapper):
    """Standard input: a file that was piped in, or a terminal."""

    def __init__(self, data: bytes = b"", watched: bool = False) -> None:
        super().__init__(io.BytesIO(data))
        self._watched = watched

    def isatty(self) -> bool:
        return self._watched


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Each question is answered with itself."""
    running = scripted_engine(echo)

    @contextmanager
    def engine(*_: object) -> Iterator[Engine]:
        yield running

    monkeypatch.setattr(assembly, "engine", engine)
    monkeypatch.setattr(chat, "parts", lambda: parts_of(tmp_path))
    yield
    running.close()


def typing(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at a terminal types these lines, then Ctrl-D; "^C" is Ctrl-C."""
    left = list(lines)

    class Fingers:
        def __init__(self, folder: Path | None) -> None:
            """Reads from the test."""

        def line(self) -> str:
            if not left:
                raise EOFError
            if (line := left.pop(0)) == "^C":
                raise KeyboardInterrupt
            return line

    monkeypatch.setattr(sys, "stdin", Typed(watched=True))
    monkeypatch.setattr(editor, "Editor", Fingers)


def start(home: Path, terminal: Terminal, *words: str) -> int:
    return chat.run(Start(settings_of(home), terminal, words))


def test_a_question_is_answered_once(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(watched=True))
    assert start(home, terminal, "Why", "so?") == 0
    assert screen.getvalue() == "Why so?\n"


@pytest.mark.parametrize(
    ("piped", "words", "asked"),
    [
        (b"What is this?\n", (), "What is this?"),
        ("你好\n".encode("utf-8-sig"), (), "你好"),
        (b"\xff\xfe odd", (), "\ufffd\ufffd odd"),
        (b"", ("Why?",), "Why?"),
    ],
)
def test_what_is_piped_in_is_answered(
    home: Path,
    terminal: Terminal,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    piped: bytes,
    words: tuple[str, ...],
    asked: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(piped))
    assert start(home, terminal, *words) == 0
    assert screen.getvalue() == asked + "\n"


def test_a_question_stands_behind_the_text_it_is_about() -> None:
    assert chat.asked("Sum it up.", "A long text.") == "A long text.\n\nSum it up."


def test_nothing_asked_says_how_to_ask(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(b" \n"))
    with pytest.raises(BadSettings, match="assistant chat"):
        start(home, terminal)


def test_a_conversation_ends_with_ctrl_d(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing(["one", "", "two"], monkeypatch)
    assert start(home, terminal) == 0
    assert screen.getvalue().splitlines()[1:] == ["one", "two"]


def test_a_conversation_ends_with_exit(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing(["one", "/exit", "two"], monkeypatch)
    assert start(home, terminal) == 0
    assert "two" not in screen.getvalue()


def test_ctrl_c_at_the_prompt_ends_nothing(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing(["^C", "one"], monkeypatch)
    assert start(home, terminal) == 0
    assert screen.getvalue().endswith("one\n")


def test_commands_are_explained_and_unknown_ones_named(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing(["/help", "/new", "/nwe now"], monkeypatch)
    assert start(home, terminal) == 0
    shown = screen.getvalue()
    assert "Ctrl-C  stop an answer" in shown
    assert "A new conversation." in shown
    assert "There is no command /nwe." in shown


def test_a_question_that_does_not_fit_leaves_the_conversation_open(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing(["x" * 5000, "one"], monkeypatch)
    assert start(home, terminal) == 0
    assert "4096" in screen.getvalue()
    assert screen.getvalue().endswith("one\n")


def test_ctrl_c_stops_an_answer_and_not_the_conversation(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = scripted_engine(lambda prompt: "a very long answer " * 100, step_s=0.01)

    @contextmanager
    def engine(*_: object) -> Iterator[Engine]:
        yield slow

    monkeypatch.setattr(assembly, "engine", engine)
    typing(["one"], monkeypatch)
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    assert start(home, terminal) == 0
    slow.close()
    shown = screen.getvalue()
    assert shown.splitlines()[1].startswith("a very")
    assert shown.endswith("[stopped]\n")


def test_what_was_asked_is_remembered_for_the_next_time_and_for_nobody_else(home: Path) -> None:
    assert editor.Editor(home / "data")
    kept = home / "data" / editor.HISTORY
    assert kept.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_kept_the_history_lasts_as_long_as_the_program(home: Path) -> None:
    (home / "file").touch()
    assert editor.Editor(home / "file/data")
    assert editor.Editor(None)
