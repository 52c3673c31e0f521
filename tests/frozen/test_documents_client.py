"""OpenAI's official client with documents, against the built file.

Nothing here depends on what a small model says: only on what was found, and on its form.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from app.knowledge.vectors.remote import RemoteVectors
from tests.knowledge import chroma
from tests.knowledge.libraries import until
from tests.started import Started, environment

pytestmark = pytest.mark.frozen

QUINCES = "Quinces ripen in October. They are too hard to be eaten raw, and make good jelly."
BOILER = "The boiler of the kitchen is maintained at a pressure of 9.2 bar every spring."


@pytest.fixture(scope="module")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma.served(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture(scope="module")
def keeper(
    executable: Path, chroma_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Started]:
    """With its vectors on a Chroma server."""
    home = tmp_path_factory.mktemp("client")
    command = [executable, "--data", home / "data", "--chroma", chroma_url]
    with Started(command, environment(home), home / "printed.txt") as running:
        yield running.wait_ready()


@pytest.fixture(scope="module")
def client(keeper: Started) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{keeper.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def store(client: OpenAI) -> str:
    """A vector store with two files in it, both of which can be found by their meaning."""
    made = client.vector_stores.create(name="house")
    for name, text in (("quinces.txt", QUINCES), ("boiler.txt", BOILER)):
        file = client.files.create(file=(name, text.encode()), purpose="assistants")
        client.vector_stores.files.create(made.id, file_id=file.id, attributes={"name": name})
    until(lambda: client.vector_stores.retrieve(made.id).file_counts.completed == 2, 300)
    return made.id


def test_a_vector_store_is_searched(client: OpenAI, store: str) -> None:
    best = client.vector_stores.search(store, query="At which pressure is the boiler?").data[0]
    assert best.filename == "boiler.txt"
    assert best.content[0].text == BOILER
    only = {"type": "eq", "key": "name", "value": "quinces.txt"}
    found = client.vector_stores.search(store, query="boiler", filters=only).data  # type: ignore[arg-type]
    assert {each.filename for each in found} <= {"quinces.txt"}


def test_the_vectors_are_on_the_server_that_was_named(
    keeper: Started, chroma_url: str, store: str
) -> None:
    vectors = RemoteVectors(chroma_url, "narrow")
    assert vectors.count() >= 2
    vectors.close()
    assert not (keeper.output.parent / "data/documents/chroma").exists()


def test_files_are_listed_read_and_deleted(client: OpenAI, store: str) -> None:
    made = client.files.create(file=("old.txt", b"Nobody needs this."), purpose="user_data")
    until(lambda: client.files.retrieve(made.id).status == "processed", 120)
    assert made.id in [each.id for each in client.files.list()]
    assert client.files.content(made.id).text == "Nobody needs this."
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.content(made.id)


def test_an_answer_comes_with_its_passages_first(client: OpenAI, store: str) -> None:
    question = [{"role": "user", "content": "At which pressure is the boiler maintained?"}]
    asked: dict[str, Any] = {"model": "any", "messages": question, "max_tokens": 24}
    context = {"use_context": True, "context_filter": {"collections": [store]}}
    first, *rest = client.chat.completions.create(**asked, stream=True, extra_body=context)
    assert first.sources[0]["name"] == "boiler.txt"
    assert any(chunk.choices[0].delta.content for chunk in rest)
    whole = client.chat.completions.create(**asked, extra_body=context)
    assert whole.sources[0]["text"] == BOILER
    for each in whole.choices[0].citations:
        assert whole.sources[each["passage"]]["document"] == each["document"]


def test_what_nobody_wrote_down_is_not_answered(client: OpenAI, store: str) -> None:
    question = [{"role": "user", "content": "谁赢得了1998年的足球世界杯？"}]
    context = {"use_context": True, "context_filter": {"collections": ["none"]}}
    answer = client.chat.completions.create(model="any", messages=question, extra_body=context)  # type: ignore[arg-type]
    assert "文档中没有" in (answer.choices[0].message.content or "")
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 0


SEARCH = {"type": "function", "function": {"name": "search_documents"}}


def test_a_chat_must_search_where_it_is_told_to(client: OpenAI, store: str) -> None:
    """What a small model looks for is its own; that it does, and goes on to answer, is certain."""
    asked: dict[str, Any] = {
        "model": "any",
        "messages": [{"role": "user", "content": "At which pressure is the boiler maintained?"}],
        "tools": [SEARCH],
        "tool_choice": SEARCH,
        "temperature": 0,
    }
    cut = client.chat.completions.create(**asked, max_tokens=1)  # before it has said for what
    whole = client.chat.completions.create(**asked, max_tokens=240)
    assert cut.usage is not None
    assert whole.usage is not None
    # It was asked again, with what was found.
    assert whole.usage.prompt_tokens > 2 * cut.usage.prompt_tokens
    choice = whole.choices[0]
    assert choice.finish_reason in ("stop", "length")
    assert not choice.message.tool_calls
    assert {each["name"] for each in whole.sources} <= {"boiler.txt", "quinces.txt"}


def test_a_response_must_search_where_it_is_told_to(client: OpenAI, store: str) -> None:
    answer = client.responses.create(
        model="any",
        input="At which pressure is the boiler maintained?",
        tools=[{"type": "file_search", "vector_store_ids": [store]}],
        tool_choice={"type": "file_search"},
        max_output_tokens=60,
    )
    kinds = [item.type for item in answer.output]
    # A small model's call may be cut off by the limit; then there was no search.
    assert "file_search_call" in kinds or answer.status == "incomplete"
    assert "function_call" not in kinds
