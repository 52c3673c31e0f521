"""Thoughts, which models write between <think> and </think> in front of their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from app.chat import markers
from app.chat.reply import Content, Event, Parser, Reasoning
from app.chat.schema.gbnf import Rules

BEGIN, END = "<think>", "</think>"


def opened_by(prompt: str) -> bool:
    """Whether the template has begun the thoughts already."""
    return prompt.rstrip().endswith(BEGIN)


def thoughts_rule(rules: Rules, opened: bool) -> str:
    """Thoughts that may come before an answer; they must where the template has begun them."""
    inside = rules.define("thought", '[^<] | "<"+ ([^/<] | "/" [^t<])')
    rest = rules.define("thoughts", f'{inside}* "</think>" [\\n]{{0,2}}')
    return rest if opened else rules.define("thinking", f'("<think>" {rest})?')


class Text:
    """A parser for answers that are nothing but text."""

    def feed(self, text: str) -> Iterable[Event]:
        """All of it."""
        return (Content(text),) if text else ()

    def end(self) -> Iterable[Event]:
        """Nothing is held back."""
        return ()


class Thoughts:
    """Splits thoughts off, and gives the rest to another parser.

    `opened`: they have begun in the prompt. `openers`: what ends them besides </think>, because
    some models call a tool in the middle of a thought. White space around thoughts is dropped.
    """

    def __init__(self, rest: Parser, opened: bool, openers: Sequence[str] = ()) -> None:
        self._rest = rest
        self._ends = (END, *openers)
        self._held = ""
        self._state: Callable[[], Iterator[Event]] = self._thinking if opened else self._beginning
        self._begun = False  # whether a thought has been written, so that space counts

    def feed(self, text: str) -> Iterator[Event]:
        """What is certain now."""
        self._held += text
        yield from self._state()

    def end(self) -> Iterator[Event]:
        """The rest."""
        held, self._held = self._held, ""
        if self._state == self._thinking:
            if held.strip():
                yield Reasoning(held.rstrip() if self._begun else held.strip())
        elif held:
            yield from self._rest.feed(held)
        yield from self._rest.end()

    def _beginning(self) -> Iterator[Event]:
        start = self._held.lstrip()
        if start.startswith(BEGIN):
            self._held = start[len(BEGIN) :]
            self._state = self._thinking
            yield from self._state()
        elif not BEGIN.startswith(start):
            self._state = self._answering
            yield from self._state()

    def _thinking(self) -> Iterator[Event]:
        if not self._begun:
            self._held = self._held.lstrip()
        found = markers.first(self._held, self._ends)
        certain = found[0] if found else markers.sure(self._held, self._ends)
        # Space at the end may turn out to be the thoughts' last.
        thought = self._held[:certain].rstrip()
        if thought:
            self._begun = True
            yield Reasoning(thought)
        if found is None:
            self._held = self._held[len(thought) :]
            return
        self._held = self._held[certain + (len(END) if found[1] == END else 0) :]
        self._state = self._after
        yield from self._state()

    def _after(self) -> Iterator[Event]:
        self._held = self._held.lstrip()
        if self._held:
            self._state = self._answering
            yield from self._state()

    def _answering(self) -> Iterator[Event]:
        held, self._held = self._held, ""
        yield from self._rest.feed(held)
