from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.embedding import MOST_WAITING, Embedder, EmbeddingModel, normalized
from app.errors import BadFile, BadRequest, Busy, Cancelled, EngineFailed, StillLoading
from app.language import Text
from tests.fakes.embedder import EMBEDDING_FACTS, ScriptedEmbedding, scripted_embedder
from tests.fakes.llama import tokens_of

WITHOUT_POOLING = replace(EMBEDDING_FACTS, pooling="none")
RERANKING = replace(EMBEDDING_FACTS, pooling="rank")


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Holds the model back until it is set."""
    event = threading.Event()
    yield event
    event.set()


def gated(gate: threading.Event) -> ScriptedEmbedding:
    return ScriptedEmbedding(before=lambda tokens: gate.wait(5) and None)


def test_each_input_gets_its_vector_of_length_one() -> None:
    embedder = scripted_embedder()
    found = embedder.embed([tokens_of("abc"), tokens_of("b")])
    assert [len(vectors) for vectors in found] == [1, 1]
    assert found[0][0] == pytest.approx([3 / math.hypot(3, 97), 97 / math.hypot(3, 97)])
    assert embedder.embed([tokens_of("abc")], norm=-1) == [[[3.0, 97.0]]]
    assert embedder.embed([]) == []
    assert embedder.embed_texts(["abc", "b"]) == [vectors[0] for vectors in found]
    embedder.close()


def test_without_pooling_each_token_has_a_vector_that_stays_as_it_is() -> None:
    embedder = scripted_embedder(ScriptedEmbedding(WITHOUT_POOLING))
    assert embedder.embed([tokens_of("ab")]) == [[[97.0, 1.0], [98.0, 1.0]]]
    embedder.close()


def test_documents_are_scored_by_a_reranking_model_alone() -> None:
    embedder = scripted_embedder(ScriptedEmbedding(RERANKING))
    pair = embedder.model.pair
    documents = ("a red house", "red", "blue")
    assert embedder.rerank([pair("red house", each) for each in documents]) == [2, 1, 0]
    with pytest.raises(BadRequest, match="has no vectors"):
        embedder.embed([tokens_of("a")])
    embedder.close()
    embedder = scripted_embedder()
    with pytest.raises(BadRequest, match="does not score documents"):
        embedder.rerank([tokens_of("a")])
    embedder.close()


def test_what_the_model_cannot_take_is_refused_with_both_sizes() -> None:
    model = ScriptedEmbedding()
    embedder = scripted_embedder(model)
    with pytest.raises(BadRequest, match=r"Input 1 .* 65 tokens .* takes 64"):
        embedder.embed([tokens_of("ok"), tokens_of("x" * 65)])
    with pytest.raises(BadRequest, match="Input 0 is empty"):
        embedder.embed([()])
    for token in (-1, 259):
        with pytest.raises(BadRequest, match=f"token {token}"):
            embedder.embed([(5, token)])
    assert model.seen == []
    embedder.close()


def test_a_question_does_not_wait_for_a_whole_book(gate: threading.Event) -> None:
    model = gated(gate)
    embedder = scripted_embedder(model)
    with ThreadPoolExecutor(2) as threads:
        book = threads.submit(embedder.embed, [tokens_of(f"page {n}") for n in range(9)])
        while not embedder._requests and not model.seen and not book.running():
            pass
        question = threads.submit(embedder.embed, [tokens_of("question")])
        while not embedder._requests:
            pass
        gate.set()
        assert len(book.result(5)) == 9
        assert len(question.result(5)) == 1
    assert model.seen.index(tokens_of("question")) <= 2
    embedder.close()


def test_many_threads_get_their_own_vectors() -> None:
    embedder = scripted_embedder()
    with ThreadPoolExecutor(16) as threads:
        asked = [[tokens_of("x" * (n % 7 + 1))] * (n % 3 + 1) for n in range(48)]
        for inputs, found in zip(
            asked, threads.map(lambda each: embedder.embed(each, norm=-1), asked), strict=True
        ):
            assert found == [[[float(len(tokens)), 120.0]] for tokens in inputs]
    embedder.close()


def test_a_full_queue_says_busy(gate: threading.Event) -> None:
    embedder = scripted_embedder(gated(gate))
    with ThreadPoolExecutor(MOST_WAITING + 1) as threads:
        asked = [threads.submit(embedder.embed, [tokens_of("x")]) for _ in range(MOST_WAITING + 1)]
        while len(embedder._requests) < MOST_WAITING:
            pass
        with pytest.raises(Busy):
            embedder.embed([tokens_of("one too many")])
        gate.set()
        assert all(each.result(5) for each in asked)
    embedder.close()


def test_a_failure_ends_its_own_request_alone() -> None:
    def fail(tokens: object) -> None:
        raise RuntimeError("out of order")

    model = ScriptedEmbedding(before=fail)
    embedder = scripted_embedder(model)
    with pytest.raises(EngineFailed, match="out of order"):
        embedder.embed([tokens_of("x")])
    model.before = lambda tokens: None
    assert embedder.embed([tokens_of("x")])
    embedder.close()


def test_while_loading_it_says_how_far_it_is() -> None:
    go_on = threading.Event()

    def load(report: Callable[[float], None]) -> EmbeddingModel:
        report(0.5)
        go_on.wait(5)
        return ScriptedEmbedding()

    embedder = Embedder(load)
    assert not embedder.wait_ready(0.05)
    with pytest.raises(StillLoading, match="50%"):
        embedder.embed([tokens_of("x")])
    go_on.set()
    assert embedder.wait_ready(5)
    embedder.close()


def test_a_model_that_cannot_be_loaded_is_reported_to_everyone() -> None:
    def load(report: Callable[[float], None]) -> EmbeddingModel:
        raise BadFile(Text("damaged", "已损坏"))

    embedder = Embedder(load)
    for _ in range(2):
        with pytest.raises(BadFile, match="damaged"):
            embedder.wait_ready(5)
    with pytest.raises(BadFile, match="damaged"):
        embedder.embed([tokens_of("x")])
    assert embedder.failure
    embedder.close()


def test_closing_ends_what_waits(gate: threading.Event) -> None:
    model = gated(gate)
    embedder = scripted_embedder(model)
    with ThreadPoolExecutor(2) as threads:
        asked = threads.submit(embedder.embed, [tokens_of("x"), tokens_of("y")])
        while not asked.running():
            pass
        closing = threads.submit(embedder.close)
        while not embedder._closing:
            pass
        gate.set()
        closing.result(5)
        with pytest.raises(Cancelled):
            asked.result(5)
    with pytest.raises(Cancelled):
        embedder.embed([tokens_of("late")])
    assert model.closed


numbers = st.lists(st.floats(-1e6, 1e6), min_size=1)


@given(numbers)
def test_a_normalized_vector_has_length_one_by_its_norm(vector: list[float]) -> None:
    assert normalized(vector, -1) == vector
    for norm, length in (
        (2, lambda values: math.sqrt(math.fsum(value**2 for value in values))),
        (1, lambda values: math.fsum(map(abs, values))),
        (0, lambda values: max(map(abs, values)) / 32760),
    ):
        found = normalized(vector, norm)
        assert length(found) == pytest.approx(1) or length(vector) < 1e-100


def test_a_vector_of_zeros_stays_one() -> None:
    assert all(normalized([0.0, 0.0], norm) == [0.0, 0.0] for norm in (-1, 0, 1, 2, 3))


def test_a_model_that_is_not_wanted_at_once_loads_when_it_is_first_asked() -> None:
    loads: list[int] = []

    def load(_report: object) -> EmbeddingModel:
        loads.append(1)
        return ScriptedEmbedding()

    embedder = Embedder(load, at_once=False)
    assert not embedder.wait_ready(0.05)
    assert not loads
    assert embedder.embed_texts(["a"])
    assert loads == [1]
    embedder.close()


def test_a_model_that_nobody_wanted_is_never_loaded() -> None:
    def load(_report: object) -> EmbeddingModel:
        raise AssertionError

    embedder = Embedder(load, at_once=False)
    embedder.close()
    with pytest.raises(Cancelled):
        _ = embedder.model
