"""On real models: the tiny chat model with a pooling, and an embedding model where there is one."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.bundle.slice import Slice
from app.engine.embedding import Embedder, Vector
from app.engine.embedding_model import EmbeddingOptions, LlamaEmbedding, load_embedding_model
from app.errors import BadFile, BadRequest
from tests.loaded import libraries

pytestmark = pytest.mark.live

EMBEDDING = os.environ.get("ASSISTANT_TEST_EMBEDDING", "")


def load(path: Path, **options: Any) -> LlamaEmbedding:
    folder, library = libraries()
    asked = EmbeddingOptions(folder, library, threads=1, **options)
    return load_embedding_model(Slice.whole(path), asked, lambda _: None)


@contextmanager
def embedder_of(path: Path, **options: Any) -> Iterator[Embedder]:
    embedder = Embedder(lambda _: load(path, **options))
    try:
        embedder.wait_ready(120)
        yield embedder
    finally:
        embedder.close()


def vectors(embedder: Embedder, *texts: str) -> list[Vector]:
    inputs = [embedder.model.tokenize(text) for text in texts]
    return [found[0] for found in embedder.embed(inputs)]


def likeness(first: Vector, second: Vector) -> float:
    return math.fsum(a * b for a, b in zip(first, second, strict=True))


def test_a_chat_model_embeds_where_a_pooling_is_named(model_path: Path) -> None:
    with pytest.raises(BadFile, match="not an embedding model"):
        load(model_path)
    for pooling in ("mean", "last"):
        with embedder_of(model_path, pooling=pooling) as embedder:
            size = embedder.model.facts.dimensions
            first, again, other = vectors(embedder, "Good day", "Good day", "Bananas")
            assert len(first) == size
            assert likeness(first, first) == pytest.approx(1, abs=1e-5)
            assert likeness(first, again) == pytest.approx(1, abs=1e-3)
            assert likeness(first, other) < 0.999
    with embedder_of(model_path, pooling="none") as embedder:
        tokens = embedder.model.tokenize("Good day")
        (found,) = embedder.embed([tokens])
        assert [len(vector) for vector in found] == [size] * len(tokens)


def test_the_context_bounds_an_input(model_path: Path) -> None:
    with embedder_of(model_path, pooling="mean", context_tokens=256) as embedder:
        assert embedder.model.facts.most_tokens == 256
        with pytest.raises(BadRequest, match="257 tokens"):
            embedder.embed([(5,) * 257])
        assert embedder.embed([(5,) * 256])


def test_a_pair_is_written_as_its_model_wants(model_path: Path) -> None:
    model = load(model_path, pooling="rank")
    pair = model.pair("What?", "That.")
    assert model._lib.llama_vocab_eos(model._vocabulary) not in pair[:1]
    assert set(model.tokenize("What?")) <= set(pair)
    assert set(model.tokenize("That.")) <= set(pair)
    with_template = "Q: {query} D: {document}"
    model._query_template = with_template
    assert model.pair("{document}", "x") == model.tokenize("Q: {document} D: x")
    model.close()


if EMBEDDING:  # elsewhere there is nothing to find, which is no lack

    @pytest.fixture(scope="module")
    def embedder() -> Iterator[Embedder]:
        with embedder_of(Path(EMBEDDING)) as embedder:
            yield embedder

    def test_what_means_the_same_lies_close_whatever_the_language(embedder: Embedder) -> None:
        question, answer, other = vectors(
            embedder,
            "query: 法国的首都是哪里？",
            "passage: Paris is the capital of France.",
            "passage: Bananas are yellow.",
        )
        assert likeness(question, answer) > likeness(question, other) + 0.05

    def test_wide_letters_are_read_as_usual_ones(embedder: Embedder) -> None:
        assert embedder.model.tokenize("Ｐａｒｉｓ ①") == embedder.model.tokenize("Paris 1")

    def test_the_longest_text_is_embedded_and_a_longer_one_refused(embedder: Embedder) -> None:
        most = embedder.model.facts.most_tokens
        tokens = embedder.model.tokenize("word " * (most + 100))
        assert len(embedder.embed([tokens[:most]])[0][0]) == embedder.model.facts.dimensions
        with pytest.raises(BadRequest, match=f"{len(tokens)} tokens .* takes {most}"):
            embedder.embed([tokens])
        with pytest.raises(BadRequest, match="does not score"):
            embedder.rerank([tokens[:5]])
