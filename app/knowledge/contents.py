"""What documents say: their texts, where their pages begin, and what stands beside a passage."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.knowledge.chunks import BETWEEN, Pages
from app.knowledge.database import Database


class Contents:
    """The texts of all documents of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self, uid: str) -> str:
        """A document's whole text, to which the places of its passages refer."""
        rows = self._database.reading.execute(
            "SELECT chunks.text, start, end FROM chunks JOIN documents ON documents.id = document"
            " WHERE uid = ? AND removed = 0 ORDER BY ordinal",
            (uid,),
        )
        pieces: list[str] = []
        at = 0
        for row in rows:
            gap = row["start"] - at
            pieces.append(BETWEEN if gap == len(BETWEEN) else " " * gap)
            pieces.append(row["text"])
            at = row["end"]
        return "".join(pieces)

    def pages(self, uid: str) -> Pages:
        """Where each page of a document's text begins."""
        rows = self._database.reading.execute(
            "SELECT pages FROM chunks JOIN documents ON documents.id = document"
            " WHERE uid = ? AND removed = 0 ORDER BY ordinal",
            (uid,),
        )
        begun: dict[int, int] = {}
        for row in rows:
            for at, page in json.loads(row["pages"]):
                begun.setdefault(page, at)
        return tuple((at, page) for page, at in begun.items())

    def around(self, chunks: Sequence[int], most: int) -> tuple[list[str], list[str]]:
        """The texts before and after chunks of one document, up to so many of each."""
        places = self._database.reading.execute(
            "SELECT document, min(ordinal) AS first, max(ordinal) AS last FROM chunks"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(chunks)),),
        ).fetchone()
        sides = [
            self._database.reading.execute(
                "SELECT text FROM chunks WHERE document = ? AND ordinal BETWEEN ? AND ?"
                " ORDER BY ordinal",
                (places["document"], first, last),
            )
            for first, last in (
                ((places["first"] or 0) - most, (places["first"] or 0) - 1),
                ((places["last"] or 0) + 1, (places["last"] or 0) + most),
            )
        ]
        before, after = ([row["text"] for row in rows] for rows in sides)
        return before, after
