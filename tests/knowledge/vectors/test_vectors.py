"""The same tests for both stores of vectors: in a folder, and on a real Chroma server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import BadSettings, VectorsFailed
from app.knowledge.vectors.embedded import Client, EmbeddedVectors
from app.knowledge.vectors.remote import RemoteVectors
from app.knowledge.vectors.store import Place, Vector, Vectors
from tests.knowledge import chroma

Open = Callable[[], Vectors]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma.served(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture(params=["embedded", "server"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[Vectors] = []

    def open_again() -> Vectors:
        if request.param == "embedded":
            opened.append(EmbeddedVectors(Client(tmp_path / "chroma"), "narrow"))
        else:
            opened.append(RemoteVectors(request.getfixturevalue("server"), "narrow"))
        return opened[-1]

    open_again().clear()
    yield open_again
    for vectors in opened:
        vectors.close()


def axis(at: int) -> list[float]:
    return [1.0 if place == at else 0.0 for place in range(384)]


def test_the_nearest_come_first_with_their_cosine(reopen: Open):
    vectors = reopen()
    vectors.put([Vector(Place(at, 0), at % 2, axis(at)) for at in range(6)])
    between = [a * 0.8 + b * 0.6 for a, b in zip(axis(3), axis(4), strict=True)]
    (first, near), (second, less) = vectors.nearest(between, 2)
    assert (first, second) == (3, 4)
    assert near == pytest.approx(0.8, abs=1e-3)
    assert less == pytest.approx(0.6, abs=1e-3)


def test_only_the_chosen_documents_are_searched(reopen: Open):
    vectors = reopen()
    vectors.put([Vector(Place(at, 0), at % 2, axis(at)) for at in range(6)])
    found = [chunk for chunk, _ in vectors.nearest(axis(2), 10, documents=[1])]
    assert sorted(found) == [1, 3, 5]


def test_what_was_put_is_there_after_a_restart_and_replaced_by_a_second_time(reopen: Open):
    vectors = reopen()
    vectors.put([Vector(Place(1, 0), 1, axis(1)), Vector(Place(2, 0), 1, axis(2))])
    vectors.put([Vector(Place(1, 0), 1, axis(5))])
    vectors.close()
    again = reopen()
    assert again.count() == 2
    assert again.nearest(axis(5), 1)[0][0] == 1


def test_what_was_removed_is_gone_and_what_was_never_there_is_no_error(reopen: Open):
    vectors = reopen()
    vectors.put([Vector(Place(1, 0), 1, axis(1)), Vector(Place(2, 0), 1, axis(2))])
    vectors.remove([Place(1, 0), Place(77, 0)])
    assert vectors.count() == 1
    assert [chunk for chunk, _ in vectors.nearest(axis(1), 5)] == [2]


def test_a_chunk_is_found_by_its_best_part_and_only_once(reopen: Open):
    vectors = reopen()
    vectors.put([Vector(Place(1, 0), 1, axis(1)), Vector(Place(1, 1), 1, axis(2))])
    vectors.put([Vector(Place(2, 0), 1, axis(3))])
    found = vectors.nearest(axis(2), 5)
    assert [chunk for chunk, _ in found] == [1, 2]
    assert found[0][1] == pytest.approx(1.0, abs=1e-3)


def test_an_empty_store_finds_nothing(reopen: Open):
    assert reopen().nearest(axis(1), 5) == []


def test_a_server_that_is_not_there_is_said_to_be_missing(free_port: int):
    with pytest.raises(VectorsFailed, match="Is it running"):
        RemoteVectors(f"127.0.0.1:{free_port}", "narrow").count()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(BadSettings):
        RemoteVectors("ftp://somewhere", "narrow")
