from __future__ import annotations

import io
from typing import Any

from app.cli.ask import Telling, asked
from app.cli.terminal import Terminal
from app.language import Language


def passage(name: str, page: int | None, text: str) -> dict[str, Any]:
    return {"name": name, "first_page": page, "text": text}


def words(text: str, *citations: tuple[int, int | None]) -> dict[str, Any]:
    told = [{"passage": number, "page": page} for number, page in citations]
    return {"choices": [{"delta": {"content": text}}], "citations": told}


def told(*events: dict[str, Any], language: Language = "en") -> str:
    out = io.StringIO()
    Telling(Terminal(language, out, io.StringIO())).all(events)
    return out.getvalue()


FOUND = {
    "choices": [{"delta": {"role": "assistant", "content": ""}}],
    "sources": [
        passage("lease.pdf", 3, "The rent is due on the third."),
        passage("note.txt", None, "Pay."),
    ],
}


def test_passages_come_first_then_the_answer_with_its_marks_and_what_they_stand_for() -> None:
    answer = told(
        FOUND,
        words("On the third."),
        words(" Pay", (0, 3)),
        words(" it."),
        {"choices": [{"delta": {}}], "citations": [{"passage": 1, "page": None}]},
    )
    assert answer == (
        "[1] lease.pdf, page 3\n"
        "    The rent is due on the third.\n"
        "[2] note.txt\n"
        "    Pay.\n"
        "\n"
        "On the third. [1] Pay it. [2]\n"
        "\n"
        "Sources\n"
        "[1] lease.pdf, page 3\n"
        "[2] note.txt\n"
    )


def test_a_mark_stands_before_the_line_break_that_follows_its_sentence() -> None:
    assert "third. [1]\n\nPay" in told(FOUND, words("On the third.\n\n"), words("Pay", (0, 3)))


def test_all_pages_that_bear_a_passage_out_are_named() -> None:
    answer = told(FOUND, words("One."), words(" Two.", (0, 4)), words("", (0, 3)))
    assert answer.endswith("[1] lease.pdf, page 3, page 4\n")


def test_in_chinese() -> None:
    answer = told(FOUND, words("三号。"), words("", (0, 3)), language="zh")
    assert "[1] lease.pdf, 第 3 页" in answer
    assert "出处" in answer


def test_without_a_source_the_answer_stands_alone() -> None:
    assert told(words("The documents do not say.")) == "The documents do not say.\n"


def test_the_flags_become_a_filter() -> None:
    request = asked("When?", {"collection": "work", "tag": ("new",)})
    assert request["context_filter"] == {"collections": ["work"], "tags": ["new"]}
    assert request["use_context"] is True
    assert "context_filter" not in asked("When?", {})
