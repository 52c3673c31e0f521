from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.cli import speak
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import BadRequest, BadSettings, NotSpoken, SwitchedOff
from app.speech.speaking import Speaking
from tests.cli.surroundings import Screen, parts_of, settings_of
from tests.fakes.speech import scripted_speaking

Run = Callable[..., str]


@pytest.fixture
def run(
    home: Path, screen: Screen, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Runs the verb; gives what it prints."""
    monkeypatch.setattr(speak, "parts", lambda: parts_of(home))
    with scripted_speaking() as scripted:

        @contextmanager
        def speaking(*_: object) -> Iterator[Speaking]:
            yield scripted

        monkeypatch.setattr(speak, "speaking", speaking)

        def run(*words: str, **own: object) -> str:
            assert speak.run(Start(settings_of(home), terminal, words, own=own)) == 0
            return screen.getvalue()

        yield run


def test_a_text_becomes_a_complete_file(run: Run, home: Path) -> None:
    assert "0.0 s of speech by heart" in run("Abcd.", output=home / "a.wav")
    data = (home / "a.wav").read_bytes()
    assert int.from_bytes(data[40:44], "little") == len(data) - 44 == 2 * 960


@pytest.mark.parametrize(
    ("name", "begins"), [("a.MP3", b"\xff"), ("a.ogg", b"OggS"), ("a.flac", b"fLaC")]
)
def test_its_form_is_that_of_the_name(run: Run, home: Path, name: str, begins: bytes) -> None:
    run("Abcd.", output=home / name)
    assert (home / name).read_bytes().startswith(begins)


def test_what_is_piped_in_is_said_and_what_is_piped_out_is_a_wav_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped, out = io.TextIOWrapper(io.BytesIO(b"Ab. *Abc*.")), io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdin", piped)
    monkeypatch.setattr("sys.stdout", out)
    run()
    written = out.buffer.getvalue()
    assert (written[:4], len(written)) == (b"RIFF", 44 + 2 * 480 + 2 * 720)


def test_where_a_person_watches_a_long_text_shows_a_bar(
    run: Run, home: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.watched = True
    monkeypatch.setattr(speak, "QUIET_S", -1.0)
    assert "50%" in run("Ab. Ab.", output=home / "a.wav")


def test_what_cannot_be_done_is_told_and_leaves_no_file(
    run: Run, home: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    good = home / "a.wav"
    for problem, told, words, own in (
        (BadSettings, "Say what", (), {"output": good}),
        (BadSettings, "must end in", ("Ab.",), {"output": home / "a.doc"}),
        (BadSettings, "cannot be written", ("Ab.",), {"output": home / "no" / "a.wav"}),
        (BadRequest, "nothing", ("---",), {"output": good}),
        (NotSpoken, "Chinese", ("你好",), {"output": good}),
    ):
        with pytest.raises(problem, match=told):
            run(*words, **own)
    screen.watched = True
    with pytest.raises(BadSettings, match="Name the file"):
        run("Ab.")
    assert [*home.iterdir()] == []


def test_without_a_voice_that_is_told(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def none(*_: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(speak, "speaking", none)
    with pytest.raises(SwitchedOff):
        run("Ab.", output=home / "a.wav")
