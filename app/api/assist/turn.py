"""One turn of a conversation: heard, seen, looked up, answered and said, until it is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from flask import request

from app.api import errors
from app.api.assist.request import Asked, AssistFields, data_url
from app.api.assist.saying import Saying, Told
from app.api.conversations.answering import answer
from app.api.conversations.request import AnswerRequest, Options
from app.api.conversations.who import conversation
from app.api.conversations.wire import Attachment
from app.api.counts import timing_fields
from app.api.documents.answering import begun
from app.api.documents.pieces import Piece, pieces
from app.api.documents.search import Filter
from app.api.gathered import Gathered
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.openai.tools import search_of
from app.api.services import services
from app.api.vision import described
from app.api.wire import decoded, wrong
from app.chat.pictures import written
from app.errors import Cancelled, SoundRefused
from app.language import Language, Text
from app.speech.aloud.tongues import language_of
from app.speech.languages import is_traditional
from app.speech.transcript import Wanted

if TYPE_CHECKING:
    from app.conversations.writing import Writing

LONGEST_S = 3600.0
AUDIO_FIELD = "audio"

SHOWN = Text("What does this picture show?", "这张图片里有什么？")
BRIEFLY = Text(
    "Your answer is spoken aloud. Answer briefly, in whole sentences, without lists, tables or "
    "markup.",
    "你的回答会被朗读出来。请用完整的句子简短作答，不要使用列表、表格或标记。",
)
GONE = Text("The one who asked has gone.", "提问者已离开。")
_NO_OPTION = Text("not a field that may stand in options", "不能出现在 options 中的字段")
_OWN = ("messages", "stream", "n", "use_context", "context_filter", "include_sources")

_chat = msgspec.json.Decoder(ChatCompletionRequest)


class Stoppable(Protocol):
    """What a turn is busy with."""

    def cancel(self) -> None:
        """End it early, from any thread."""


class Turn:
    """What is asked, and its answer. To be closed; `cancel` ends it from any thread.

    `begin` does all that can be refused; then `events` tells how it goes on.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._language: Language = errors.spoken_language()
        self._lock = threading.Lock()
        self._busy: Stoppable | None = None
        self._cancelled = False
        self._opening: list[Told] = []
        self._saying: Saying | None = None
        self._answer: _Answer | None = None
        self.heard = ""
        self.text = ""
        # One eye is kept on the connection, whatever this turn is busy with.
        connection = request.environ.pop("werkzeug.socket", None)
        self._watch = services().running.watch(self, connection)

    def begin(self) -> None:
        """Hear, see and look up what was sent, and have the answer begun.

        Raises: BadRequest; SwitchedOff; SpeechFailed; VisionFailed; StillLoading; Busy; Cancelled.
        """
        asked = self._asked
        _ = services().engine.model  # that it is still loading is told at once
        if asked.said is not None:
            services().speaking.warm()
        words = [asked.fields.text.strip()]
        if asked.audio is not None:
            words.append(self._hear(asked.audio))
        question = "\n\n".join(filter(None, words))
        urls = [data_url(each) for each in asked.pictures]
        question = question or SHOWN.of(self._language)
        fields = asked.fields
        seen = [self._see(url) for url in urls] if self._reads_pictures() else []
        if seen and services().engine.model.sees:  # it does not read what the search has to know
            question = "\n\n".join([*self._written(seen), question])
        system = fields.system if fields.system is not None else self._manner(question)
        make = _Kept if fields.conversation else _Fresh
        self._answer = make(fields, question, urls, system)
        self._attend(self._answer)
        if asked.said is not None:
            self._saying = Saying(services().speaking, asked.said, self._language)

    def events(self) -> Iterator[Told]:
        """What was heard and seen; the answer's text, sources, citations and sound; the end."""
        assert self._answer is not None, "begin comes first"
        yield from self._opening
        if (begun := self._answer.begun()) is not None:
            yield {"type": "begun", "message": begun}
        for piece in self._answer.pieces():
            yield from self._told(piece)
            if self._saying is not None:
                yield from self._saying.ready()
        self._watch.raise_if_ended()
        if self._saying is not None:
            self._saying.end()
            yield from self._saying.rest()
        yield {"type": "done", "text": self.text, **self._answer.end()}

    def cancel(self) -> None:
        """Let everything go; what is there of the answer stays."""
        with self._lock:
            self._cancelled = True
            busy = self._busy
        if self._saying is not None:
            self._saying.cancel()
        if busy is not None:
            busy.cancel()

    def close(self) -> None:
        """It is over, or given up. Repeatable."""
        self._watch.close()  # it cancels

    def _attend(self, busy: Stoppable) -> None:
        """Be busy with something, unless it is too late."""
        with self._lock:
            self._busy, is_late = busy, self._cancelled
        if is_late:
            busy.cancel()
            raise Cancelled(GONE)

    def _hear(self, recording: Path) -> str:
        traditional = is_traditional(self._asked.fields.language)
        wanted = Wanted("transcribe", self._asked.language, traditional=traditional)
        transcription = services().listening.transcribe(recording, wanted, LONGEST_S)
        self._attend(transcription)
        try:
            segments = list(transcription)
        except SoundRefused as error:
            error.field = AUDIO_FIELD
            raise
        self.heard = "".join(each.text for each in segments).strip()
        self._opening.append(
            {
                "type": "transcript",
                "text": self.heard,
                "language": transcription.language,
                "seconds": round(transcription.seconds, 2),
            }
        )
        return self.heard

    def _reads_pictures(self) -> bool:
        """Whether the text in them is wanted: by a model that cannot see, or for a search."""
        wanted = not services().engine.model.sees or self._asked.fields.use_context
        return bool(wanted) and described.can_read()

    def _written(self, seen: Sequence[str]) -> list[str]:
        return [written(text, self._language) for text in seen if text]

    def _see(self, url: str) -> str:
        text = described.text_of(url, "picture")
        self._opening.append({"type": "picture", "text": text})
        return text

    def _manner(self, question: str) -> str:
        if self._asked.said is None:
            return ""
        return BRIEFLY.of("zh" if language_of(question) == "zh" else "en")

    def _told(self, piece: Piece) -> Iterator[Told]:
        for name in ("sources", "calls", "citations"):
            if piece.get(name):
                yield {"type": name, name: piece[name]}
        if thinking := piece.get("thinking"):
            yield {"type": "thinking", "delta": thinking}
        if text := piece.get("text"):
            self.text += text
            yield {"type": "text", "delta": text}
            if self._saying is not None:
                self._saying.add(text)


class _Answer(Protocol):
    """An answer on its way."""

    def begun(self) -> str | None:
        """Its message's id, where it is kept."""

    def pieces(self) -> Iterator[Piece]:
        """What comes of it. Raises: EngineFailed; Cancelled."""

    def end(self) -> Told:
        """How it ended."""

    def cancel(self) -> None:
        """End it early."""


class _Fresh:
    """An answer that only its client keeps."""

    def __init__(
        self, fields: AssistFields, question: str, urls: Sequence[str], system: str
    ) -> None:
        content: Any = question
        if urls:
            pictures = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
            content = [*pictures, {"type": "text", "text": question}]
        messages = [*fields.messages, {"role": "user", "content": content}]
        has_own = any(_is_system(each) for each in fields.messages)
        if system and not has_own:
            messages.insert(0, {"role": "system", "content": system})
        body = {
            **_options(fields),
            "messages": messages,
            "stream": True,
            "use_context": fields.use_context,
            "context_filter": fields.context_filter,
        }
        sent = decoded(msgspec.json.encode(body), _chat)
        self._started = begun(sent, sent.asked(), search_of(sent.tools or []))
        self._gathered = Gathered()

    def begun(self) -> str | None:
        return None

    def pieces(self) -> Iterator[Piece]:
        try:
            yield from pieces(self._started, self._gathered)
        finally:
            self.cancel()

    def end(self) -> Told:
        end = self._gathered.finished
        if end is None:  # it was cancelled
            return {"reason": "cancelled"}
        return {"reason": end.reason, "timings": timing_fields(end.timings)}

    def cancel(self) -> None:
        self._started.replies.close()


class _Kept:
    """An answer in a conversation that is kept here."""

    def __init__(
        self, fields: AssistFields, question: str, urls: Sequence[str], system: str
    ) -> None:
        found = conversation(fields.conversation or "")
        wanted = fields.context_filter or Filter() if fields.use_context else None
        asked = AnswerRequest(
            text=question,
            parent=found.leaf,
            attachments=[Attachment(kind="picture", name="picture", url=url) for url in urls],
            filter=wanted,
            system=system,
            options=_converted(_options(fields)),
        )
        self._writing: Writing = answer(asked, services().conversing, found)
        self._last: Any = None

    def begun(self) -> str | None:
        return self._writing.uid

    def pieces(self) -> Iterator[Piece]:
        for item in self._writing.follow(0):
            if isinstance(item, tuple):
                yield item[1]
            elif item is not None:
                self._last = item

    def end(self) -> Told:
        told = {"message": self._last.uid, "state": self._last.state}
        if failure := self._last.extra.get("failure"):
            told["failure"] = failure
        return told

    def cancel(self) -> None:
        self._writing.stop()


def _options(fields: AssistFields) -> dict[str, Any]:
    """Raises: BadRequest."""
    for name in _OWN:
        if name in fields.options:
            raise wrong(f"options.{name}", _NO_OPTION)
    return fields.options


def _converted(options: dict[str, Any]) -> Options:
    """Raises: BadRequest."""
    return decoded(msgspec.json.encode(options), _OPTIONS)


_OPTIONS = msgspec.json.Decoder(Options)


def _is_system(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") in ("system", "developer")
