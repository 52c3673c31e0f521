"""A chat's answer, gathered from its events."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.chat.reply import Arguments, Content, Event, Finished, Reasoning, ToolCall
from app.engine.reply import Token


@dataclass(slots=True)
class Call:
    """A call, with its arguments so far as JSON text."""

    id: str
    name: str
    arguments: str = ""


@dataclass(slots=True)
class Gathered:
    """The answer so far: text, thoughts and calls."""

    texts: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    finished: Finished | None = None

    def take(self, item: Event | Finished) -> None:
        """Add what came."""
        match item:
            case Content(text, tokens):
                self.texts.append(text)
                self.tokens += tokens
            case Reasoning(text):
                self.thinking.append(text)
            case ToolCall(_, id_, name):
                self.calls.append(Call(id_, name))
            case Arguments(index, text):
                self.calls[index].arguments += text
            case Finished():
                self.finished = item

    @property
    def text(self) -> str:
        """The answer's text."""
        return "".join(self.texts)

    @property
    def thoughts(self) -> str:
        """What came before it."""
        return "".join(self.thinking)

    @property
    def end(self) -> Finished:
        """How it ended."""
        assert self.finished is not None, "a reply ends with Finished"
        return self.finished
