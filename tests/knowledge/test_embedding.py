from __future__ import annotations

import math
from collections.abc import Sequence

from app.knowledge.embedding import MOST_TOKENS, Embedding
from app.knowledge.scripts import script_of

WIDE, QUESTION, ZOO, MONEY = range(4)
SUBJECTS = {"zebra": ZOO, "斑马": ZOO, "money": MONEY, "钱": MONEY}


def embed(texts: Sequence[str]) -> list[list[float]]:
    """A model for which the writing weighs more than the subject, as it does for real ones."""
    vectors = []
    for text in texts:
        values = [0.0] * 4
        values[WIDE] = 2.0 if script_of(text.partition(": ")[2]) == "wide" else -2.0
        values[QUESTION] = 1.0 if text.startswith("query") else 0.8
        for word, subject in SUBJECTS.items():
            values[subject] += 1.0 * (word in text)
        length = math.hypot(*values)
        vectors.append([value / length for value in values])
    return vectors


def embedding(count_tokens: int = 1) -> Embedding:
    return Embedding("toy", embed, lambda _: count_tokens)


def nearness(question: str, passage: str) -> float:
    model = embedding()
    asked = model.question(question)
    (vector,) = model.passages([((), passage)])
    cosine = sum(a * b for a, b in zip(asked.vector, vector, strict=True))
    return asked.nearness(cosine, script_of(passage))


def test_a_vector_of_a_question_has_length_one():
    assert math.isclose(math.hypot(*embedding().question("where are the zebras").vector), 1.0)


def test_the_answer_in_other_writing_is_nearer_than_something_else_in_the_same():
    assert nearness("what does the zebra eat", "斑马吃草") > nearness(
        "what does the zebra eat", "money grows"
    )
    assert nearness("斑马吃什么", "a zebra eats grass") > nearness("斑马吃什么", "钱会增长")


def test_among_passages_in_the_same_writing_the_subject_decides():
    assert nearness("斑马吃什么", "斑马吃草") > nearness("斑马吃什么", "钱会增长")


def test_a_text_that_is_too_long_is_embedded_in_parts():
    asked: list[str] = []

    def noted(texts: Sequence[str]) -> list[list[float]]:
        asked.extend(texts)
        return embed(texts)

    model = Embedding("toy", noted, lambda text: len(text.split()))
    (vector,) = model.passages([(("file",), "zebra " * 3 * MOST_TOKENS)])
    assert math.isclose(math.hypot(*vector), 1.0)
    assert len(asked) == 4
    assert all(text.startswith("passage: ") for text in asked)
