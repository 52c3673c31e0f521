from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.conversations.history import History
from app.engine.engine import Engine
from tests.api.conversations.talking import Talk
from tests.api.serving import Serving, client_of
from tests.fakes.engine import scripted_engine
from tests.fakes.sight import scripted_sight

GIF = base64.b64encode(b"GIF8 Closed on Mondays").decode()


@pytest.fixture
def engines() -> Iterator[Callable[..., Engine]]:
    made: list[Engine] = []

    def make(*arguments: object, **more: object) -> Engine:
        made.append(scripted_engine(*arguments, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def client(services: Services, history: History) -> FlaskClient:
    return client_of(replace(services, history=history))


def test_an_answer_is_written_into_the_history(client: FlaskClient) -> None:
    talk = Talk(client)
    talk.begin("What is a zebra?")
    assert talk.events()[-1]["message"]["state"] == "done"  # it echoes
    whole = talk.whole()
    assert whole["title"] == "What is a zebra?"
    assert [(each["role"], each["text"]) for each in whole["messages"]] == [
        ("user", "What is a zebra?"),
        ("assistant", "What is a zebra?"),
    ]
    assert whole["leaf"] == talk.last
    assert whole["messages"][1]["timings"]["predicted_n"] > 0


def test_the_model_reads_the_branch_alone(
    services: Services, history: History, engines: Callable[..., Engine]
) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return f"answer {len(prompts)}"

    talk = Talk(client_of(replace(services, engine=engines(answer), history=history)))
    talk.say("first")
    first_question = talk.whole()["messages"][0]["id"]
    talk.say(again=first_question)
    talk.say("second", system="Be brief.")
    assert "Be brief." in prompts[-1]
    assert "answer 2" in prompts[-1]
    assert "answer 1" not in prompts[-1]
    talk.say("first, changed", parent=None)
    assert "second" not in prompts[-1]
    roots = [each for each in talk.whole()["messages"] if each["parent"] is None]
    assert [each["text"] for each in roots] == ["first", "first, changed"]


def test_an_answer_goes_on_when_whoever_asked_has_gone_and_any_reader_gets_all_of_it(
    serve: Callable[..., Serving], history: History, engines: Callable[..., Engine]
) -> None:
    serving = serve(engines("word " * 30, step_s=0.005), history=history)
    with client_of(serving.services) as client:
        talk = Talk(client)
    body = json.dumps({"text": "talk"}).encode()
    path = f"/v1/conversations/{talk.id}/answer"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with serving.connect() as connection:
        connection.sendall(head.encode() + body)
        assert b"202" in connection.recv(64)
    events = talk.events()
    assert events[-1]["message"]["text"] == "word " * 30
    assert events[-1]["message"]["state"] == "done"
    late = talk.events()
    assert late == events[-1:]


def test_an_answer_can_be_stopped_and_gone_on_with(
    services: Services, history: History, engines: Callable[..., Engine]
) -> None:
    engine = engines("word " * 200, step_s=0.005)
    client = client_of(replace(services, engine=engine, history=history))
    talk = Talk(client)
    talk.begin("talk")
    assert client.get("/v1/conversations").json["data"][0]["answering"] is True
    stopped = client.delete(f"/v1/conversations/{talk.id}/answer").json
    assert stopped == {"stopped": True}
    before = talk.whole()["messages"][-1]
    assert before["state"] == "stopped"
    talk.begin(continues=before["id"])
    following = talk.whole()["messages"][-1]
    assert following["state"] == "writing"
    assert following["text"].startswith(before["text"])
    client.delete(f"/v1/conversations/{talk.id}/answer")
    assert len(talk.whole()["messages"]) == 2


def test_the_oldest_turns_are_left_out_when_a_conversation_is_too_long(
    services: Services, history: History, engines: Callable[..., Engine]
) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "A long enough answer. " * 30

    talk = Talk(client_of(replace(services, engine=engines(answer), history=history)))
    said = [talk.say(f"Question {number}.") for number in range(7)]
    assert "forgotten" not in said[0]
    assert said[-1]["forgotten"] > 0
    assert "Question 0." not in prompts[-1]
    assert "Question 5." in prompts[-1]
    refused = talk.post(
        f"/v1/conversations/{talk.id}/answer", {"text": "long " * 999}, status=(400,)
    )
    assert refused["error"]["code"] == "context_length_exceeded"
    assert len(talk.whole()["messages"]) == 14


def test_what_is_attached_is_read_and_kept(
    services: Services, history: History, engines: Callable[..., Engine]
) -> None:
    with scripted_sight() as sight:
        engine = engines(lambda prompt: prompt)
        client = client_of(replace(services, engine=engine, history=history, sight=sight))
        talk = Talk(client)
        attachments = [
            {"kind": "text", "name": "notes.txt", "text": "```\nzebra"},
            {"kind": "picture", "name": "sign", "url": f"data:image/png;base64,{GIF}"},
        ]
        answer = talk.say("Read this.", attachments=attachments)
    assert "[Text in the picture: GIF8 Closed on Mondays]" in answer["text"]
    assert "notes.txt:\n\n````\n```\nzebra\n````\n\nRead this." in answer["text"]
    kept = talk.whole()["messages"][0]["attachments"]
    assert [each["kind"] for each in kept] == ["text", "picture"]
    assert "url" not in kept[1]
    picture = client.get(f"/v1/conversations/{talk.id}/pictures/{kept[1]['id']}")
    assert picture.mimetype == "image/gif"  # as it is, not as it was called
    assert picture.data == base64.b64decode(GIF)


def test_an_answer_that_the_end_of_the_program_cuts_short_has_stopped(
    services: Services, history: History, engines: Callable[..., Engine]
) -> None:
    engine = engines("word " * 2000, step_s=0.002)
    client = client_of(replace(services, engine=engine, history=history))
    talk = Talk(client)
    talk.begin("talk")
    threading.Timer(0.05, services_end(client)).start()
    assert talk.events()[-1]["message"]["state"] == "stopped"


def services_end(client: FlaskClient) -> Callable[[], None]:
    """Ends what is running, as the end of the program does."""
    from app.api.services import of

    return of(client.application).running.end


@pytest.mark.parametrize("body", [{}, {"text": "a", "again": "b"}, {"continues": "nothing"}])
def test_what_says_nothing_or_too_much_is_refused(client: FlaskClient, body: dict) -> None:
    talk = Talk(client)
    refused = talk.post(f"/v1/conversations/{talk.id}/answer", body, status=(400, 404))
    assert refused["error"]["message"]


def test_while_the_model_loads_nothing_is_kept(history: History, tmp_path: Path) -> None:
    from app.bundle.page import PageFiles

    gate = threading.Event()

    def load(report: Callable[[float], None]) -> object:
        gate.wait(10)
        raise OSError("never mind")

    engine = Engine(load)  # type: ignore[arg-type]
    client = client_of(Services(engine, PageFiles.none(), "x", "1", history=history))
    talk = Talk(client)
    refused = talk.post(f"/v1/conversations/{talk.id}/answer", {"text": "early"}, status=(503,))
    assert refused["error"]["code"] == "loading"
    assert talk.whole()["messages"] == []
    gate.set()
    engine.close()
