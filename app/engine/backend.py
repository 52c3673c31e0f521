"""What the engine needs of llama.cpp; `app/engine/llama.py` is the real one, tests bring theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.engine.adapters import Adapter
from app.engine.pictures.picture import Picture, Pixels, Seen
from app.engine.prefixes.prefix import Adapters
from app.engine.reply import Probabilities
from app.engine.request import Generation, Sampling


@dataclass(frozen=True, slots=True)
class Facts:
    """What a loaded model and its context are; nothing in here changes while it runs."""

    name: str
    description: str
    parameters: int
    size_bytes: int
    vocabulary: int  # token ids are below this
    trained_context_tokens: int
    context_tokens: int  # places for tokens, shared between all sequences
    sequence_tokens: int  # most tokens that one sequence may hold
    sequences: int
    batch_tokens: int  # most tokens that one decode call may carry
    adds_begin: bool  # tokenizing a whole prompt puts the begin token in front
    begin_text: str
    end_text: str
    template: str | None  # the chat template's Jinja source
    devices: tuple[str, ...] = ()  # what computes, the processor last
    logit_rows: int = 64  # most tokens of one decode call whose logits may be asked for
    can_cut: bool = True  # a sequence's last tokens can be removed; a recurrent model's can't
    identity: str = ""  # tells its file's content from any other's
    adapters: tuple[Adapter, ...] = ()  # LoRA adapters that were loaded with it
    sees: bool = False  # pictures can stand in a prompt


@dataclass(frozen=True, slots=True)
class Infill:
    """The control tokens of a model that fills gaps: around what is before, and after, the gap.

    Source: arxiv.org/abs/2409.12186, "Qwen2.5-Coder", table 1.
    """

    prefix: int
    suffix: int
    middle: int
    repository: int | None = None
    separator: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive tokens of one sequence, from `position` on, in one decode call.

    `sampled`: of how many of its last tokens the logits are needed; more than one to check a
    draft.
    """

    sequence: int
    position: int
    tokens: Sequence[int]
    sampled: int


class NoPlace(Exception):
    """The context holds too many tokens for this decode call; nothing was decoded."""


class Sampler(Protocol):
    """One answer's way of choosing tokens, with the memory that penalties and the seed need.

    `probabilities`: of the token chosen last, where they were asked for.
    """

    probabilities: Probabilities | None

    def sample(self, row: int) -> int:
        """Choose and remember a token from one row of the last decode call's logits."""

    def close(self) -> None:
        """Free what it holds."""


class Eyes(Protocol):
    """What lets a model see. Only `read` is thread-safe."""

    def read(self, parts: Sequence[str | Pixels], begin: bool) -> Seen:
        """A prompt as tokens and pictures; control tokens in its texts count as such.

        Raises: BadRequest; PictureRefused.
        """

    def encode(self, picture: Picture) -> bytes:
        """What the model reads in place of a picture's tokens. Raises: EngineFailed."""

    def show(self, sequence: int, position: int, picture: Picture, encoded: bytes) -> None:
        """Put a picture into the context. Raises: NoPlace, with a part of it in; EngineFailed."""


class Llama(Protocol):
    """A model with its context.

    Only `facts`, `infill`, `tokenize`, `piece`, `shown`, `ends` and `check` are thread-safe.
    """

    @property
    def facts(self) -> Facts:
        """What was loaded."""

    @property
    def draft(self) -> Llama | None:
        """A smaller model of the same vocabulary that guesses this one's answers."""

    @property
    def eyes(self) -> Eyes | None:
        """What lets it see, if it does."""

    def tokenize(self, text: str, special: bool, begin: bool) -> tuple[int, ...]:
        """Text to token ids; `special`: control tokens in the text count as such."""

    def piece(self, token: int) -> bytes:
        """The bytes of a token, of which a character may need several; control tokens have none."""

    def shown(self, token: int) -> bytes:
        """The bytes of a token; of a control token, its name."""

    def ends(self, token: int) -> bool:
        """Whether this token ends an answer."""

    @property
    def infill(self) -> Infill | None:
        """The tokens with which the model fills gaps, if it does."""

    def check(self, sampling: Sampling) -> None:
        """Raises: BadRequest, for a value or a grammar that no sampler can work with."""

    def sampler(self, generation: Generation) -> Sampler:
        """Start choosing tokens for one answer."""

    def use(self, adapters: Adapters) -> None:
        """Compute with these adapters from the next decode call on."""

    def decode(self, spans: Sequence[Span]) -> list[int]:
        """Put tokens into the context.

        Shape: [len(spans)], the row of each span's last token; those before it precede it.
        Raises: NoPlace; EngineFailed.
        """

    def forget(self, sequence: int, start: int) -> bool:
        """Remove a sequence's tokens from `start` on; False where only all can be removed."""

    def copy(self, source: int, target: int, end: int) -> None:
        """Let `target`, which holds none, share the first `end` tokens of `source`."""

    def save(self, sequence: int) -> bytearray:
        """What was computed for a sequence's tokens."""

    def restore(self, sequence: int, data: bytearray) -> bool:
        """Put into an empty sequence what `save` gave; False: no place for it, or not ours."""

    def close(self) -> None:
        """Free the context; the model goes with the last one who holds it."""
