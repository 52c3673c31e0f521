"""A real reranking model behind POST /rerank, in this process and in the built file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.api.services import Services
from app.bundle.page import PageFiles
from app.bundle.slice import Slice
from app.engine.embedding import Embedder
from app.engine.embedding_model import EmbeddingOptions, load_embedding_model
from tests.api.serving import client_of
from tests.fakes.engine import scripted_engine
from tests.frozen.test_documents import Keeper
from tests.loaded import libraries
from tests.packaging.reranker_file import write_reranker
from tests.started import Started, environment

DOCUMENTS = ["plain", "good good", "bad plain", "plain good", "bad bad"]
BEST_FIRST = [1, 3, 0, 2, 4]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reranker") / "reranker.gguf"
    write_reranker(path)
    return path


@pytest.fixture
def embedder(model: Path) -> Iterator[Embedder]:
    folder, library = libraries()
    options = EmbeddingOptions(folder, library, threads=1)
    embedder = Embedder(lambda report: load_embedding_model(Slice.whole(model), options, report))
    embedder.wait_ready(60)
    yield embedder
    embedder.close()


def check(answer: Any) -> None:
    """Best first, by scores that say by how much."""
    assert [each["index"] for each in answer["results"]] == BEST_FIRST
    scores = [each["relevance_score"] for each in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[1] > 0.1 > abs(scores[2])
    assert scores[3] < -0.1


@pytest.mark.live
def test_documents_are_scored_by_a_real_model(embedder: Embedder) -> None:
    engine = scripted_engine()
    services = Services(engine, PageFiles.none(), "ranks", "1.2.3", embedder=embedder)
    client = client_of(services)
    asked = {"query": "which", "documents": DOCUMENTS}
    check(client.post("/v1/rerank", json=asked).json)
    best = client.post("/rerank", json={**asked, "top_n": 2}).json["results"]
    assert [each["index"] for each in best] == BEST_FIRST[:2]
    tei = client.post("/rerank", json={"query": "which", "texts": DOCUMENTS, "return_text": True})
    assert [each["text"] for each in tei.json] == [DOCUMENTS[index] for index in BEST_FIRST]
    too_long = client.post("/rerank", json={"query": "which", "documents": ["plain " * 40]})
    assert too_long.status_code == 400
    engine.close()


@pytest.mark.frozen
def test_the_built_file_serves_a_reranking_model(
    executable: Path, model: Path, tmp_path: Path
) -> None:
    command = [executable, "-m", model, "--reranking"]
    with Started(command, environment(tmp_path), tmp_path / "printed.txt") as server:
        server.wait_ready()
        check(server.post("/rerank", {"query": "which", "documents": DOCUMENTS}))


@pytest.mark.frozen
def test_a_reranking_model_puts_the_passages_in_order(
    executable: Path, model: Path, tmp_path: Path
) -> None:
    with Keeper(executable, tmp_path, "--reranker", str(model)) as keeper:
        for name, text in (("bad", "plain bad bad"), ("good", "plain good good"), ("it", "plain")):
            [job] = keeper.post("/v1/documents", {"name": name, "text": text})["data"]
            keeper.over(job)
        found = keeper.post("/v1/search", {"query": "which plain"})["data"]
        assert [passage["name"] for passage in found] == ["good", "it", "bad"]
        assert found[0]["score"] > found[1]["score"] > found[2]["score"]
