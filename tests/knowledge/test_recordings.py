from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.errors import SoundRefused
from app.knowledge.library import Library, Options
from app.knowledge.recordings import heard
from app.language import Text
from tests.knowledge.libraries import LONG_S, READ_IN_CHILD

SAID = [(0.0, " Zebras eat grass."), (12.0, "They sleep."), (31.0, "Lions do not."), (4000, "End")]
RECORDING = b"ID3\x04rest"


def listen(path: Path, on_progress: Callable[[float, float], None]) -> Iterator[tuple[float, str]]:
    assert path.read_bytes() == RECORDING
    for start, text in SAID:
        on_progress(start, 5000.0)
        yield start, text


def test_stretches_of_a_recording_begin_with_their_time(tmp_path: Path):
    path = tmp_path / "recording"
    path.write_bytes(RECORDING)
    extraction = heard(listen, path, lambda *_: None, lambda: False)
    assert [block.text for block in extraction.blocks] == [
        "[0:00:00] Zebras eat grass. They sleep.",
        "[0:00:31] Lions do not.",
        "[1:06:40] End",
    ]
    assert extraction.report.refused is None


def test_what_was_heard_before_a_recording_broke_off_is_kept(tmp_path: Path):
    def breaks_off(path: Path, on_progress: object) -> Iterator[tuple[float, str]]:
        yield 0.0, "Zebras"
        yield 60.0, "Lions"
        raise SoundRefused(Text("It is broken.", "它坏了。"), "file")

    extraction = heard(breaks_off, tmp_path, lambda *_: None, lambda: False)
    assert [block.text for block in extraction.blocks] == ["[0:00:00] Zebras"]
    assert [problem.message.en for problem in extraction.report.problems] == ["It is broken."]


def test_a_recording_is_found_by_what_is_said_in_it(tmp_path: Path):
    library = Library(Options(tmp_path, READ_IN_CHILD), listen=listen)
    library.start()
    job = library.wait(library.add("talk.mp3", RECORDING), LONG_S)
    assert (job.state, job.problem) == ("done", None)
    [passage] = library.search("what do zebras eat")
    assert passage.name == "talk.mp3"
    library.close()
