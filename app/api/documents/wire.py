"""What is told of documents, jobs, passages and citations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from app.language import Language

if TYPE_CHECKING:
    from app.knowledge import citations, documents, job, retrieval
    from app.knowledge.labels import Label
    from app.knowledge.library import Library
    from app.knowledge.progress import Progress

State = Literal["waiting", "reading", "embedding", "done", "failed", "cancelled"]


class InCollection(msgspec.Struct):
    """A collection that a document is in."""

    id: str
    name: str


class Document(msgspec.Struct, kw_only=True):
    """A document. Times in seconds since 1970.

    `state`: "words" while some of it cannot be found by its meaning yet, "failed" where nothing
    of it could be read; `problems`: what could not.
    """

    id: str
    object: Literal["document"] = "document"
    name: str
    source: str
    format: str
    bytes: int
    pages: int
    ocr_pages: int
    characters: int
    created: int
    updated: int
    collections: list[InCollection]
    tags: list[str]
    metadata: dict[str, Any]
    state: Literal["ready", "words", "failed"]
    summary: str
    problems: list[str]


class Job(msgspec.Struct, kw_only=True):
    """A file on its way in. `document`: once it can be found by its words; `left_s`: if known."""

    id: str
    object: Literal["job"] = "job"
    name: str
    source: str
    state: State
    page: int
    pages: int
    share: float
    left_s: float | None
    document: str | None
    problem: str | None
    created: int


class Passage(msgspec.Struct, kw_only=True):
    """A stretch of a document that was found. `start` and `end` count its text's characters.

    `pages`: where each page begins, in characters of the document, and its number. `score` orders
    the passages of one search; `words` and `similarity`: how near they are to the question.
    """

    object: Literal["passage"] = "passage"
    document: str
    name: str
    source: str
    text: str
    path: list[str]
    pages: list[tuple[int, int]]
    first_page: int | None
    last_page: int | None
    start: int
    end: int
    score: float
    similarity: float | None
    words: float


class Citation(msgspec.Struct, kw_only=True):
    """A sentence of the answer, and where in the sources it stands.

    `start` and `end` count the answer's characters, the source's the document's; `passage` is the
    place in the list of sources; `strength`: 0.5 to 1.
    """

    start: int
    end: int
    passage: int
    document: str
    name: str
    page: int | None
    source_start: int
    source_end: int
    strength: float


def told_documents(
    library: Library, found: Sequence[documents.Document], spoken: Language
) -> list[Document]:
    """Documents with their labels."""
    return [
        _document(each, label, library.embeds, spoken)
        for each, label in zip(found, library.labels.of(found), strict=True)
    ]


def told_jobs(library: Library, found: Sequence[job.Job], spoken: Language) -> list[Job]:
    """Jobs with their progress."""
    return [
        _job(each, progress, spoken)
        for each, progress in zip(found, library.progress(found), strict=True)
    ]


def told_passage(found: retrieval.Passage) -> Passage:
    """A passage."""
    return Passage(
        document=found.document,
        name=found.name,
        source=found.source,
        text=found.text,
        path=list(found.path),
        pages=list(found.pages),
        first_page=found.first_page,
        last_page=found.last_page,
        start=found.start,
        end=found.end,
        score=found.score,
        similarity=found.similarity,
        words=found.words,
    )


def told_citation(found: citations.Citation, passage: int) -> Citation:
    """A citation. `passage`: its source's place in the list that was told."""
    return Citation(
        start=found.start,
        end=found.end,
        passage=passage,
        document=found.document,
        name=found.name,
        page=found.page,
        source_start=found.source_start,
        source_end=found.source_end,
        strength=found.strength,
    )


def _document(found: documents.Document, label: Label, embeds: bool, spoken: Language) -> Document:
    report = found.report
    waits = embeds and label.waiting > 0
    return Document(
        id=found.uid,
        name=found.name,
        source=found.source,
        format=report.format,
        bytes=found.bytes,
        pages=report.pages,
        ocr_pages=report.ocr_pages,
        characters=report.characters,
        created=int(found.added),
        updated=int(found.modified),
        collections=[InCollection(uid, name) for uid, name in label.collections],
        tags=list(label.tags),
        metadata=dict(found.metadata),
        state="failed" if report.refused else "words" if waits else "ready",
        summary=report.summary.of(spoken),
        problems=[problem.message.of(spoken) for problem in report.problems],
    )


def _job(found: job.Job, progress: Progress, spoken: Language) -> Job:
    return Job(
        id=found.uid,
        name=found.name,
        source=found.source,
        state=found.state,
        page=found.page,
        pages=found.pages,
        share=round(progress.share, 4),
        left_s=progress.left_s,
        document=found.document,
        problem=found.problem.message.of(spoken) if found.problem else None,
        created=int(found.created),
    )
