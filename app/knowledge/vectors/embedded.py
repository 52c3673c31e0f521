"""Chroma in this process, kept in a folder; the one module that imports its bindings.

The bindings are all of Chroma that is needed here: its Python package would bring a hundred
megabytes along that are never called. The folder is an ordinary Chroma folder, and Chroma's own
client opens it.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from app.errors import VectorsFailed
from app.knowledge.scripts import Script
from app.knowledge.vectors import soundness
from app.knowledge.vectors.store import (
    COLLECTION,
    CONFIGURATION,
    MOST_IN_BATCH,
    PARTS,
    Place,
    Vector,
    document_filter,
    similarities,
)
from app.language import Text
from app.notices import say
from app.storage import put_aside

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


# What Chroma says of files that are not what they should be. SQLite: SQLITE_CORRUPT with its
# extended codes, SQLITE_NOTADB.
PROOFS = (
    *(f"(code: {code})" for code in (11, 267, 523, 779, 26)),
    "Error deserializing pickle file",
)
CANNOT_LOAD = "Error loading hnsw index"  # also without memory, or without a file to be opened
# A search beside the very first write finds no index; a file may be locked for a moment.
PAUSES_S = (0.02, 0.2)
FAILED = Text("The store of vectors in {folder} failed: {why}.", "{folder} 中的向量库出错：{why}。")
DAMAGED = Text(
    "The vectors in {folder} were damaged ({why}). What was there lies beside them as {aside}; "
    "they are being made anew, and until then documents are found by their words.",
    "{folder} 中的向量已损坏（{why}）。原来的文件保存在旁边的 {aside} 中，正在重新生成；"
    "在此期间仍可按词语找到文档。",
)
DAMAGE_FOUND = "it was damaged, and is made anew"

_log = logging.getLogger(__name__)


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


class Client:
    """Chroma on a folder of this machine, opened when it is first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._opened: Any = None
        self.generation = 0  # how often it was begun anew

    def opened(self) -> Any:
        """The bindings' client."""
        with self._lock:
            if self._opened is None:
                if self.folder.exists() and (flaw := soundness.flaw(self.folder)):
                    self._begin_anew(flaw)
                chroma = _bindings()
                self.folder.mkdir(parents=True, exist_ok=True)
                soundness.note_opening(self.folder)
                self._opened = chroma.Bindings(
                    allow_reset=False,
                    sqlite_db_config=chroma.SqliteDBConfig(
                        hash_type=chroma.MigrationHash.MD5,
                        migration_mode=chroma.MigrationMode.Apply,
                        url=str(self.folder / "chroma.sqlite3"),
                    ),
                    persist_path=str(self.folder),
                    hnsw_cache_size=OPEN_INDEXES,
                )
            return self._opened

    def proved(self) -> None:
        """What was opened can be searched."""
        soundness.note_proved(self.folder)

    def begin_anew(self, generation: int, why: str) -> None:
        """Put what is there aside, unless somebody did since that generation. Raises: OSError."""
        with self._lock:
            if self.generation == generation:
                self._begin_anew(why)

    def close(self) -> None:
        """Let go of the folder's files."""
        with self._lock:
            if self._opened is not None:
                self.proved()
            self._opened = None

    def _begin_anew(self, why: str) -> None:
        self._opened = None
        aside = put_aside(self.folder)
        soundness.note_proved(self.folder)
        self.generation += 1
        say(DAMAGED.filled(folder=self.folder, aside=aside.name, why=why))


class EmbeddedVectors:
    """The vectors of one script in a folder of this machine."""

    def __init__(self, client: Client, script: Script) -> None:
        self._client = client
        self._name = COLLECTION.format(script=script)
        self._collection: tuple[int, str] | None = None  # of which generation

    def put(self, vectors: Sequence[Vector]) -> None:
        """Keep vectors; one that is there already is replaced."""
        for start in range(0, len(vectors), MOST_IN_BATCH):
            batch = vectors[start : start + MOST_IN_BATCH]
            ids = [str(vector.place) for vector in batch]
            documents = [{"document": vector.document} for vector in batch]
            self._call("upsert", ids, [vector.values for vector in batch], documents, None, None)

    def remove(self, places: Sequence[Place]) -> None:
        """Forget vectors; places that are not there are no error."""
        for start in range(0, len(places), MOST_IN_BATCH):
            ids = [str(place) for place in places[start : start + MOST_IN_BATCH]]
            self._call("delete", ids, None, None, None)

    def nearest(
        self, values: list[float], most: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The most similar chunks with their cosine, best first; of some documents alone."""
        where = document_filter(documents)
        chosen = json.dumps(where) if where else None
        found = self._call("query", None, [values], most * PARTS, chosen, None, ["distances"])
        return similarities(found.ids[0], found.distances[0])[:most]

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._call("count"))

    def clear(self) -> None:
        """Forget all of them."""
        self._call("count")  # there must be a collection to delete
        self._collection = None
        self._guarded(lambda client: client.delete_collection(self._name, *PLACE))

    @property
    def generation(self) -> int:
        """How often it was begun anew."""
        return self._client.generation

    def proved(self) -> None:
        """What was opened can be searched."""
        self._client.proved()

    def close(self) -> None:
        """Let go of the folder's files."""
        self._client.close()

    def _call(self, method: str, *arguments: object) -> Any:
        def call(client: Any) -> Any:
            generation = self._client.generation
            if self._collection is None or self._collection[0] != generation:
                settings = json.dumps(CONFIGURATION)
                created = client.create_collection(self._name, settings, None, None, True, *PLACE)
                self._collection = generation, str(created.id)
            return getattr(client, method)(self._collection[1], *arguments, *PLACE)

        return self._guarded(call)

    def _guarded(self, act: Callable[[Any], Any]) -> Any:
        for pause_s in PAUSES_S:
            try:
                return act(self._client.opened())
            except Exception as error:
                _log.info("The store of vectors is asked again: %s", error)
                time.sleep(pause_s)
        generation = self._client.generation
        try:
            return act(self._client.opened())
        except Exception as error:
            why: object = error
            if _proves_damage(error, self._client.folder):
                with suppress(OSError):
                    self._client.begin_anew(generation, str(error))
                    why = DAMAGE_FOUND
            raise VectorsFailed(FAILED.filled(folder=self._client.folder, why=why)) from error


def _proves_damage(error: Exception, folder: Path) -> bool:
    said = str(error)
    if CANNOT_LOAD in said:
        return soundness.could_be_loaded(folder)
    return any(proof in said for proof in PROOFS)
