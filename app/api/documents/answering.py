"""Begins the answer to a conversation: from the model alone, or from documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.api.asking import ask_chat, first_chat, said_chat
from app.api.documents import context
from app.api.documents.context import ContextFields
from app.api.documents.rounds import Rounds
from app.api.documents.search import Filter
from app.api.documents.sources import Sources
from app.api.fields import not_supported
from app.chat import grounding
from app.chat.reply import Event, Finished
from app.chat.request import ChatRequest
from app.chat.searching import Found


class Replies(Protocol):
    """What comes for each choice. Whoever has it must `close` it."""

    def __iter__(self) -> Iterator[tuple[int, Event | Finished | Found]]:
        """What comes, with the number of the choice, and how it ended."""

    def close(self) -> None:
        """The answer is complete, or given up."""


class Lookup(Protocol):
    """What lets the model search by itself."""

    max_num_results: int | None

    def filter(self) -> Filter:
        """The documents that it may search."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer on its way. `sources` None: it rests on no documents."""

    replies: Replies
    prompt: str
    sources: Sources | None = None


def begun(asked: ContextFields, request: ChatRequest, lookup: Lookup | None) -> Begun:
    """Start the answers to a conversation. `lookup`: whether the model may search by itself.

    Raises: BadRequest; SwitchedOff; StillLoading; Busy; Cancelled when the program is ending.
    """
    found = context.context(asked, request)
    if found is not None and found.said is not None:
        return Begun(said_chat(found.said, request.n), "", found.sources)
    sources = found.sources if found else None
    if lookup is not None:
        sources = sources or Sources(asked.include_sources is not False, request.n)
        return looking_up(found.request if found else request, lookup, sources)
    replies = ask_chat(found.request if found else request)
    return Begun(replies, first_chat(replies).prompt, sources)


def looking_up(request: ChatRequest, lookup: Lookup, sources: Sources) -> Begun:
    """Start an answer whose model may search by itself. Raises: as `begun`."""
    if request.n > 1:
        raise not_supported("n")
    most = lookup.max_num_results or grounding.PASSAGES
    rounds = Rounds(request, lookup.filter(), most, sources)
    return Begun(rounds, first_chat(rounds.watched).prompt, sources)
