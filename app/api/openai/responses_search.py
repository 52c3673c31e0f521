"""A search in the documents, as an item of a response's output."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from app.api.openai.responses_items import Told
from app.chat.reply import Event
from app.chat.searching import Found


class LookedUp:
    """A search that the model made in the documents."""

    def __init__(self, found: Found, with_results: bool) -> None:
        self._id = f"fs_{secrets.token_hex(12)}"
        self._found = found
        self._with_results = with_results

    def takes(self, event: Event) -> bool:  # noqa: ARG002
        """Whether an event goes on with it."""
        return False

    def opening(self) -> Iterator[Told]:
        """That it begins."""
        started = {**self.whole(), "status": "in_progress", "results": None}
        yield {"type": "response.output_item.added", "item": started}
        for step in ("in_progress", "searching"):
            yield {"type": f"response.file_search_call.{step}", "item_id": self._id}

    def grown(self, event: Event) -> Iterator[Told]:  # noqa: ARG002
        """What an event adds."""
        return iter(())

    def closing(self) -> Iterator[Told]:
        """That it is complete."""
        yield {"type": "response.file_search_call.completed", "item_id": self._id}
        yield {"type": "response.output_item.done", "item": self.whole()}

    def whole(self) -> Told:
        """All of it so far."""
        results = [
            {
                "file_id": each.document,
                "filename": each.name,
                "text": each.text,
                "score": each.score,
                "attributes": {},
            }
            for each in self._found.passages
        ]
        return {
            "id": self._id,
            "type": "file_search_call",
            "status": "completed",
            "queries": [self._found.query],
            "results": results if self._with_results else None,
        }
