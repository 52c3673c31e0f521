"""A loaded model's facts, and text to tokens and back; all of it may be used from any thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from app.engine.backend import Facts, Infill, Llama
from app.engine.pictures.picture import Pixels, Seen
from app.engine.request import Sampling
from app.engine.template import ChatTemplate


class Model:
    """What is known of the loaded model, its tokenizer and its chat template."""

    def __init__(self, facts: Facts, llama: Callable[[], Llama]) -> None:
        self.facts = facts
        self._llama = llama  # asked each time: an idle model may have been freed
        self.template = ChatTemplate(
            self.facts.template, self.facts.begin_text, self.facts.end_text
        )

    @property
    def name(self) -> str:
        """The name that its file gives it."""
        return self.facts.name

    @property
    def description(self) -> str:
        """Architecture, size and quantization in a few words."""
        return self.facts.description

    @property
    def context_tokens(self) -> int:
        """Most tokens of one request, prompt and answer together."""
        return self.facts.sequence_tokens

    @property
    def trained_context_tokens(self) -> int:
        """The context size that it was trained for."""
        return self.facts.trained_context_tokens

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        return self.facts.parameters

    @property
    def size_bytes(self) -> int:
        """How much its weights take."""
        return self.facts.size_bytes

    def tokenize(self, text: str, special: bool, begin: bool) -> tuple[int, ...]:
        """Text to token ids; `special`: control tokens count as such; `begin`: a whole prompt."""
        return self._llama().tokenize(text, special, begin)

    def piece(self, token: int) -> bytes:
        """The bytes of one token."""
        return self._llama().piece(token)

    def shown(self, token: int) -> bytes:
        """The bytes of one token; of a control token, its name. Pictures have none."""
        return self._llama().shown(token) if token >= 0 else b""

    def text_of(self, tokens: Sequence[int]) -> str:
        """What tokens stand for, control tokens by their names."""
        return b"".join(map(self.shown, tokens)).decode("utf-8", "replace")

    @cached_property
    def end_tokens(self) -> tuple[int, ...]:
        """The tokens that end an answer."""
        return tuple(filter(self._llama().ends, range(self.facts.vocabulary)))

    @property
    def infill(self) -> Infill | None:
        """The tokens with which it fills gaps, if it does."""
        return self._llama().infill

    def check(self, sampling: Sampling) -> None:
        """Raises: BadRequest, for a value or a grammar that no sampler can work with."""
        self._llama().check(sampling)

    def chat_prompt(
        self, messages: Sequence[Mapping[str, Any]], **variables: Any
    ) -> tuple[int, ...]:
        """A conversation as the prompt for the next answer. Raises: BadRequest."""
        return self.whole_prompt(self.template.render(messages, **variables))

    @property
    def sees(self) -> bool:
        """Whether pictures can stand in its prompts."""
        return self.facts.sees

    def prompt_with(self, parts: Sequence[str | Pixels]) -> Seen:
        """What a template wrote, with pictures in it. Raises: BadRequest; PictureRefused."""
        eyes = self._llama().eyes
        assert eyes is not None
        if self.facts.adds_begin and parts and isinstance(parts[0], str):
            parts = [parts[0].removeprefix(self.facts.begin_text), *parts[1:]]
        return eyes.read(parts, begin=True)

    def whole_prompt(self, text: str) -> tuple[int, ...]:
        """What a template wrote, as token ids."""
        if self.facts.adds_begin:
            # Many templates write the begin token themselves: one is enough.
            text = text.removeprefix(self.facts.begin_text)
        return self.tokenize(text, special=True, begin=True)
