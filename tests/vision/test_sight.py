from __future__ import annotations

import sys
import time

import pytest

from app.errors import Cancelled, PictureRefused, VisionFailed
from app.vision import sight as sight_module
from app.vision.sight import Sight
from tests.fakes.sight import scripted_sight


def test_the_text_comes_with_its_places() -> None:
    with scripted_sight() as sight:
        seen = sight.read("早上好".encode())
    assert (seen.width, seen.height, seen.text) == (10, 5, "早上好")
    (line,) = seen.lines
    assert (line.text, line.confidence, line.box[1]) == ("早上好", 0.9, (9.5, 0))


def test_a_picture_is_shown_as_its_pixels() -> None:
    with scripted_sight() as sight:
        shown = sight.show(b"redblu")
        assert (shown.width, shown.height, shown.rgb) == (2, 1, b"redblu")
        assert sight.show(b"redblu") is shown  # a conversation sends it again with every turn
        for bad in (b"refuse heic", b"crash"):
            with pytest.raises(PictureRefused):
                sight.show(bad)
        assert sight.read(b"and reads").text == "and reads"


def test_a_picture_that_was_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight_module, "REMEMBERED", 2)
    with scripted_sight() as sight:
        first = sight.read(b"a")
        sight.read(b"b")
        assert sight.read(b"a") is first
        sight.read(b"c")  # forgets b, which was asked for least recently
        assert sight.read(b"a") is first
        with pytest.raises(PictureRefused):
            sight.read(b"crash")
        assert sight.read(b"a") is first


@pytest.mark.parametrize("reason", ["not-a-picture", "heic", "damaged-heic", "too-many-pixels"])
def test_what_the_child_refuses_is_told_and_costs_no_child(reason: str) -> None:
    with scripted_sight() as sight:
        child = sight.read(b"who").text
        with pytest.raises(PictureRefused) as refused:
            sight.read(f"refuse {reason}".encode())
        assert refused.value.message == sight_module.REFUSED[reason]
        assert sight.read(b"who again").text == child


def test_a_crash_costs_one_picture() -> None:
    with scripted_sight() as sight:
        child = sight.read(b"who").text
        with pytest.raises(PictureRefused):
            sight.read(b"crash")
        assert sight.read(b"who else").text != child


def test_what_takes_too_long_is_given_up() -> None:
    with scripted_sight(patience_s=3.0) as sight, pytest.raises(PictureRefused):
        sight.read(b"hang")


def test_a_bug_is_ours_and_so_is_a_child_that_does_not_start() -> None:
    with scripted_sight() as sight, pytest.raises(VisionFailed):
        sight.read(b"fail")
    for command in ([sys.executable, "-c", ""], ["/no/such/program"]):
        with pytest.raises(VisionFailed):
            Sight(command).read(b"a")


def test_what_is_too_large_is_not_even_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight_module, "MOST_BYTES", 3)
    with scripted_sight() as sight:
        with pytest.raises(PictureRefused):
            sight.read(b"four")
        assert not sight.is_loaded


def test_memory_is_given_back_after_a_while() -> None:
    with scripted_sight(idle_s=0.1) as sight:
        sight.read(b"a")
        until = time.monotonic() + 60
        while sight.is_loaded:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert sight.read(b"b").text == "b"


def test_after_its_end_nothing_is_read() -> None:
    with scripted_sight() as sight:
        sight.read(b"a")
    with pytest.raises(Cancelled):
        sight.read(b"b")
