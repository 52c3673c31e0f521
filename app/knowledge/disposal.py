"""Deletes the files of documents that are gone: what was removed must not lie on the disk."""

from __future__ import annotations

from app.knowledge.database import Database
from app.knowledge.originals import Originals

_NEEDED = """
SELECT sha256 FROM documents WHERE removed = 0
UNION SELECT sha256 FROM jobs WHERE ended IS NULL
"""
_IS_NEEDED = """
SELECT EXISTS (SELECT 1 FROM documents WHERE sha256 = ?1 AND removed = 0)
OR EXISTS (SELECT 1 FROM jobs WHERE sha256 = ?1 AND ended IS NULL)
"""


class Disposal:
    """Knows what nothing refers to any more; used by one thread."""

    def __init__(self, database: Database, originals: Originals) -> None:
        self._database = database
        self._originals = originals
        self._looked_through = False
        self._pending: set[str] = set()

    def note(self, sha256: str) -> None:
        """A document of this content is cleared away."""
        self._pending.add(sha256)

    def step(self) -> None:
        """Delete what can go just now; the first time also what a kill or a cancel left."""
        if not self._looked_through:
            self._pending |= self._unneeded()
            self._looked_through = True
        if self._pending and self._originals.forget(self._pending, self._is_needed):
            self._pending.clear()

    def _unneeded(self) -> set[str]:
        needed = {row["sha256"] for row in self._database.reading.execute(_NEEDED)}
        return {each.sha256 for each in self._originals.all()} - needed

    def _is_needed(self, sha256: str) -> bool:
        return bool(self._database.reading.execute(_IS_NEEDED, (sha256,)).fetchone()[0])
