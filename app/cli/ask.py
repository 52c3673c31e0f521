"""`assistant ask`: the passages that a question finds, then the answer, with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from app.cli.loading import wait_ready
from app.cli.service import service
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.cli.width import wrapped
from app.errors import BadSettings
from app.language import Text

EXCERPT = 200  # characters of a passage that are shown
INDENT = "    "

NOTHING_ASKED = Text(
    'There is no question. Ask one: assistant ask "When is the rent due?"',
    '没有问题。请这样提问：assistant ask "房租什么时候交？"',
)
PAGE = Text("page {page}", "第 {page} 页")
SOURCES = Text("Sources", "出处")


def run(start: Start) -> int:
    """Raises: BadSettings where nothing was asked; what the assistant answers with."""
    question = " ".join(start.words).strip()
    if not question:
        raise BadSettings(NOTHING_ASKED)
    with service(start, answers=True) as served:
        wait_ready(served, start.terminal)
        events = served.client.stream("/v1/chat/completions", asked(question, start.own))
        with closing(events):
            Telling(start.terminal).all(events)
    return 0


def asked(question: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """The request for an answer from the documents that the flags leave."""
    chosen: dict[str, Any] = {}
    if "collection" in own:
        chosen["collections"] = [own["collection"]]
    if "tag" in own:
        chosen["tags"] = list(own["tag"])
    return {
        "messages": [{"role": "user", "content": question}],
        "use_context": True,
        "include_sources": True,
        **({"context_filter": chosen} if chosen else {}),
    }


class Telling:
    """Writes an answer as it comes: passages, text with marks, and what the marks stand for."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._passages: list[Mapping[str, Any]] = []
        self._cited: dict[int, set[int]] = {}  # the pages of each passage
        self._held = ""  # white space, before which a mark may still come

    def all(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Everything of one answer."""
        with self._terminal.thinking() as stream:
            for event in events:
                # The marks of a sentence come with the beginning of the next one.
                marks = self._marks(event.get("citations", ()))
                if told := self._listed(event.get("sources", ())) + marks + self._text(event):
                    stream(told)
        self._terminal.say("")
        if self._cited:
            self._terminal.say("\n" + self._terminal.told(SOURCES))
            for number, pages in sorted(self._cited.items()):
                self._terminal.say(self._place(number, sorted(pages)))

    def _listed(self, passages: Iterable[Mapping[str, Any]]) -> str:
        lines = []
        for passage in passages:
            first = passage["first_page"]
            lines.append(self._place(len(self._passages), [first] if first else [], passage))
            excerpt = " ".join(passage["text"][: EXCERPT * 2].split())
            short = excerpt[:EXCERPT] + ("…" if len(excerpt) > EXCERPT else "")
            lines.append(INDENT + wrapped(short, self._terminal.width, INDENT).lstrip())
            self._passages.append(passage)
        return "\n".join([*lines, "", ""]) if lines else ""

    def _place(
        self, number: int, pages: list[int], passage: Mapping[str, Any] | None = None
    ) -> str:
        passage = self._passages[number] if passage is None else passage
        told = [self._terminal.told(PAGE.filled(page=page)) for page in pages]
        return f"[{number + 1}] " + ", ".join([passage["name"], *told])

    def _marks(self, citations: Iterable[Mapping[str, Any]]) -> str:
        numbers = []
        for citation in citations:
            number = citation["passage"]
            pages = self._cited.setdefault(number, set())
            if citation["page"] is not None:
                pages.add(citation["page"])
            numbers.append(number + 1)
        return "".join(f" [{number}]" for number in dict.fromkeys(numbers))

    def _text(self, event: Mapping[str, Any]) -> str:
        choices = event.get("choices") or [{}]
        text = self._held + (choices[0].get("delta", {}).get("content") or "")
        kept = text.rstrip()
        self._held = text[len(kept) :]
        return kept
