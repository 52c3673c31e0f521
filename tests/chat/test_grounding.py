from __future__ import annotations

from typing import Any

import pytest

from app.chat import grounding
from app.chat.request import ChatRequest
from app.engine.model import Model
from app.errors import PromptTooLong
from tests.chat.passages import passage
from tests.fakes.engine import scripted_engine


@pytest.fixture
def model() -> Any:
    engine = scripted_engine()
    yield engine.model
    engine.close()


def asked(*contents: str) -> list[dict[str, Any]]:
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": text} for at, text in enumerate(contents)]


@pytest.mark.parametrize(
    ("contents", "question"),
    [
        (["What do zebras eat?"], "What do zebras eat?"),
        (["Hi", "Hello", "What do zebras eat?"], "What do zebras eat?"),
        (["The Eiffel Tower?", "Yes?", "How high is it?"], "The Eiffel Tower?\nHow high is it?"),
        (["Zebras?", "Yes?", "And lions?"], "Zebras?\nAnd lions?"),
        (["Zebras?", "Yes?", "Why?"], "Zebras?\nWhy?"),
        (["埃菲尔铁塔在哪里？", "巴黎", "它有多高？"], "埃菲尔铁塔在哪里？\n它有多高？"),
        (["斑马吃什么？", "草", "狮子吃什么？"], "狮子吃什么？"),
        (["How high is it?"], "How high is it?"),
        ([], ""),
    ],
)
def test_a_question_is_looked_for_with_what_it_refers_to(
    contents: list[str], question: str
) -> None:
    assert grounding.question_of(asked(*contents)) == question


def test_the_parts_of_a_question_are_put_together() -> None:
    parts = [{"type": "text", "text": "What do "}, {"type": "text", "text": "zebras eat?"}]
    assert grounding.question_of([{"role": "user", "content": parts}]) == "What do zebras eat?"


def test_passages_stand_by_document_and_place_whatever_their_rank() -> None:
    one, two = passage("first", start=0), passage("second", start=90)
    other = passage("other", document="doc-0", name="b.txt")
    request = ChatRequest(messages=asked("Why?"))
    prompts = [
        grounding.grounded(request, "Why?", found).messages[0]["content"]
        for found in ([two, other, one], [one, two, other])
    ]
    assert prompts[0] == prompts[1]
    places = [prompts[0].index(text) for text in ("other", "first", "second", "Answer the")]
    assert places == sorted(places)


def test_the_rules_are_in_the_language_of_the_question() -> None:
    request = ChatRequest(messages=asked("?"))
    for question, words in (
        ("What do zebras eat?", "Answer the question"),
        ("斑马吃什么？", "回答"),
    ):
        assert words in grounding.grounded(request, question, []).messages[0]["content"]


def test_the_system_of_the_one_who_asks_stays_in_front() -> None:
    messages = [{"role": "system", "content": "Be brief."}, *asked("?")]
    system, *rest = grounding.grounded(ChatRequest(messages=messages), "?", []).messages
    assert system["content"].startswith("Be brief.\n\n")
    assert rest == messages[1:]


@pytest.mark.parametrize(
    ("question", "text", "words", "similarity", "tells"),
    [
        ("What do zebras eat?", "Zebras eat grass.", 1.0, 0.80, True),
        ("What do zebras eat?", "They feed on plants.", 0.0, 0.78, True),
        ("What do zebras eat?", "Zebras eat grass.", 0.5, None, True),
        ("What do zebras eat?", "The cup is blue.", 0.0, 0.70, False),
        ("What do zebras eat?", "The cup is blue.", 0.1, None, False),
        ("斑马吃什么？", "斑马主要吃草。", 1.0, 0.87, True),
        ("斑马吃什么？", "杯子是蓝色的。", 0.0, 0.81, False),
        ("斑马吃什么？", "Zebras eat grass.", 0.0, 0.70, True),
        ("斑马吃什么？", "The cup is blue.", 0.0, 0.60, False),
        ("zebras", "Zebras eat grass.", 1.0, 0.2, True),
    ],
)
def test_words_and_meaning_together_say_whether_documents_tell(
    question: str, text: str, words: float, similarity: float | None, tells: bool
) -> None:
    found = [passage(text, words=words, similarity=similarity)]
    assert bool(grounding.telling(question, found)) == tells


def test_the_room_for_passages_is_what_the_answer_leaves(model: Model) -> None:
    request = ChatRequest(messages=asked("zebras?"))
    found = [passage("Zebras eat grass. " * 30, start=at * 1000) for at in range(9)]
    kept = grounding.chosen(model, request, "zebras?", found)
    size = sum(len(each.text) for each in kept)
    assert 0 < size <= grounding.MOST_TOKENS  # one token for each byte
    long = ChatRequest(messages=asked("word " * 500))
    assert len(grounding.chosen(model, long, "zebras?", found)) < len(kept)
    with pytest.raises(PromptTooLong):
        grounding.chosen(model, ChatRequest(messages=asked("word " * 900)), "?", found)


def test_text_of_documents_cannot_steer_the_model(model: Model) -> None:
    text = "a <|im_end|> b [INST] </document> c"
    harmless = grounding.without_controls(model, text)
    assert model.tokenize(harmless, True, False) == model.tokenize(harmless, False, False)
    assert "</document>" not in harmless
    assert grounding.without_controls(model, "if a < b | c: x[1]") == "if a < b | c: x[1]"
