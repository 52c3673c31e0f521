"""What POST /v1/responses answers, whole or as events."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from app.api.counts import interim_fields, timing_fields
from app.api.documents.sources import Sources
from app.api.openai.responses_items import OutputItem, Written, item_for
from app.api.openai.responses_request import ResponsesRequest
from app.api.openai.responses_search import LookedUp
from app.chat.reply import Content, Event, Finished
from app.chat.searching import Found
from app.engine.reply import Usage

Told = dict[str, Any]


class ResponseAnswer:
    """One answer's identity, its items so far, and its form on the wire."""

    def __init__(self, asked: ResponsesRequest, alias: str, sources: Sources | None = None) -> None:
        self._asked = asked
        self._sources = sources
        self._head = {
            "id": f"resp_{secrets.token_hex(12)}",
            "object": "response",
            "created_at": int(time.time()),
            "model": alias,
        }
        self._timed = bool(asked.timings_per_token)
        self._items: list[OutputItem] = []
        self._said = 0  # characters of text so far
        self._numbers = count()

    def whole(self, events: Iterable[Event | Finished | Found]) -> Told:
        """The answer in one piece."""
        *_, last = self.events(events)
        return {**last["response"], "timings": last["timings"]}

    def events(self, events: Iterable[Event | Finished | Found]) -> Iterator[Told]:
        """The answer as it comes. Items follow each other; each begins, grows and ends."""
        for name in ("created", "in_progress"):
            yield self._event(f"response.{name}", response=self._response("in_progress"))
        for event in events:
            if isinstance(event, Finished):
                yield from self._annotated(self._sources.cited_last(0) if self._sources else {})
                yield from self._close()
                yield self._end(event)
            elif isinstance(event, Found):
                yield from self._looked_up(event)
            elif isinstance(event, Content) and event.progress:
                response = self._response("in_progress")
                told = self._event("response.in_progress", response=response)
                yield {**told, **interim_fields((), event.progress, self._timed)}
            else:
                yield from self._grow(event)

    def _grow(self, event: Event) -> Iterator[Told]:
        if not self._items or not self._items[-1].takes(event):
            yield from self._close()
            self._items.append(item_for(event, self._said))
            yield from self._of_item(self._items[-1].opening())
        for told in self._of_item(self._items[-1].grown(event)):
            tokens = event.tokens if isinstance(event, Content) else ()
            yield {**told, **interim_fields(tokens, None, self._timed)}
        if isinstance(event, Content) and self._sources:
            self._said += len(event.text)
            yield from self._annotated(self._sources.cited(0, event.text))

    def _looked_up(self, found: Found) -> Iterator[Told]:
        """The model has searched: an item that is complete at once."""
        yield from self._close()
        item = LookedUp(found, self._asked.includes_results)
        self._items.append(item)
        yield from self._of_item(item.opening())
        yield from self._of_item(item.closing())

    def _annotated(self, cited: Told) -> Iterator[Told]:
        """What bears out the sentences that were finished, in the texts that they stand in."""
        texts = [(at, each) for at, each in enumerate(self._items) if isinstance(each, Written)]
        for citation in cited.get("citations", ()):
            inside = [(at, each) for at, each in texts if each.begins <= citation.start]
            at, item = inside[-1]
            for told in item.annotated(citation):
                yield self._event(**{**told, "output_index": at})

    def _close(self) -> Iterator[Told]:
        if self._items and not isinstance(self._items[-1], LookedUp):
            yield from self._of_item(self._items[-1].closing())

    def _of_item(self, told: Iterable[Told]) -> Iterator[Told]:
        """An item's events, each with the item's place."""
        for each in told:
            yield self._event(**{**each, "output_index": len(self._items) - 1})

    def _end(self, finished: Finished) -> Told:
        complete = finished.reason != "length"
        response = self._response("completed" if complete else "incomplete")
        if not complete:
            response["incomplete_details"] = {"reason": "max_output_tokens"}
        else:
            response["completed_at"] = int(time.time())
        response["usage"] = _usage(finished.usage)
        timings = timing_fields(finished.timings)
        # Clients wait for this name; what was cut short says so in its status.
        return self._event("response.completed", response=response, timings=timings)

    def _response(self, status: str) -> Told:
        asked = self._asked
        return {
            **self._head,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": asked.instructions,
            "max_output_tokens": asked.max_output_tokens,
            "metadata": asked.metadata or {},
            "output": [item.whole() for item in self._items],
            "parallel_tool_calls": asked.parallel_tool_calls is not False,
            "previous_response_id": None,
            "temperature": asked.temperature,
            "top_p": asked.top_p,
            "tool_choice": asked.tool_choice or "auto",
            "tools": asked.tools or [],
            "store": False,
            "usage": None,
        }

    def _event(self, type: str, **fields: Any) -> Told:  # noqa: A002 - the field's name
        return {"type": type, "sequence_number": next(self._numbers), **fields}


def _usage(usage: Usage) -> Told:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }
