from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from app.errors import SoundRefused
from app.knowledge.library import Library, Options
from app.knowledge.recordings import OnProgress, heard
from app.language import Text
from tests.knowledge import files
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


def test_recordings_inside_files_are_heard_in_their_places(tmp_path: Path):
    inner = files.zipped({"memo.mp3": RECORDING, "silent.mp3": b"ID3\x04none"})
    letter = files.mail("Zoo", "Listen to these.", {"talks.zip": inner, "price.txt": b"Two euros."})

    def listen_to(path: Path, on_progress: OnProgress) -> Iterator[tuple[float, str]]:
        if path.read_bytes() != RECORDING:
            raise SoundRefused(Text("Nobody speaks.", "没有人说话。"), "file")
        return listen(path, on_progress)

    library = Library(Options(tmp_path, READ_IN_CHILD), listen=listen_to)
    library.start()
    job = library.wait(library.add("letter.eml", letter), LONG_S, searchable=False)
    assert (job.state, job.document is None) == ("done", False)
    text = library.contents.text(str(job.document))
    order = ["memo.mp3", "[0:00:00] Zebras eat grass.", "silent.mp3", "price.txt", "Two euros."]
    assert [text.index(each) for each in order] == sorted(text.index(each) for each in order)
    document = library.documents.get(str(job.document))
    assert document is not None
    assert [problem.message.en for problem in document.report.problems] == [
        "talks.zip › silent.mp3: Nobody speaks."
    ]
    [passage] = library.search("what do zebras eat", 1)
    assert "memo.mp3" in passage.text
    assert not list((tmp_path / "originals").glob("*.part"))
    library.close()


def test_a_mails_own_words_are_found_while_its_recording_is_heard(tmp_path: Path):
    goes_on = threading.Event()

    def slowly(path: Path, on_progress: OnProgress) -> Iterator[tuple[float, str]]:
        goes_on.wait(LONG_S)
        yield from listen(path, on_progress)

    letter = files.mail("Zoo", "The gate is open.", {"memo.mp3": RECORDING})
    library = Library(Options(tmp_path, READ_IN_CHILD), listen=slowly)
    library.start()
    job = library.wait(library.add("letter.eml", letter), LONG_S)
    assert (job.state, job.document is not None) == ("reading", True)
    [passage] = library.search("is the gate open")
    document = library.documents.get(passage.document)
    assert document is not None
    assert "1 recording being transcribed" in document.report.summary.en
    other = library.wait(library.add("note.txt", b"Lions sleep."), LONG_S)  # nobody waits for it
    assert other.state == "done"
    threading.Timer(0.2, goes_on.set).start()
    library.close()  # in the middle of it
    library = Library(Options(tmp_path, READ_IN_CHILD), listen=slowly)
    library.start()
    job = library.wait(job, LONG_S, searchable=False)
    assert (job.state, job.document) == ("done", passage.document)
    assert "Zebras eat grass." in library.contents.text(passage.document)
    document = library.documents.get(passage.document)
    assert document is not None
    assert document.report.unheard == 0
    library.close()


def test_a_recording_is_found_by_what_is_said_in_it(tmp_path: Path):
    library = Library(Options(tmp_path, READ_IN_CHILD), listen=listen)
    library.start()
    job = library.wait(library.add("talk.mp3", RECORDING), LONG_S)
    assert (job.state, job.problem) == ("done", None)
    [passage] = library.search("what do zebras eat")
    assert passage.name == "talk.mp3"
    library.close()
