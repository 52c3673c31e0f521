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


@dataclass(frozen=True, slots=True)
class Vector:
    """A chunk's meaning. Shape: values [384], of length 1."""

    chunk: int
    document: int
    values: list[float]


class Vectors(Protocol):
    """Vectors by the id of their chunk. Raises: VectorsFailed, everywhere."""

    def put(self, vectors: Sequence[Vector]) -> None:
        """Keep vectors; one that is there already is replaced."""
        ...

    def remove(self, chunks: Sequence[int]) -> None:
        """Forget vectors; ids that are not there are no error."""
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
    """Chroma's ids and cosine distances as chunks and cosines."""
    return [(int(chunk), 1.0 - distance) for chunk, distance in zip(ids, distances, strict=True)]
