"""One job: a file on its way into the documents."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal

from app.knowledge.drafts import Wanted
from app.knowledge.report import Problem, problem_of

State = Literal["waiting", "reading", "embedding", "done", "failed", "cancelled"]
OPEN: tuple[State, ...] = ("waiting", "reading", "embedding")
PREFIX, DOCUMENT_PREFIX = "job-", "doc-"


@dataclass(frozen=True, slots=True)
class Crawl:
    """How far the links of a web page are followed, within its site."""

    depth: int = 0
    private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way in. `document`: its uid, from when it can be found by its words."""

    id: int
    uid: str
    source: str
    name: str
    sha256: str
    bytes: int
    wanted: Wanted
    crawl: Crawl | None
    site: str | None
    state: State
    page: int
    pages: int
    document: str | None
    problem: Problem | None
    created: float
    ended: float | None

    @property
    def new_document(self) -> str:
        """The uid that its document will have, where it is a new one."""
        return new_document_of(self.uid)


def new_document_of(job: str) -> str:
    """The uid of the document that a job makes anew, by the job's uid."""
    return DOCUMENT_PREFIX + job.removeprefix(PREFIX)


def job_of(row: sqlite3.Row) -> Job:
    """A job out of the database."""
    values = {name: row[name] for name in Job.__dataclass_fields__}
    wanted = json.loads(values["wanted"])
    values["wanted"] = Wanted(
        tuple(wanted["collections"]), tuple(wanted["tags"]), wanted["metadata"]
    )
    values["crawl"] = Crawl(**json.loads(values["crawl"])) if values["crawl"] else None
    values["problem"] = problem_of(json.loads(values["problem"])) if values["problem"] else None
    return Job(**values)
