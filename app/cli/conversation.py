"""A conversation with the model: the messages so far, and the answer that is being given."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.chat.answer import answer
from app.chat.reply import Content
from app.chat.request import ChatRequest

if TYPE_CHECKING:
    from app.engine.engine import Engine


class Conversation:
    """Remembers what was said; an answer that was stopped counts as far as it came.

    `manner`: how answers are given; its messages do not count.
    """

    def __init__(self, engine: Engine, manner: ChatRequest | None = None) -> None:
        self._engine = engine
        self._manner = manner or ChatRequest(messages=())
        self.messages: list[dict[str, str]] = []

    def forget(self) -> None:
        """Starts afresh."""
        self.messages.clear()

    def ask(self, question: str) -> Generator[str, None, None]:
        """The answer, as it comes; closing the iterator stops it.

        Raises: PromptTooLong, Busy, EngineFailed; the question is then as if never asked.
        """
        messages = [*self.messages, {"role": "user", "content": question}]
        reply = answer(self._engine, replace(self._manner, messages=messages))
        said = ""
        try:
            for event in reply:
                if isinstance(event, Content):
                    said += event.text
                    yield event.text
        finally:
            reply.cancel()
            if said:
                self.messages = [*messages, {"role": "assistant", "content": said}]
