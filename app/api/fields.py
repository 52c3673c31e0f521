"""Fields that several protocols' requests share: how to choose tokens, and what is refused."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.engine.request import Sampling
from app.errors import NotSupported
from app.language import Text

_INT32 = 2**31 - 1

Count = Annotated[int, Meta(ge=0, le=_INT32)]
Share = Annotated[float, Meta(ge=0, le=1)]
Penalty = Annotated[float, Meta(ge=-100, le=100)]
StopString = Annotated[str, Meta(min_length=1, max_length=512)]

_NOT_SUPPORTED = Text(
    "{field} is not supported yet with this value. Leave it out.",
    "暂不支持 {field} 的这个取值，请去掉该字段。",
)

# The engine's names that are fields of the same meaning here.
_SPOKEN = (
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "repeat_penalty",
    "repeat_last_n",
    "presence_penalty",
    "frequency_penalty",
)

# What a field that is not supported may hold, because that asks for nothing; null always may.
_NEUTRAL: dict[str, tuple[object, ...]] = {
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "n": (1,),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({}, []),
    "modalities": (["text"],),
    "audio": (),
    "web_search_options": (),
    "reasoning_effort": ("none",),
    "verbosity": ("medium",),
    "grammar": ("",),
    "json_schema": ({},),
    "ignore_eos": (False,),
    "samplers": (),
    "typical_p": (1,),
    "top_n_sigma": (-1, 0),
    "xtc_probability": (0,),
    "dry_multiplier": (0,),
    "dynatemp_range": (0,),
    "mirostat": (0,),
    "lora": ([],),
    "continue_final_message": (False,),
    "add_generation_prompt": (True,),
    "timings_per_token": (False,),
    "return_progress": (False,),
}


class NotYet(msgspec.Struct, kw_only=True):
    """Fields that clients know and that would change the answer, but that do nothing here yet."""

    tools: list[Any] | None = None
    tool_choice: str | dict[str, Any] | None = None
    functions: list[Any] | None = None
    function_call: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    n: Annotated[int, Meta(ge=1, le=_INT32)] | None = None
    logprobs: bool | int | None = None
    top_logprobs: Count | None = None
    logit_bias: dict[str, float] | list[Any] | None = None
    modalities: list[str] | None = None
    audio: Any = None
    web_search_options: Any = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    grammar: str | None = None
    json_schema: Any = None
    ignore_eos: bool | None = None
    samplers: Any = None
    typical_p: float | None = None
    top_n_sigma: float | None = None
    xtc_probability: float | None = None
    dry_multiplier: float | None = None
    dynatemp_range: float | None = None
    mirostat: int | None = None
    lora: Any = None
    continue_final_message: bool | None = None
    add_generation_prompt: bool | None = None
    timings_per_token: bool | None = None
    return_progress: bool | None = None

    def refuse_unsupported(self) -> None:
        """Nothing that was asked for is left out silently.

        Raises: NotSupported.
        """
        for field, neutral in _NEUTRAL.items():
            value = getattr(self, field)
            if value is not None and value not in neutral:
                raise not_supported(field)


class SamplingFields(NotYet, kw_only=True):
    """How the next token is chosen, in OpenAI's and llama-server's names."""

    temperature: Annotated[float, Meta(ge=0, le=100)] | None = None
    top_k: Annotated[int, Meta(ge=-1, le=_INT32)] | None = None
    top_p: Share | None = None
    min_p: Share | None = None
    repeat_penalty: Annotated[float, Meta(gt=0, le=100)] | None = None
    repeat_last_n: Count | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    seed: int | None = None
    stop: StopString | Annotated[list[StopString], Meta(max_length=32)] | None = None

    def sampling(self) -> Sampling:
        """The same for the engine; what was not sent keeps its default."""
        sent = {name: value for name in _SPOKEN if (value := getattr(self, name)) is not None}
        if sent.get("top_k") == -1:
            sent["top_k"] = 0
        return Sampling(**sent, seed=self._seed())

    def stops(self) -> tuple[str, ...]:
        """The strings that end an answer."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    def _seed(self) -> int | None:
        # Source: llama.h, LLAMA_DEFAULT_SEED: unsigned 32 bits, of which the last means random.
        return None if self.seed in (None, -1) else self.seed % (2**32 - 1)


def not_supported(field: str) -> NotSupported:
    """The refusal of one field."""
    return NotSupported(_NOT_SUPPORTED.filled(field=field), field)
