"""What a store of vectors does, wherever it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.knowledge.scripts import Script

COLLECTION = "chunks-{script}"
CONFIGURATION = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 128}}
MOST_FILTERED = 500  # documents; a longer filter is cheaper to apply to the results
MOST_IN_BATCH = 1000
PARTS = 3  # a chunk has about so many vectors, and may be found by each of them


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of which chunk a vector stands for."""

    chunk: int
    window: int

    def __str__(self) -> str:
        return f"{self.chunk}:{self.window}"


@dataclass(frozen=True, slots=True)
class Vector:
    """The meaning of a part of a chunk. Shape: values [384], of length 1."""

    place: Place
    document: int
    values: list[float]


class Vectors(Protocol):
    """Vectors by their place. Raises: VectorsFailed, everywhere."""

    def put(self, vectors: Sequence[Vector]) -> None:
        """Keep vectors; one that is there already is replaced."""
        ...

    def remove(self, places: Sequence[Place]) -> None:
        """Forget vectors; places that are not there are no error."""
        ...

    def nearest(
        self, values: list[float], most: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The most similar chunks with their cosine, best first; of some documents alone."""
        ...

    def count(self) -> int:
        """How many vectors there are."""
        ...

    def clear(self) -> None:
        """Forget all of them."""
        ...

    @property
    def generation(self) -> int:
        """How often it was begun anew: what was put before is gone then."""
        ...

    def proved(self) -> None:
        """A search worked: what was opened is sound."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


VectorsByScript = Mapping[Script, Vectors]


def document_filter(documents: Sequence[int] | None) -> dict[str, object] | None:
    """Chroma's filter for documents, where it is short enough to be worth it."""
    if documents is None or len(documents) > MOST_FILTERED:
        return None
    return {"document": {"$in": list(documents)}}


def similarities(ids: Sequence[str], distances: Sequence[float]) -> list[tuple[int, float]]:
    """Chroma's ids and cosine distances as chunks and cosines, each chunk by its best part."""
    best: dict[int, float] = {}
    for place, distance in zip(ids, distances, strict=True):
        best.setdefault(int(place.partition(":")[0]), 1.0 - distance)
    return list(best.items())
