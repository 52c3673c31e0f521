"""OpenAI's own client, over a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import openai
import pytest
from openai import OpenAI

from app.knowledge.library import Library
from tests.api.documents.conftest import PANDAS, ZEBRAS
from tests.api.serving import Serving
from tests.fakes.engine import scripted_engine
from tests.knowledge.libraries import until


@pytest.fixture
def ai(serve: Callable[..., Serving], library: Library) -> Iterator[OpenAI]:
    serving = serve(scripted_engine(), library=library)
    with (
        httpx.Client() as plain,
        OpenAI(
            base_url=f"{serving.url}/v1", api_key="none", http_client=plain, max_retries=0
        ) as client,
    ):
        yield client


def test_a_file_is_kept_listed_read_and_deleted(ai: OpenAI) -> None:
    made = ai.files.create(file=("zebras.txt", ZEBRAS.encode()), purpose="assistants")
    assert (made.filename, made.bytes) == ("zebras.txt", len(ZEBRAS.encode()))
    until(lambda: ai.files.retrieve(made.id).status == "processed")
    other = ai.files.create(file=("熊猫.txt", PANDAS.encode()), purpose="user_data")
    until(lambda: ai.files.retrieve(other.id).status == "processed")
    assert [each.id for each in ai.files.list()] == [other.id, made.id]
    assert [each.id for each in ai.files.list(order="asc", limit=1)] == [made.id, other.id]
    assert [each.id for each in ai.files.list(purpose="user_data")] == [other.id]
    assert ai.files.content(made.id).text == ZEBRAS
    assert ai.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        ai.files.retrieve(made.id)


def test_files_of_one_name_are_different_files(ai: OpenAI) -> None:
    one = ai.files.create(file=("a.txt", b"zebras eat grass"), purpose="assistants")
    two = ai.files.create(file=("a.txt", b"lions do not"), purpose="assistants")
    assert one.id != two.id
    until(lambda: ai.files.retrieve(two.id).status == "processed")
    assert ai.files.content(one.id).text == "zebras eat grass"


def test_a_file_that_cannot_be_read_says_why(ai: OpenAI) -> None:
    made = ai.files.create(file=("broken.pdf", b"%PDF-1.4 broken"), purpose="assistants")
    until(lambda: ai.files.retrieve(made.id).status == "error")
    assert "damaged" in (ai.files.retrieve(made.id).status_details or "")
    store = ai.vector_stores.create(file_ids=[made.id])
    [inside] = ai.vector_stores.files.list(store.id)
    assert (inside.status, store.file_counts.failed) == ("failed", 1)


def test_a_vector_store_is_filled_searched_and_deleted(ai: OpenAI) -> None:
    store = ai.vector_stores.create(name="zoo", metadata={"for": "children"})
    assert (store.name, store.metadata, store.file_counts.total) == ("zoo", {"for": "children"}, 0)
    zebras = ai.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("zebras.txt", ZEBRAS.encode())
    )
    assert zebras.status == "completed"
    pandas = ai.files.create(file=("熊猫.txt", PANDAS.encode()), purpose="assistants")
    ai.vector_stores.files.create(
        vector_store_id=store.id, file_id=pandas.id, attributes={"year": 2024, "wild": True}
    )
    outside = ai.files.create(file=("else.txt", b"zebras elsewhere"), purpose="assistants")
    until(lambda: ai.vector_stores.retrieve(store.id).file_counts.completed == 2)
    assert ai.vector_stores.retrieve(store.id).status == "completed"

    found = ai.vector_stores.search(store.id, query="What do zebras eat?").data
    assert found[0].file_id == zebras.id
    assert "grass" in found[0].content[0].text
    assert 0 < found[0].score <= 1
    assert outside.id not in [each.file_id for each in found]
    young = {"type": "gt", "key": "year", "value": 2020}
    [panda] = ai.vector_stores.search(store.id, query="熊猫 zebras", filters=young).data
    assert (panda.file_id, panda.attributes) == (pandas.id, {"year": 2024, "wild": True})

    inside = ai.vector_stores.files.list(store.id, order="asc")
    assert [each.id for each in inside] == [zebras.id, pandas.id]
    changed = ai.vector_stores.files.update(
        pandas.id, vector_store_id=store.id, attributes={"year": 2000}
    )
    assert changed.attributes == {"year": 2000}
    text = ai.vector_stores.files.content(zebras.id, vector_store_id=store.id)
    assert text.data[0].text.startswith("Zebras")
    assert ai.vector_stores.files.delete(zebras.id, vector_store_id=store.id).deleted
    assert ai.files.retrieve(zebras.id).status == "processed"
    with pytest.raises(openai.NotFoundError):
        ai.vector_stores.files.retrieve(zebras.id, vector_store_id=store.id)

    assert ai.vector_stores.update(store.id, name="animals").name == "animals"
    other = ai.vector_stores.create(name="other")
    assert [each.id for each in ai.vector_stores.list()] == [other.id, store.id]
    assert [each.id for each in ai.vector_stores.list(limit=1)] == [other.id, store.id]
    assert ai.vector_stores.delete(store.id).deleted
    with pytest.raises(openai.NotFoundError):
        ai.vector_stores.retrieve(store.id)


def test_files_come_in_batches(ai: OpenAI) -> None:
    store = ai.vector_stores.create(name="zoo")
    files = [("zebras.txt", ZEBRAS.encode()), ("熊猫.txt", PANDAS.encode())]
    batch = ai.vector_stores.file_batches.upload_and_poll(vector_store_id=store.id, files=files)
    assert (batch.status, batch.file_counts.completed) == ("completed", 2)
    again = ai.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store.id)
    assert again.file_counts.total == 2
    inside = ai.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id)
    assert len(list(inside)) == 2
    assert all(each.attributes == {} for each in ai.vector_stores.files.list(store.id))
    cancelled = ai.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)
    assert cancelled.id == batch.id
    with pytest.raises(openai.NotFoundError):
        ai.vector_stores.file_batches.retrieve("vsfb_none", vector_store_id=store.id)
    with pytest.raises(openai.BadRequestError):
        ai.vector_stores.file_batches.create(store.id)


@pytest.mark.parametrize(
    "filters",
    [
        {"type": "eq"},
        {"type": "near", "key": "a", "value": 1},
        {"type": "and", "filters": [{"type": "eq", "key": 1, "value": 1}]},
        {"type": "in", "key": "a", "value": 1},
        [],
    ],
)
def test_a_filter_that_is_none_is_refused(ai: OpenAI, filters: object) -> None:
    store = ai.vector_stores.create()
    with pytest.raises(openai.BadRequestError) as refused:
        ai.vector_stores.search(store.id, query="x", filters=filters)  # type: ignore[arg-type]
    assert str(refused.value.param).startswith("filters")


def test_what_is_not_there_or_not_supported_is_refused(ai: OpenAI) -> None:
    store = ai.vector_stores.create()
    for wrong in (
        lambda: ai.vector_stores.create(file_ids=["doc-none"]),
        lambda: ai.vector_stores.files.create(store.id, file_id="doc-none"),
        lambda: ai.files.delete("doc-none"),
        lambda: ai.files.content("doc-none"),
    ):
        with pytest.raises(openai.NotFoundError):
            wrong()
    for unsupported in (
        lambda: ai.vector_stores.create(expires_after={"anchor": "last_active_at", "days": 1}),
        lambda: ai.files.create(file=b"x", purpose="nonsense"),  # type: ignore[arg-type]
        lambda: ai.vector_stores.files.list(store.id, filter="x"),  # type: ignore[arg-type]
    ):
        with pytest.raises(openai.BadRequestError):
            unsupported()
