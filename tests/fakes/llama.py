"""A llama.cpp that computes nothing: bytes for tokens, and answers that a test has written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from app.engine.backend import Eyes, Facts, Infill, NoPlace, Span
from app.engine.grammar.gbnf import check_grammar
from app.engine.prefixes.prefix import Adapters
from app.engine.reply import Probabilities
from app.engine.request import Generation, Sampling
from app.engine.sampling import check

BEGIN, TURN, END = 256, 257, 258
SPECIAL = {"<s>": BEGIN, "<|im_start|>": TURN, "<|im_end|>": END}

FACTS = Facts(
    name="scripted",
    description="bytes, as a test wrote them",
    parameters=259,
    size_bytes=259,
    vocabulary=259,
    trained_context_tokens=4096,
    context_tokens=4096,
    sequence_tokens=4096,
    sequences=4,
    batch_tokens=512,
    adds_begin=False,
    begin_text="<s>",
    end_text="<|im_end|>",
    template=None,
)


def tokens_of(text: str, special: bool = True) -> tuple[int, ...]:
    """One token for each byte, and one for each control token."""
    tokens: list[int] = []
    while text:
        name = next((each for each in SPECIAL if special and text.startswith(each)), None)
        tokens += [SPECIAL[name]] if name else text[0].encode()
        text = text[len(name or " ") :]
    return tuple(tokens)


def text_of(tokens: Sequence[int]) -> str:
    """The text that these tokens stand for; pictures stand for none."""
    names = {token: name.encode() for name, token in SPECIAL.items()}
    said = [names.get(token, bytes([token % 256])) for token in tokens if token >= 0]
    return b"".join(said).decode(errors="replace")


def echo(prompt: str) -> str:
    """Answers with the last message of a ChatML prompt, or the whole prompt."""
    return prompt.rpartition("<|im_end|>")[0].rpartition("\n")[2] or prompt


@dataclass
class ScriptedLlama:
    """`answers` gives the text that follows a prompt; `before_decode` may wait or raise."""

    answers: Callable[[str], str] = echo
    facts: Facts = FACTS
    step_s: float = 0.0
    before_decode: Callable[[Sequence[Span]], None] = lambda spans: None
    chooses: Callable[[tuple[int, ...], float], int] | None = None  # instead: each token by itself
    can_cut: bool = True  # False: as a recurrent model
    calls: list[list[Span]] = field(default_factory=list)
    samplers: int = 0  # open ones
    using: Adapters = ()
    draft: ScriptedLlama | None = None
    closed: bool = False
    infill: Infill | None = None
    eyes: Eyes | None = None  # see `ScriptedEyes`

    def __post_init__(self) -> None:
        self.facts = replace(self.facts, can_cut=self.can_cut)
        self.held: dict[int, list[int]] = {n: [] for n in range(self.facts.sequences)}
        self._cells: dict[int, list[int]] = {n: [] for n in range(self.facts.sequences)}
        self._new_cells = count()
        self._rows: dict[int, tuple[int, ...]] = {}  # what each row with logits has seen

    def tokenize(self, text: str, special: bool, begin: bool) -> tuple[int, ...]:
        first = (BEGIN,) if begin and self.facts.adds_begin else ()
        return first + tokens_of(text, special)

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < 256 else b""

    def shown(self, token: int) -> bytes:
        return text_of([token]).encode("utf-8", "replace") if token >= 256 else bytes([token])

    def ends(self, token: int) -> bool:
        return token == END

    def check(self, sampling: Sampling) -> None:
        check(sampling, self.facts.vocabulary)
        if sampling.grammar:
            check_grammar(sampling.grammar)

    def sampler(self, generation: Generation) -> ScriptedSampler | ChoosingSampler:
        self.samplers += 1
        if self.chooses:
            return ChoosingSampler(self, Random(generation.sampling.seed))
        return ScriptedSampler(self, generation.probabilities)

    def use(self, adapters: Adapters) -> None:
        self.using = adapters

    def decode(self, spans: Sequence[Span]) -> list[int]:
        self.before_decode(spans)
        if self.step_s:
            time.sleep(self.step_s)
        arriving = sum(len(span.tokens) for span in spans)
        assert 0 < arriving <= self.facts.batch_tokens
        assert sum(span.sampled for span in spans) <= self.facts.logit_rows
        self._take_place(arriving)
        self.calls.append([replace(span, tokens=tuple(span.tokens)) for span in spans])
        self._rows, rows, row = {}, [], -1
        for span in spans:
            held = self.held[span.sequence]
            assert span.position == len(held), "a hole in the sequence"
            self._cells[span.sequence] += [next(self._new_cells) for _ in span.tokens]
            for left, token in zip(range(len(span.tokens), 0, -1), span.tokens, strict=True):
                held.append(token)
                row += 1
                if left <= span.sampled:
                    self._rows[row] = tuple(held)
            rows.append(row)
        return rows

    def forget(self, sequence: int, start: int) -> bool:
        if start and start < len(self.held[sequence]) and not self.can_cut:
            return False
        del self.held[sequence][start:], self._cells[sequence][start:]
        return True

    def copy(self, source: int, target: int, end: int) -> None:
        assert not self.held[target]
        assert self.can_cut or end == len(self.held[source])
        self.held[target] = self.held[source][:end]
        self._cells[target] = self._cells[source][:end]

    def save(self, sequence: int) -> bytearray:
        return bytearray(json.dumps(self.held[sequence]).encode())

    def restore(self, sequence: int, data: bytearray) -> bool:
        assert not self.held[sequence]
        tokens = json.loads(data)
        try:
            self._take_place(len(tokens))
        except NoPlace:
            return False
        self.held[sequence] = list(tokens)
        self._cells[sequence] = [next(self._new_cells) for _ in tokens]
        return True

    def take_cells(self, sequence: int, count: int) -> None:
        """A picture was put there."""
        self._cells[sequence] += [next(self._new_cells) for _ in range(count)]

    def _take_place(self, tokens: int) -> None:
        if tokens + len(set().union(*self._cells.values())) > self.facts.context_tokens:
            raise NoPlace

    def close(self) -> None:
        self.closed = True

    def seen_at(self, row: int) -> str:
        """The text that led to a row's logits."""
        return text_of(self._rows[row])

    def next_token(self, row: int, chance: float) -> int:
        """What follows what a row has seen, where `chooses` says it."""
        assert self.chooses
        return self.chooses(self._rows[row], chance)


class ScriptedSampler:
    """Chooses the bytes of the answer to what its sequence held at the first choice."""

    def __init__(self, llama: ScriptedLlama, most: int = 0) -> None:
        self._llama = llama
        self._most = most
        self.probabilities: Probabilities | None = None
        self._left: list[int] | None = None

    def sample(self, row: int) -> int:
        if self._left is None:
            self._left = [*tokens_of(self._llama.answers(self._llama.seen_at(row))), END]
        token = self._left.pop(0)
        if self._most:  # it is always certain
            self.probabilities = Probabilities(0.0, ((token, 0.0),))
        return token

    def close(self) -> None:
        self._llama.samplers -= 1


class ChoosingSampler:
    """Chooses each token by what its row has seen, and by chances that its seed gives."""

    def __init__(self, llama: ScriptedLlama, chances: Random) -> None:
        self._llama = llama
        self._chances = chances
        self.probabilities: Probabilities | None = None

    def sample(self, row: int) -> int:
        return self._llama.next_token(row, self._chances.random())

    def close(self) -> None:
        self._llama.samplers -= 1
