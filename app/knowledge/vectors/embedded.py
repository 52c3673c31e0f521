"""Chroma in this process, kept in a folder; the one module that imports its bindings.

The bindings are all of Chroma that is needed here: its Python package would bring a hundred
megabytes along that are never called. The folder is an ordinary Chroma folder, and Chroma's own
client opens it.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from app.errors import VectorsFailed
from app.knowledge.vectors.store import (
    COLLECTION,
    CONFIGURATION,
    MOST_IN_BATCH,
    Vector,
    document_filter,
    similarities,
)
from app.language import Text

PLACE = ("default_tenant", "default_database")
OPEN_INDEXES = 16
ERRORS = (
    "InternalError",
    "NotFoundError",
    "ChromaAuthError",
    "AuthorizationError",
    "InvalidArgumentError",
    "UniqueConstraintError",
    "QuotaError",
    "RateLimitError",
)


class ChromaError(Exception):
    """What the bindings raise."""


def _bindings() -> Any:
    """Chroma's native module. It looks for its errors under this name, and aborts without them."""
    if "chromadb.errors" not in sys.modules:
        errors = ModuleType("chromadb.errors")
        for name in ERRORS:
            setattr(errors, name, type(name, (ChromaError,), {}))
        package = ModuleType("chromadb")
        package.__path__ = []
        sys.modules.setdefault("chromadb", package)
        sys.modules["chromadb.errors"] = errors
    import chromadb_rust_bindings

    return chromadb_rust_bindings


class EmbeddedVectors:
    """Vectors in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: tuple[Any, str] | None = None

    def put(self, vectors: Sequence[Vector]) -> None:
        """Keep vectors; one that is there already is replaced."""
        for start in range(0, len(vectors), MOST_IN_BATCH):
            batch = vectors[start : start + MOST_IN_BATCH]
            self._call(
                "upsert",
                lambda collection, batch=batch: (
                    collection,
                    [str(vector.chunk) for vector in batch],
                    [vector.values for vector in batch],
                    [{"document": vector.document} for vector in batch],
                    None,
                    None,
                ),
            )

    def remove(self, chunks: Sequence[int]) -> None:
        """Forget vectors; ids that are not there are no error."""
        for start in range(0, len(chunks), MOST_IN_BATCH):
            ids = [str(chunk) for chunk in chunks[start : start + MOST_IN_BATCH]]
            self._call("delete", lambda collection, ids=ids: (collection, ids, None, None, None))

    def nearest(
        self, values: list[float], most: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The most similar chunks with their cosine, best first; of some documents alone."""
        where = document_filter(documents)
        found = self._call(
            "query",
            lambda collection: (
                collection,
                None,
                [values],
                most,
                json.dumps(where) if where else None,
                None,
                ["distances"],
            ),
        )
        return similarities(found.ids[0], found.distances[0])

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._call("count", lambda collection: (collection,)))

    def clear(self) -> None:
        """Forget all of them."""
        self._call("delete_collection", lambda _: (COLLECTION,))
        self._opened = None

    def close(self) -> None:
        """Let go of the folder's files."""
        with self._lock:
            self._opened = None

    def _call(self, method: str, arguments: Any) -> Any:
        try:
            client, collection = self._open()
            return getattr(client, method)(*arguments(collection), *PLACE)
        except Exception as error:
            raise VectorsFailed(
                Text(
                    "The store of vectors in {folder} failed: {why}.",
                    "{folder} 中的向量库出错：{why}。",
                ).filled(folder=self._folder, why=error)
            ) from error

    def _open(self) -> tuple[Any, str]:
        with self._lock:
            if self._opened is None:
                chroma = _bindings()
                self._folder.mkdir(parents=True, exist_ok=True)
                client = chroma.Bindings(
                    allow_reset=False,
                    sqlite_db_config=chroma.SqliteDBConfig(
                        hash_type=chroma.MigrationHash.MD5,
                        migration_mode=chroma.MigrationMode.Apply,
                        url=str(self._folder / "chroma.sqlite3"),
                    ),
                    persist_path=str(self._folder),
                    hnsw_cache_size=OPEN_INDEXES,
                )
                collection = client.create_collection(
                    COLLECTION, json.dumps(CONFIGURATION), None, None, True, *PLACE
                )
                self._opened = (client, str(collection.id))
            return self._opened
