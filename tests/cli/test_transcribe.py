from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.cli import transcribe
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import BadSettings, SoundRefused, SwitchedOff
from app.speech.hearing import Hearing
from tests.cli.surroundings import Screen, parts_of, settings_of
from tests.fakes.speech import scripted_hearing

Run = Callable[..., str]


@pytest.fixture
def run(
    home: Path, screen: Screen, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Runs the verb on a scripted recording; gives what it prints."""
    monkeypatch.setattr(transcribe, "parts", lambda: parts_of(home))
    with scripted_hearing() as scripted:

        @contextmanager
        def hearing(*_: object) -> Iterator[Hearing]:
            yield scripted

        monkeypatch.setattr(transcribe, "hearing", hearing)

        def run(*words: str, recording: str = "20 2 20", **own: object) -> str:
            (home / "recording").write_text(recording, "utf-8")
            given = words or (str(home / "recording"),)
            assert transcribe.run(Start(settings_of(home), terminal, given, own=own)) == 0
            return screen.getvalue()

        yield run


def test_text_comes_line_by_line(run: Run) -> None:
    assert run(language="German").splitlines() == [
        "transcribe de 20.2",
        "transcribe de 20.2",
    ]


def test_subtitles_and_translations(run: Run) -> None:
    told = run(srt=True, translate=True, language="zh-CN")
    assert told.startswith("1\n00:00:00,000 --> 00:00:20")
    assert "\ntranslate zh 20.2\n\n2\n" in told
    assert "WEBVTT" in run(vtt=True)


def test_json_has_the_time_of_every_word(run: Run) -> None:
    told = json.loads(run(json=True))
    assert (told["language"], len(told["segments"])) == ("en", 2)
    assert told["segments"][0]["words"][0]["probability"] == 0.5


@pytest.mark.parametrize(
    ("words", "own"),
    [(("a", "b"), {}), (("/there/is/none",), {}), ((), {"srt": True, "json": True})],
)
def test_what_was_meant_is_asked_for(
    run: Run, words: tuple[str, ...], own: dict[str, object]
) -> None:
    with pytest.raises(BadSettings):
        run(*words, **own)


def test_what_cannot_be_heard_is_told(run: Run) -> None:
    with pytest.raises(SoundRefused):
        run(recording="text")


def test_without_a_model_it_is_said_what_to_do(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcribe, "parts", lambda: parts_of(home))
    (home / "recording").touch()
    with pytest.raises(SwitchedOff):
        transcribe.run(Start(settings_of(home), terminal, (str(home / "recording"),)))
