"""A folder of documents with as many chunks as are wanted: `python -m bench.many FOLDER CHUNKS`.

The texts are sentences drawn from a vocabulary whose words are as uneven as a language's, in
English and Chinese; the vectors lie in clusters, as those of real texts do. Nothing is read or
embedded: what is measured afterwards is how much it costs to search and to delete.
"""

from __future__ import annotations

import math
import random
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import models
from app.knowledge.block import Block
from app.knowledge.chunks import cut
from app.knowledge.database import Database
from app.knowledge.documents import Documents
from app.knowledge.drafts import Draft
from app.knowledge.library import CHROMA, DATABASE
from app.knowledge.report import Report
from app.knowledge.scripts import SCRIPTS, Script, script_of
from app.knowledge.vectors.embedded import Client, EmbeddedVectors
from app.knowledge.vectors.store import Place, Vector
from bench.texts import Texts

DOCUMENT_CHUNKS = 100
VECTORS = 2  # of a chunk
NUMBERS = 384
CLUSTERS = 200
VECTORS_AT_ONCE = 5_000


class Vectors:
    """Vectors of length 1 around so many centres."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._centres = [self._drawn() for _ in range(CLUSTERS)]

    def one(self) -> list[float]:
        """A vector near one of the centres."""
        centre = self._chance.choice(self._centres)
        values = [a + 0.7 * b for a, b in zip(centre, self._drawn(), strict=True)]
        length = math.hypot(*values)
        return [value / length for value in values]

    def _drawn(self) -> list[float]:
        gauss = self._chance.gauss
        return [gauss(0.0, 0.05) for _ in range(NUMBERS)]


def main(folder: Path, chunks: int) -> None:
    """Make the folder; what is there already is gone on with."""
    database = Database(folder / DATABASE)
    put_documents(Documents(database), chunks)
    client = Client(folder / CHROMA)
    stores = {script: EmbeddedVectors(client, script) for script in SCRIPTS}
    put_vectors(database, stores)
    with database.writing() as connection:
        name = f"{models.EMBEDDING.title} {models.EMBEDDING.sha256[:16]}"
        connection.execute("INSERT OR REPLACE INTO facts VALUES ('embedding', ?)", (name,))
    client.close()
    database.close()


def put_documents(documents: Documents, chunks: int) -> None:
    """Keep documents until there are so many chunks."""
    there = documents.chunk_counts()[0]
    texts = Texts(random.Random(there))
    while there < chunks:
        draft = _draft(texts, chinese=there // DOCUMENT_CHUNKS % 2 == 1)
        documents.put(draft)
        there += len(draft.chunks)
        print(f"{there:,} of {chunks:,} chunks", end="\r", flush=True)


def put_vectors(database: Database, stores: Mapping[Script, EmbeddedVectors]) -> None:
    """Keep vectors for the chunks that have none."""
    vectors = Vectors(random.Random(1))
    for batch in _without_vectors(database):
        for script, store in stores.items():
            chosen = [(at, document) for at, document, text in batch if script_of(text) == script]
            places = [(Place(at, n), document) for at, document in chosen for n in range(VECTORS)]
            store.put([Vector(place, document, vectors.one()) for place, document in places])
        with database.writing() as connection:
            connection.executemany(
                "UPDATE chunks SET embedded = ? WHERE id = ?",
                [(VECTORS, at) for at, *_ in batch],
            )
        print(f"vectors up to chunk {batch[-1][0]:,}", end="\r", flush=True)


def _draft(texts: Texts, chinese: bool) -> Draft:
    blocks = [Block("paragraph", texts.paragraph(chinese)) for _ in range(DOCUMENT_CHUNKS)]
    report = Report("text", characters=sum(len(block.text) for block in blocks))
    made = uuid.uuid4().hex
    return Draft(f"made:{made}", f"{made}.txt", made, 1, report, list(cut(blocks)))


def _without_vectors(database: Database) -> Iterator[list[tuple[int, int, str]]]:
    query = "SELECT id, document, text FROM chunks WHERE embedded = 0 ORDER BY id LIMIT ?"
    while rows := database.reading.execute(query, (VECTORS_AT_ONCE // VECTORS,)).fetchall():
        yield [(row["id"], row["document"], row["text"]) for row in rows]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
