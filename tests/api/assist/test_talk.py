from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.api.serving import Serving
from tests.fakes.engine import scripted_engine
from tests.fakes.recognizer import instant_hearing, sound
from tests.fakes.speech import scripted_speaking
from tests.knowledge.libraries import until
from tests.talking import Conversation

LONG = "Word by word. " * 400
WAIT_S = 120.0


class Served(Conversation):
    def __init__(self, serving: Serving, client: httpx.Client) -> None:
        super().__init__(client)
        self.serving = serving


@pytest.fixture
def conversing(serve: Callable[..., Serving]) -> Iterator[Callable[..., Served]]:
    with ExitStack() as held:
        voice = held.enter_context(scripted_speaking())

        def begin(answers: Any, step_s: float = 0.0) -> Served:
            serving = serve(
                scripted_engine(answers, step_s), hearing=instant_hearing(), voice=voice
            )
            client = httpx.Client(base_url=serving.url, timeout=WAIT_S)
            return Served(serving, held.enter_context(client))

        yield begin


Conversing = Callable[..., Served]


def test_at_every_pause_there_is_an_answer_that_knows_what_was_said_before(
    conversing: Conversing,
) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return f"Answer {len(prompts)}."

    with conversing(answer).talking() as conversation:
        conversation.say(sound(1.0, 1.5))
        assert conversation.until("done")["text"] == "Answer 1."
        assert {"speech", "final", "text", "audio"} <= {each["type"] for each in conversation.seen}
        conversation.say(sound(2.0, 1.5))
        assert conversation.until("done")["text"] == "Answer 2."
    assert "w0 w1" in prompts[0]
    assert "Answer 1." in prompts[1]
    assert prompts[1].index("Answer 1.") < prompts[1].rindex("w0 w1 w2 w3")


def test_whoever_speaks_meanwhile_ends_the_answer_and_is_answered(conversing: Conversing) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return LONG if len(prompts) == 1 else "Yes?"

    with conversing(answer, 0.005).talking() as conversation:
        conversation.say(sound(1.0, 1.5))
        conversation.until("audio")
        conversation.say(sound(2.0, 1.5))
        conversation.until("interrupted")
        assert conversation.until("done")["text"] == "Yes?"
    assert "Word by word." in prompts[1]
    assert LONG not in prompts[1]


def test_an_answer_can_be_ended_by_a_button(conversing: Conversing) -> None:
    with conversing(LONG, 0.005).talking(barge_in=False) as conversation:
        path = f"/v1/talk/{conversation.id}"
        assert conversation.post("DELETE", path).json() == {"interrupted": False}
        conversation.say(sound(1.0, 1.5))
        conversation.until("audio")
        conversation.say(sound(1.0, 1.5))  # is not heeded
        conversation.until("final")
        assert conversation.post("DELETE", path).json() == {"interrupted": True}
        conversation.until("interrupted")
        until(lambda: conversation.serving.engine.stats().running == 0)


def test_whoever_leaves_ends_all_of_it(conversing: Conversing) -> None:
    with conversing(LONG, 0.005).talking() as conversation:
        conversation.say(sound(1.0, 1.5))
        conversation.until("text")
    until(lambda: conversation.serving.engine.stats().running == 0)
    until(lambda: len(conversation.serving.services.running) == 0)


def test_when_no_more_sound_comes_the_last_answer_is_still_given(conversing: Conversing) -> None:
    with conversing("Good bye.").talking(speak=False) as conversation:
        conversation.say(sound(1.0))
        conversation.post("DELETE", f"/v1/audio/live/{conversation.id}")
        assert conversation.until("done")["text"] == "Good bye."
        assert "audio" not in {each["type"] for each in conversation.seen}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"live": "none"}, 404),
        ({"text": "Hi"}, 400),
        ({"voice": "bob"}, 404),
        ({"response_format": "aac"}, 400),
        ({"language": "xx"}, 400),
    ],
)
def test_what_cannot_be_done_is_told(
    conversing: Conversing, fields: dict[str, Any], status: int
) -> None:
    conversation = conversing("Hi")
    body = {"live": conversation.id, **fields}
    assert conversation.post("POST", "/v1/talk", json=body).status_code == status
    assert conversation.post("DELETE", "/v1/talk/none").status_code == 404


def test_a_turn_that_fails_is_told_and_the_next_one_is_answered(conversing: Conversing) -> None:
    with conversing("Hi.").talking(options={"max_tokens": "x"}) as conversation:
        for _ in range(2):
            conversation.say(sound(1.0, 1.5))
            assert "max_tokens" in conversation.until("error")["error"]["message"]
