from __future__ import annotations

import pytest

from app.speech.recognition.script import in_script
from app.speech.transcript import Heard, Segment, Word


@pytest.mark.parametrize(("traditional", "written"), [(False, "这台电脑"), (True, "這臺電腦")])
@pytest.mark.parametrize("heard", ["這台電腦", "这台电脑"])
def test_mandarin_is_in_one_kind_of_characters(heard: str, traditional: bool, written: str) -> None:
    words = (Word(heard[:2], 0, 1, 1), Word(heard[2:], 1, 2, 1))
    [segment] = in_script(Heard("zh", (Segment(heard, 0, 2, words=words),)), traditional).segments
    assert segment.text == written
    assert [word.text for word in segment.words] == [written[:2], written[2:]]


def test_other_languages_stay_as_they_are() -> None:
    heard = Heard("ja", (Segment("電脳", 0, 1),))
    assert in_script(heard, traditional=False) is heard
