from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.vision import child, pictures
from app.vision.ocr import Line
from app.vision.regions import Box

BOX = Box(np.array([[1.0, 2.0], [5.0, 2.0], [5.0, 4.0], [1.0, 4.0]]), 0.9)


class Rows:
    """Finds the same in every picture."""

    def __init__(self, error: type[BaseException] | None = None) -> None:
        self._error = error

    def lines(self, picture: Image.Image) -> list[list[Line]]:
        if self._error:
            raise self._error
        return [[Line("a", 0.98765, BOX), Line("b", 0.9, BOX)], [Line("c", 0.8, BOX)]]


def answered(*sent: bytes, word: bytes = b"read", reader: Rows | None = None) -> tuple[int, bytes]:
    requests = io.BytesIO(b"".join(b"%s %d\n%s" % (word, len(each), each) for each in sent))
    answers = io.BytesIO()
    status = child.serve(lambda: reader or Rows(), requests, answers)
    return status, answers.getvalue()


def served(*sent: bytes, reader: Rows | None = None) -> tuple[int, list[dict[str, Any]]]:
    status, answers = answered(*sent, reader=reader)
    return status, [json.loads(line) for line in answers.splitlines()]


def png(width: int = 20, height: int = 10) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    return content.getvalue()


def test_lines_are_told_with_their_places() -> None:
    status, (ready, told) = served(png())
    assert (status, ready) == (0, {"ready": True})
    assert (told["width"], told["height"], told["text"]) == (20, 10, "a  b\nc")
    assert [each["text"] for each in told["lines"]] == ["a", "b", "c"]
    assert told["lines"][0]["confidence"] == 0.9877
    assert told["lines"][0]["box"] == [[1, 2], [5, 2], [5, 4], [1, 4]]


def test_places_are_those_of_the_picture_as_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "WORKABLE_PIXELS", 50)
    _, (_, told) = served(png())
    assert told["lines"][0]["box"] == [[2, 4], [10, 4], [10, 8], [2, 8]]


def test_pixels_follow_the_line_that_says_how_many() -> None:
    content = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(content, "PNG")
    status, answers = answered(content.getvalue(), b"Dear diary,", word=b"show")
    _ready, told, rest = answers.split(b"\n", 2)
    assert (status, json.loads(told)) == (0, {"width": 3, "height": 2, "pixels": 18})
    assert rest[:18] == b"\xff\0\0" * 6
    assert json.loads(rest[18:]) == {"refused": "not-a-picture"}


def test_what_is_shown_is_not_larger_than_models_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SHOWN_PIXELS", 60)
    _, answers = answered(png(), word=b"show")
    assert json.loads(answers.split(b"\n")[1]) == {"width": 10, "height": 5, "pixels": 150}


def test_one_bad_picture_leaves_the_next_alone() -> None:
    _, (_, bad, good) = served(b"Dear diary,", png())
    assert bad == {"refused": "not-a-picture"}
    assert good["width"] == 20


def test_a_bug_is_told_and_too_little_memory_ends_it() -> None:
    assert served(png(), reader=Rows(KeyError))[1][1] == {"failed": "KeyError"}
    assert served(png(), reader=Rows(MemoryError))[0] == child.OUT_OF_MEMORY
