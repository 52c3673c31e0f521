"""An answer in rounds: the model may look into the documents, and goes on with what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from app.api.asking import ask_chat
from app.api.documents.search import Filter, searching
from app.api.documents.sources import Sources
from app.api.gathered import Call, Gathered
from app.api.services import services
from app.chat import grounding
from app.chat.answer import answers
from app.chat.reply import Arguments, Content, Event, Finished, ToolCall
from app.chat.request import ChatRequest
from app.chat.searching import MOST_ROUNDS, NAME, Found, exchange, query_of, result
from app.engine.reply import Timings, Usage

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage


@dataclass(slots=True)
class Round:
    """What the model said in one round; its searches are kept from whoever asked."""

    gathered: Gathered = field(default_factory=Gathered)
    _others: list[int] = field(default_factory=list)  # calls of other tools, by their numbers

    def take(self, item: Event | Finished) -> Event | None:
        """What of this is for the one who asked."""
        self.gathered.take(item)
        match item:
            case ToolCall(index, id_, name) if name != NAME:
                self._others.append(index)
                return ToolCall(len(self._others) - 1, id_, name)
            case Arguments(index, text) if index in self._others:
                return Arguments(self._others.index(index), text)
            case ToolCall() | Arguments() | Finished():
                return None
        return item

    @property
    def searches(self) -> list[Call]:
        """What it looks for, if that is all that it wants."""
        complete = self.gathered.end.reason == "tool_calls" and not self._others
        return self.gathered.calls if complete else []


class Rounds:
    """The one answer to a request whose model may search. Whoever has one must `close` it."""

    def __init__(
        self, request: ChatRequest, wanted: Filter | None, most: int, sources: Sources
    ) -> None:
        self._request = request
        self._search = searching(wanted)
        self._most = most
        self._sources = sources
        self._engine = services().engine
        self._library = services().documents
        self.watched = ask_chat(request)

    def __iter__(self) -> Iterator[tuple[int, Event | Finished | Found]]:
        ends: list[Finished] = []
        while True:
            said = Round()
            for number, item in self.watched:
                if (shown := said.take(item)) is not None:
                    yield number, shown
            ends.append(said.gathered.end)
            if not said.searches or len(ends) > MOST_ROUNDS:
                yield 0, _together(ends)
                return
            if said.gathered.text.strip():
                yield 0, Content("\n\n")  # what comes next is a paragraph of its own
            for found in self._looked_up(said, last=len(ends) == MOST_ROUNDS):
                yield 0, found
            self.watched.follow(answers(self._engine, self._request))

    def close(self) -> None:
        """The answer is complete, or given up. Repeatable."""
        self.watched.close()

    def _looked_up(self, said: Round, last: bool) -> Iterator[Found]:
        """Search, and put what was found behind the conversation."""
        model = self._engine.model
        harmless = partial(grounding.without_controls, model)
        calls = []
        for call in said.searches:
            query = query_of(call.arguments)
            passages = self._passages(query)
            yield Found(query, self._sources.add(passages))
            waiting = self._library.waiting
            calls.append((call.id, call.arguments, result(query, passages, harmless, waiting)))
        self._request = replace(
            self._request,
            messages=[*self._request.messages, *exchange(calls, said.gathered.text)],
            tool_choice="none" if last else "auto",
        )

    def _passages(self, query: str) -> Sequence[Passage]:
        if not query:
            return []
        found = grounding.telling(query, self._search(query, self._most))
        return grounding.chosen(self._engine.model, self._request, query, found)


def _together(ends: Sequence[Finished]) -> Finished:
    """How all rounds ended, with what they took."""

    def total(of: Callable[[Finished], float]) -> int:
        return int(sum(map(of, ends)))

    usage = Usage(
        total(lambda end: end.usage.prompt_tokens),
        total(lambda end: end.usage.completion_tokens),
        total(lambda end: end.usage.cached_tokens),
    )
    each = [end.timings for end in ends]
    timings = Timings(
        sum(one.prompt_n for one in each),
        sum(one.prompt_ms for one in each),
        sum(one.predicted_n for one in each),
        sum(one.predicted_ms for one in each),
        sum(one.cache_n for one in each),
        sum(one.draft_n for one in each),
        sum(one.draft_n_accepted for one in each),
    )
    return Finished(ends[-1].reason, usage, timings)
