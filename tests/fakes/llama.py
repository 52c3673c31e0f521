"""A llama.cpp that computes nothing: bytes for tokens, and answers that a test has written."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.engine.backend import Facts, NoPlace, Span
from app.engine.request import Sampling

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
    """The text that these tokens stand for."""
    names = {token: name.encode() for name, token in SPECIAL.items()}
    return b"".join(names.get(token, bytes([token % 256])) for token in tokens).decode()


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
    can_cut: bool = True  # False: as a recurrent model
    calls: list[list[Span]] = field(default_factory=list)
    samplers: int = 0  # open ones
    closed: bool = False

    def __post_init__(self) -> None:
        self.held: dict[int, list[int]] = {n: [] for n in range(self.facts.sequences)}
        self._rows: list[int] = []  # the sequence of each row of the last call

    def tokenize(self, text: str, special: bool, begin: bool) -> tuple[int, ...]:
        first = (BEGIN,) if begin and self.facts.adds_begin else ()
        return first + tokens_of(text, special)

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < 256 else b""

    def ends(self, token: int) -> bool:
        return token == END

    def sampler(self, sampling: Sampling) -> ScriptedSampler:
        self.samplers += 1
        return ScriptedSampler(self)

    def decode(self, spans: Sequence[Span]) -> list[int]:
        self.before_decode(spans)
        if self.step_s:
            time.sleep(self.step_s)
        arriving = sum(len(span.tokens) for span in spans)
        assert 0 < arriving <= self.facts.batch_tokens
        if arriving + sum(map(len, self.held.values())) > self.facts.context_tokens:
            raise NoPlace
        self.calls.append([replace(span, tokens=tuple(span.tokens)) for span in spans])
        self._rows = []
        for span in spans:
            assert span.position == len(self.held[span.sequence]), "a hole in the sequence"
            self.held[span.sequence] += span.tokens
            self._rows += [span.sequence] * len(span.tokens)
        ends = [sum(len(span.tokens) for span in spans[: n + 1]) for n in range(len(spans))]
        return [end - 1 for end in ends]

    def forget(self, sequence: int, start: int) -> bool:
        if start and start < len(self.held[sequence]) and not self.can_cut:
            return False
        del self.held[sequence][start:]
        return True

    def copy(self, source: int, target: int, end: int) -> None:
        self.held[target] = self.held[source][:end]

    def close(self) -> None:
        self.closed = True

    def seen_at(self, row: int) -> str:
        """The text that led to a row's logits."""
        return text_of(self.held[self._rows[row]])


class ScriptedSampler:
    """Chooses the bytes of the answer to what its sequence held at the first choice."""

    def __init__(self, llama: ScriptedLlama) -> None:
        self._llama = llama
        self._left: list[int] | None = None

    def sample(self, row: int) -> int:
        if self._left is None:
            self._left = [*tokens_of(self._llama.answers(self._llama.seen_at(row))), END]
        return self._left.pop(0)

    def close(self) -> None:
        self._llama.samplers -= 1
