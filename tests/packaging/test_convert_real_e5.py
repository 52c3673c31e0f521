from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from convert import e5
from tests.packaging.conftest import WEIGHTS
from tests.packaging.encoder import Encoder

pytestmark = pytest.mark.live

# As the original tokenizer cuts them.
TOKENS = {
    "query: how much protein should a female eat": [
        *(0, 41, 1294, 12, 3642, 5045, 21308, 5608, 10, 117776, 73203, 2),
    ],
    "passage: 固始站位于河南省固始县段集镇。": [
        *(0, 46692, 12, 6, 24698, 44134, 5370, 35292, 197613, 24698, 44134, 13522, 12002),
        *(5525, 35368, 30, 2),
    ],
    "２０２４年，约１０～２０℃": [0, 387, 2357, 470, 4, 10609, 963, 6087, 169079, 441, 2],
    "line one\nline\ttwo\u200bthree": [0, 13315, 1632, 13315, 6626, 17262, 2],
    "ﬁne ㎏ Ⅳ ½ 한국어 Привет": [0, 5885, 5279, 7610, 78660, 193751, 1813, 18454, 2],
}


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("e5") / "e5.gguf"
    with path.open("wb") as target:
        e5.convert(WEIGHTS / "e5-small-q4.bin", target)
    return path


@pytest.fixture(scope="module")
def encoder(converted: Path) -> Iterator[Encoder]:
    model = Encoder(converted)
    yield model
    model.close()


def test_the_result_is_always_the_same(converted: Path) -> None:
    with converted.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    assert digest == "42755613933609c937f2cf93585e279081c35a746c2743d910cb5878beee97e7"


@pytest.mark.parametrize("text", TOKENS)
def test_tokens_are_those_of_the_original_tokenizer(encoder: Encoder, text: str) -> None:
    assert encoder.tokens(text) == TOKENS[text]


def test_the_passage_that_answers_is_nearest_to_the_question(encoder: Encoder) -> None:
    passages = [
        "固始站位于河南省固始县段集镇，是宁西铁路上的一个车站。",
        "The females of most mammals need more protein while they feed their young.",
        "水在标准大气压下于一百摄氏度沸腾。",
        "Der Bahnhof wurde 1998 geschlossen und abgerissen.",
    ]
    questions = ["固始站在哪里？", "how much protein should a female eat", "水的沸点是多少？"]
    vectors = [encoder.vector(f"passage: {passage}") for passage in passages]
    for right, question in enumerate(questions):
        vector = encoder.vector(f"query: {question}")
        nearness = [sum(a * b for a, b in zip(vector, each, strict=True)) for each in vectors]
        assert nearness.index(max(nearness)) == right
