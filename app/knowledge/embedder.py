"""The thread that gives chunks their vectors, and clears away what removed documents leave."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable

from app.errors import AssistantError, of_system
from app.knowledge.database import Database
from app.knowledge.disposal import Disposal
from app.knowledge.documents import Documents
from app.knowledge.embedding import Embedding
from app.knowledge.jobs import Jobs
from app.knowledge.scripts import script_of
from app.knowledge.vectors.store import Place, Vector, VectorsByScript
from app.knowledge.windows import windows

_log = logging.getLogger(__name__)

BATCH = 8  # chunks between two looks at what has priority
FORGET_BATCH = 1000
IDLE_S = 1.0
RETRY_S = 10.0
PACE_MEMORY = 0.9  # of the average, per batch
HEAD_START_S = 20.0  # in which files that come in are only made searchable by their words
WORDS_FIRST = 3.0  # afterwards, times as long as a batch took they are read before the next
LOOK_S = 0.1


class Embedder:
    """Works through what the database says is still to be done, so a kill loses nothing."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        jobs: Jobs,
        vectors: VectorsByScript,
        embedding: Embedding | None,
        disposal: Disposal,
    ) -> None:
        self._database = database
        self._documents = documents
        self._jobs = jobs
        self._vectors = vectors
        self._embedding = embedding
        self._disposal = disposal
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedder", daemon=True)
        self._unread_since = time.monotonic()
        self._generation = self._generation_now()
        self.seconds_per_chunk: float | None = None
        self.failure: AssistantError | None = None

    def start(self) -> None:
        """Begin the work."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread after the batch it is at."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set() and not self._attempt(self._reconciled):
            self._wake.wait(RETRY_S)
        self._attempt(self._warmed)
        while not self._stopping.is_set():
            self._wake.clear()
            if self._lost_some() and not self._attempt(self._reconciled):
                self._wake.wait(RETRY_S)
                continue
            while self._just_coming_in() and not self._stopping.wait(LOOK_S):
                pass
            began = time.monotonic()
            busy = self._attempt(self._step)
            if not busy:
                self._wake.wait(IDLE_S if self.failure is None else RETRY_S)
            elif self._jobs.unread():
                self._stopping.wait(WORDS_FIRST * (time.monotonic() - began))

    def _lost_some(self) -> bool:
        """Whether vectors may be gone: their store failed, or a search found it damaged."""
        return self.failure is not None or self._generation != self._generation_now()

    def _generation_now(self) -> int:
        return sum(store.generation for store in self._vectors.values())

    def _just_coming_in(self) -> bool:
        """Whether there are files that cannot be found by their words yet, since a short while."""
        now = time.monotonic()
        if not self._jobs.unread():
            self._unread_since = now
            return False
        return now - self._unread_since < HEAD_START_S

    def _attempt(self, step: Callable[[], bool]) -> bool:
        try:
            busy = step()
        except AssistantError as error:
            return self._failed(error)
        except Exception as error:
            if (known := of_system(error)) is None:
                raise
            return self._failed(known)
        self.failure = None
        return busy

    def _failed(self, error: AssistantError) -> bool:
        if self.failure is None:
            _log.warning("Vectors wait: %s", error)
        self.failure = error
        return False

    def _step(self) -> bool:
        """One piece of work; whether there may be more."""
        purged = self._documents.purge(self._disposal.note)
        self._disposal.step()
        forgot = self._forget()
        return self._embed() or purged or forgot

    def _reconciled(self) -> bool:
        """Has every vector made anew where they are another model's, or the store lost some."""
        if self._embedding is None:
            return True
        self._generation = self._generation_now()
        reading = self._database.reading
        model = reading.execute("SELECT value FROM facts WHERE name = 'embedding'").fetchone()
        kept = reading.execute("SELECT coalesce(sum(embedded), 0) FROM chunks").fetchone()[0]
        if model is not None and model["value"] != self._embedding.name:
            for store in self._vectors.values():
                store.clear()
        elif kept == 0 or sum(store.count() for store in self._vectors.values()) >= kept:
            self._remember_model()
            return True
        with self._database.writing() as connection:
            connection.execute("UPDATE chunks SET embedded = 0 WHERE embedded > 0")
        self._remember_model()
        return True

    def _warmed(self) -> bool:
        """Has large stores read what they search in, so that the first question need not wait."""
        for store in self._vectors.values():
            if self._embedding is not None and store.count():
                store.nearest(self._embedding.question("?").vector, 1)
            store.proved()
        return True

    def _remember_model(self) -> None:
        assert self._embedding is not None
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO facts (name, value) VALUES ('embedding', ?)",
                (self._embedding.name,),
            )

    def _forget(self) -> bool:
        rows = self._database.reading.execute(
            "SELECT chunk, vectors FROM forgotten LIMIT ?", (FORGET_BATCH,)
        ).fetchall()
        if not rows:
            return False
        self._database.settle()  # the vectors must not be ahead of what they belong to
        gone = [Place(row["chunk"], window) for row in rows for window in range(row["vectors"])]
        for store in self._vectors.values():
            store.remove(gone)
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM forgotten WHERE chunk IN (SELECT value FROM json_each(?))",
                (json.dumps([row["chunk"] for row in rows]),),
            )
        return True

    def _embed(self) -> bool:
        if self._embedding is None:
            return False
        rows = self._database.reading.execute(
            "SELECT chunks.id, document, name, path, text FROM chunks"
            " JOIN documents ON documents.id = document"
            " WHERE embedded = 0 AND removed = 0 ORDER BY chunks.id LIMIT ?",
            (BATCH,),
        ).fetchall()
        if not rows:
            return False
        began = time.monotonic()
        made: list[list[Vector]] = []
        for row in rows:
            made.append(self._vectors_of(row))
            if self._just_coming_in():
                break  # the rest can wait
        rows = rows[: len(made)]
        self._database.settle()  # an id that a power cut takes back would be given again
        for script, store in self._vectors.items():
            store.put(
                [
                    v
                    for row, of in zip(rows, made, strict=True)
                    for v in of
                    if script_of(row["text"]) == script
                ]
            )
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE chunks SET embedded = ? WHERE id = ?",
                [(len(of), row["id"]) for row, of in zip(rows, made, strict=True)],
            )
        self._note_pace((time.monotonic() - began) / len(rows))
        self._jobs.finish_embedded()
        return True

    def _vectors_of(self, row: sqlite3.Row) -> list[Vector]:
        assert self._embedding is not None
        path = (row["name"], *json.loads(row["path"]))
        values = self._embedding.passages((path, window) for window in windows(row["text"]))
        return [
            Vector(Place(row["id"], window), row["document"], vector)
            for window, vector in enumerate(values)
        ]

    def _note_pace(self, seconds: float) -> None:
        before = self.seconds_per_chunk
        self.seconds_per_chunk = (
            seconds if before is None else PACE_MEMORY * before + (1 - PACE_MEMORY) * seconds
        )
