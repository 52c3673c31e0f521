"""The loop of a spoken conversation: what is heard and what is answered meet in one stream."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import request
from flask.globals import request_ctx

from app.api import errors
from app.api.assist.request import Asked, AssistFields, Said
from app.api.assist.saying import Told
from app.api.assist.turn import Turn
from app.api.services import services
from app.errors import AssistantError, Cancelled, PromptTooLong
from app.speech.live.dictation import Event
from app.speech.live.listener import Listener

ALIVE_S = 10.0  # a proxy takes a longer silence for the end


@dataclass(frozen=True, slots=True)
class Heard:
    """What live recognition tells."""

    event: Event


class _Alive:
    pass


ALIVE = _Alive()
Item = Heard | Told | _Alive


class Talk:
    """One conversation. Made within a request, whose profile and language it keeps; to be closed.

    Two threads put into its queue what its reader takes out: one listens, another has the answer.
    """

    def __init__(
        self,
        fields: AssistFields,
        said: Said | None,
        language: str | None,
        listener: Listener,
        uid: str,
        barges_in: bool,
    ) -> None:
        self._fields = fields
        self._said = said
        self._language = language
        self._listener = listener
        self._uid = uid
        self._barges_in = barges_in
        self._queue: queue.SimpleQueue[tuple[_Answering | None, Item | None]] = queue.SimpleQueue()
        self._answering: _Answering | None = None
        self._dialog = list(fields.messages)
        self._audible_until = 0.0
        self._ended = False
        self._failure: AssistantError | None = None
        if said is not None:
            services().speaking.warm()
        self._talks = services().talks
        connection = request.environ.pop("werkzeug.socket", None)
        self._context = request_ctx._get_current_object()  # type: ignore[attr-defined]
        self._spoken, self._shape = errors.spoken_language(), errors.spoken_shape()
        self._watch = services().running.watch(self, connection)
        self._talks.begin(uid, self)

    def events(self) -> Iterator[Item]:
        """What is heard and what is answered, until the listening ends. Raises: AssistantError."""
        threading.Thread(target=self._listen, name="listening", daemon=True).start()
        is_heard = True
        while is_heard or self._answering is not None:
            source, item = self._queue.get()
            if source is not None:
                yield from self._of_answer(source, item)
            elif item is None:
                is_heard = False
                if self._failure is not None:
                    raise self._failure
            else:
                yield item
                if isinstance(item, Heard):
                    yield from self._heed(item.event)

    def interrupt(self) -> bool:
        """End the answer that is being given; whether there was one. From any thread."""
        answering = self._answering
        if answering is None or answering.is_off:
            return False
        answering.turn_off()
        self._queue.put((None, {"type": "interrupted"}))
        return True

    def cancel(self) -> None:
        """End all of it. From any thread, repeatedly."""
        self._ended = True
        self.interrupt()
        self._listener.leave()

    def close(self) -> None:
        """It is over, or given up. Repeatable."""
        self._watch.close()  # it cancels
        self._talks.end(self._uid, self)

    def _listen(self) -> None:
        try:
            for event in self._listener.events(ALIVE_S):
                self._queue.put((None, ALIVE if event is None else Heard(event)))
        except AssistantError as error:
            self._failure = error
        if self._ended:
            self._failure = None
        self._queue.put((None, None))

    def _heed(self, event: Event) -> Iterator[Told]:
        """Someone speaks: an answer that is being given ends, and at the pause a new one begins."""
        if event.kind == "speech" or not any(map(str.isalnum, event.text)):
            return
        is_answering = self._answering is not None and not self._answering.is_off
        if is_answering and not self._barges_in:
            return
        is_audible, self._audible_until = time.monotonic() < self._audible_until, 0.0
        if not self.interrupt() and is_audible:
            yield {"type": "interrupted"}
        if event.kind == "final" and not self._ended:
            self._begin(event.text.strip())

    def _begin(self, question: str) -> None:
        if (before := self._answering) is not None:
            self._keep(before)
        self._answering = _Answering(question, self._turn, self._queue.put)
        self._answering.start()

    def _turn(self, question: str) -> Turn:
        """A turn that has begun; of what does not fit, the older half is left out."""
        while True:
            fields = self._fields
            more = {} if fields.conversation else {"messages": self._dialog}
            fields = msgspec.structs.replace(fields, text=question, **more)
            with self._context.copy():
                turn = Turn(Asked(fields, None, (), self._language, self._said))
                try:
                    turn.begin()
                except PromptTooLong:
                    turn.close()
                    if len(self._dialog) < 2:
                        raise
                    self._dialog = self._dialog[len(self._dialog) // 4 * 2 or 2 :]
                except BaseException:
                    turn.close()
                    raise
                else:
                    return turn

    def _of_answer(self, source: _Answering, item: Item | None) -> Iterator[Item]:
        if source is not self._answering:
            return  # it was interrupted
        if item is None:
            self._keep(source)
            self._answering = None
            if source.failure is not None:
                yield self._told(source.failure)
        elif source.is_off:
            return
        else:
            if isinstance(item, dict) and item["type"] == "audio":
                begins = max(self._audible_until, time.monotonic())
                self._audible_until = begins + item["seconds"]
            yield item

    def _keep(self, answering: _Answering) -> None:
        """What was said by both, for the turns to come."""
        if not self._fields.conversation and answering.text:
            self._dialog.append({"role": "user", "content": answering.question})
            self._dialog.append({"role": "assistant", "content": answering.text})

    def _told(self, error: AssistantError) -> Told:
        body: dict[str, Any] = msgspec.json.decode(errors.body(error, self._spoken, self._shape))
        return {"type": "error", **body}


class _Answering:
    """One answer, on a thread of its own; None is put behind its last event."""

    def __init__(
        self,
        question: str,
        begun: Callable[[str], Turn],
        put: Callable[[tuple[_Answering, Item | None]], None],
    ) -> None:
        self.question = question
        self.failure: AssistantError | None = None
        self.is_off = False
        self._begun = begun
        self._put = put
        self._turn: Turn | None = None

    @property
    def text(self) -> str:
        """What was answered so far."""
        return self._turn.text if self._turn else ""

    def start(self) -> None:
        threading.Thread(target=self._work, name="answer", daemon=True).start()

    def turn_off(self) -> None:
        """No more of it. From any thread."""
        self.is_off = True
        if self._turn is not None:
            self._turn.cancel()

    def _work(self) -> None:
        try:
            self._turn = turn = self._begun(self.question)
            try:
                if self.is_off:
                    return
                for told in turn.events():
                    self._put((self, told))
            finally:
                turn.close()
        except Cancelled:
            pass
        except AssistantError as error:
            self.failure = None if self.is_off else error
        finally:
            self._put((self, None))
