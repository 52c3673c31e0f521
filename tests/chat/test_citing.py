from __future__ import annotations

import pytest

from app.chat.citing import Citing, proofs
from app.knowledge.citations import cite
from tests.chat.passages import passage

SOURCES = [
    passage("Zebras eat grass. Lions eat zebras.", start=100),
    passage("水的沸点是100度。冰在0度融化。", document="doc-2"),
]
ANSWERS = [
    "Zebras eat grass. They like jazz. And lions eat zebras!",
    "水的沸点是100度。这很热。冰在0度融化。",
    "Zebras eat grass.\n\n- Lions eat zebras\n- 水的沸点是100度",
    "Zebras eat grass [1]. Lions eat zebras [2].",
]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_proofs_are_those_of_the_whole_answer_however_it_comes(answer: str, size: int) -> None:
    citing = Citing(proofs(SOURCES))
    found = []
    for at in range(0, len(answer), size):
        found += citing.feed(answer[at : at + size])
    found += citing.end()
    assert found == cite(answer, SOURCES)
    assert len(found) >= 2


def test_a_proof_comes_when_the_next_sentence_begins() -> None:
    citing = Citing(proofs(SOURCES))
    assert citing.feed("Zebras eat grass.") == []
    [first] = citing.feed(" Li")
    assert (first.start, first.end, first.source_start) == (0, 17, 100)
    assert citing.feed("ons eat zebras.") == []
    [second] = citing.end()
    assert "Zebras eat grass. Lions eat zebras."[second.start : second.end] == "Lions eat zebras."
    assert citing.end() == []


def test_a_number_is_not_torn_apart() -> None:
    citing = Citing(proofs([passage("Pi is about 3.14 in all.")]))
    assert citing.feed("Pi is about 3.") == []
    assert citing.feed("14 in all.") == []
    [found] = citing.end()
    assert found.end == len("Pi is about 3.14 in all.")
