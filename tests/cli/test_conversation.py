from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.chat.request import ChatRequest
from app.cli.conversation import Conversation
from app.engine.engine import Engine
from app.engine.request import Generation
from app.errors import PromptTooLong
from tests.fakes.engine import scripted_engine


def parrot(prompt: str) -> str:
    return f"{prompt.count('user')} questions"


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = scripted_engine(parrot)
    yield running
    running.close()


def test_an_answer_knows_what_was_said_before(engine: Engine) -> None:
    conversation = Conversation(engine)
    assert "".join(conversation.ask("one")) == "1 questions"
    assert "".join(conversation.ask("two")) == "2 questions"


def test_answers_are_as_long_as_they_may_be(engine: Engine) -> None:
    conversation = Conversation(
        engine, ChatRequest(messages=(), generation=Generation((), max_tokens=3))
    )
    assert "".join(conversation.ask("one")) == "1 q"


def test_a_new_conversation_knows_nothing(engine: Engine) -> None:
    conversation = Conversation(engine)
    list(conversation.ask("one"))
    conversation.forget()
    assert "".join(conversation.ask("two")) == "1 questions"


def test_an_answer_that_is_stopped_counts_as_far_as_it_came() -> None:
    engine = scripted_engine("a long answer", step_s=0.01)
    conversation = Conversation(engine)
    answer = conversation.ask("one")
    assert next(answer) == "a"
    answer.close()
    assert [each["content"] for each in conversation.messages] == ["one", "a"]
    engine.close()


def test_a_question_that_was_refused_is_as_if_never_asked(engine: Engine) -> None:
    conversation = Conversation(engine)
    with pytest.raises(PromptTooLong):
        list(conversation.ask("x" * 5000))
    assert "".join(conversation.ask("one")) == "1 questions"
