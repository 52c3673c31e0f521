from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.cli.client import Refused
from app.cli.ingest import Following, addition
from app.cli.terminal import Terminal
from app.language import Language, Text


class ScriptedClient:
    """Answers with what it holds for each address, one after the other, the last again."""

    def __init__(self, answers: Mapping[str, list[Any]]) -> None:
        self._answers = {path: list(told) for path, told in answers.items()}

    def get(self, path: str) -> Any:
        if path not in self._answers:
            raise Refused(Text("gone", "已删除"), 404)
        told = self._answers[path]
        return told.pop(0) if len(told) > 1 else told[0]


def job(uid: str, state: str, **more: Any) -> dict[str, Any]:
    blank = {"name": f"{uid}.txt", "source": f"file:///{uid}.txt", "document": None}
    return {"id": uid, "state": state, "share": 0.5, "left_s": None, "problem": None} | blank | more


def document(name: str, *problems: str, state: str = "ready") -> dict[str, Any]:
    return {"name": name, "summary": "2 pages.", "problems": [*problems], "state": state}


def follow(
    answers: Mapping[str, list[Any]], *jobs: dict[str, Any], language: Language = "en"
) -> tuple[int, str]:
    """How many failed, and what was told."""
    out = io.StringIO()
    client: Any = ScriptedClient(answers)
    failed = Following(client, Terminal(language, out, io.StringIO()), [*jobs]).run()
    return failed, out.getvalue()


def test_each_document_is_told_once_it_is_done_with_what_could_not_be_read() -> None:
    answers = {
        "/v1/jobs/a": [job("a", "reading"), job("a", "done", document="doc-a")],
        "/v1/jobs/b": [job("b", "done", document="doc-b")],
        "/v1/documents/doc-a": [document("a.txt", "Page 2: It could not be read.")],
        "/v1/documents/doc-b": [document("b.txt")],
    }
    failed, told = follow(answers, job("a", "waiting"), job("b", "waiting"))
    assert failed == 0
    assert told.splitlines() == [
        "b.txt: 2 pages.",
        "a.txt: 2 pages.",
        "  → Page 2: It could not be read.",
    ]


def test_what_failed_counts_and_says_why_once() -> None:
    answers = {
        "/v1/jobs/a": [job("a", "failed", document="doc-a", problem="It is damaged.")],
        "/v1/jobs/b": [job("b", "failed", problem="It could not be fetched.")],
        "/v1/documents/doc-a": [document("a.txt", "It is damaged.", state="failed")],
    }
    failed, told = follow(answers, job("a", "waiting"), job("b", "waiting"))
    assert failed == 2
    assert told.splitlines() == ["a.txt: 2 pages.", "b.txt: It could not be fetched."]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a.txt: cancelled"), ("zh", "a.txt: 已取消")]
)
def test_a_cancelled_job_is_told_and_is_no_failure(language: Language, said: str) -> None:
    failed, told = follow(
        {"/v1/jobs/a": [job("a", "cancelled")]}, job("a", "waiting"), language=language
    )
    assert (failed, told.strip()) == (0, said)


def test_pages_that_a_page_links_to_are_followed_to_their_ends() -> None:
    linked = job("b", "waiting", source="https://example.org/b")
    other = job("c", "waiting", source="https://elsewhere.org/")
    answers = {
        "/v1/jobs/a": [job("a", "done", source="https://example.org/")],
        "/v1/jobs?limit=1000": [{"data": [linked, other]}],
        "/v1/jobs/b": [job("b", "failed", problem="Not found.")],
    }
    failed, told = follow(answers, job("a", "waiting", source="https://example.org/"))
    assert failed == 1
    assert "b.txt: Not found." in told
    assert "c.txt" not in told


def test_words_become_paths_or_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = {"collection": "work", "tag": ("new", "2026"), "watch": True, "depth": 2}
    assert addition("notes", own) == {
        "path": str(tmp_path / "notes"),
        "watch": True,
        "collection": "work",
        "tags": ["new", "2026"],
    }
    assert addition("https://example.org/a", own) == {
        "url": "https://example.org/a",
        "depth": 2,
        "private": False,
        "collection": "work",
        "tags": ["new", "2026"],
    }
