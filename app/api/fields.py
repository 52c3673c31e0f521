"""Fields that several protocols' requests share: how to choose tokens, and how many."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.api import token_names
from app.api.services import services
from app.engine.pictures.picture import NOTHING, Seen
from app.engine.request import Generation, Sampling
from app.errors import NotSupported
from app.language import Text

_INT32 = 2**31 - 1

Count = Annotated[int, Meta(ge=0, le=_INT32)]
LastTokens = Annotated[int, Meta(ge=-1, le=_INT32)]  # -1: the whole context
Limit = Annotated[int, Meta(ge=-1, le=_INT32)]
Number = Annotated[float, Meta(ge=-1e6, le=1e6)]
Positive = Annotated[float, Meta(ge=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
Penalty = Annotated[float, Meta(ge=-100, le=100)]
StopString = Annotated[str, Meta(min_length=1, max_length=512)]
MOST_ALTERNATIVES = 100

_NOT_SUPPORTED = Text(
    "{field} is not supported with this value. Leave it out.",
    "不支持 {field} 的这个取值，请去掉该字段。",
)

# The engine's names that are fields of the same meaning here.
_SPOKEN = (
    *("temperature", "top_k", "top_p", "min_p", "top_n_sigma", "typical_p", "min_keep"),
    *("repeat_penalty", "repeat_last_n", "presence_penalty", "frequency_penalty"),
    *("xtc_probability", "xtc_threshold", "dynatemp_range", "dynatemp_exponent"),
    *("mirostat", "mirostat_tau", "mirostat_eta", "adaptive_target", "adaptive_decay"),
    *("dry_multiplier", "dry_base", "dry_allowed_length", "dry_penalty_last_n", "ignore_eos"),
)


class SamplingFields(msgspec.Struct, kw_only=True):
    """How the next token is chosen, in OpenAI's and llama-server's names."""

    temperature: Annotated[float, Meta(ge=0, le=100)] | None = None
    top_k: LastTokens | None = None
    top_p: Share | None = None
    min_p: Share | None = None
    top_n_sigma: Number | None = None
    typical_p: Share | None = None
    min_keep: Count | None = None
    repeat_penalty: Annotated[float, Meta(gt=0, le=100)] | None = None
    repeat_last_n: LastTokens | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    xtc_probability: Share | None = None
    xtc_threshold: Share | None = None
    dynatemp_range: Positive | None = None
    dynatemp_exponent: Positive | None = None
    mirostat: Annotated[int, Meta(ge=0, le=2)] | None = None
    mirostat_tau: Positive | None = None
    mirostat_eta: Positive | None = None
    adaptive_target: Number | None = None
    adaptive_decay: Share | None = None
    dry_multiplier: Positive | None = None
    dry_base: Positive | None = None
    dry_allowed_length: Count | None = None
    dry_penalty_last_n: LastTokens | None = None
    dry_sequence_breakers: Annotated[list[str], Meta(max_length=32)] | None = None
    samplers: str | list[str] | None = None
    logit_bias: dict[str, float | bool] | list[Any] | None = None
    ignore_eos: bool | None = None
    seed: int | None = None

    def sampling(self) -> Sampling:
        """The same for the engine; what was not sent keeps the server's default.

        Raises: BadRequest.
        """
        sent: dict[str, Any] = {
            name: value for name in _SPOKEN if (value := getattr(self, name)) is not None
        }
        if sent.get("top_k") == -1:
            sent["top_k"] = 0
        if self.seed is not None:
            # Source: llama.h, LLAMA_DEFAULT_SEED: unsigned 32 bits, of which all ones mean random.
            sent["seed"] = None if self.seed in (-1, 2**32 - 1) else self.seed % (2**32 - 1)
        if self.dry_sequence_breakers is not None:
            sent["dry_sequence_breakers"] = tuple(self.dry_sequence_breakers)
        if self.samplers is not None:
            sent["samplers"] = token_names.samplers(self.samplers)
        if self.logit_bias:
            sent["logit_bias"] = token_names.biases(self.logit_bias, services().engine.model)
        return replace(services().defaults.sampling, **sent)


class Adapter(msgspec.Struct):
    """A LoRA adapter and how much of it; what is not named is off."""

    id: Count
    scale: Number


class GenerationFields(SamplingFields, kw_only=True):
    """What is generated, and with which of the server's means."""

    max_tokens: Limit | None = None
    n_predict: Limit | None = None
    n_keep: LastTokens | None = None
    n_discard: Count | None = None
    stop: StopString | Annotated[list[StopString], Meta(max_length=32)] | None = None
    n_probs: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] | None = None
    post_sampling_probs: bool | None = None
    cache_prompt: bool | None = None
    pinned: bool | None = None
    id_slot: LastTokens | None = None
    lora: list[Adapter] | None = None
    t_max_predict_ms: LastTokens | None = None
    timings_per_token: bool | None = None
    return_progress: bool | None = None
    stream: bool | None = None
    verbose: bool | None = None

    def most_tokens(self) -> int | None:
        """How long the answer may become; None: as long as the context allows."""
        for name in ("max_completion_tokens", "max_tokens", "n_predict"):
            limit: int | None = getattr(self, name, None)
            if limit is not None:
                return None if limit == -1 else limit
        return services().defaults.max_tokens

    def stops(self) -> tuple[str, ...]:
        """The strings that end an answer."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    def probabilities(self) -> int:
        """How many alternatives of each token to tell."""
        return self.n_probs or 0

    def generation(self, prompt: Seen = NOTHING) -> Generation:
        """What the engine is asked for. Raises: BadRequest."""
        late_ms = self.t_max_predict_ms or 0
        return Generation(
            prompt.tokens,
            self.most_tokens(),
            self.sampling(),
            probabilities=self.probabilities(),
            post_sampling=bool(self.post_sampling_probs),
            keep_cache=self.cache_prompt is not False,
            pinned=bool(self.pinned),
            keep=services().defaults.keep_tokens if self.n_keep is None else self.n_keep,
            discard=self.n_discard or 0,
            slot=None if self.id_slot in (None, -1) else self.id_slot,
            adapters=None
            if self.lora is None
            else tuple((each.id, each.scale) for each in self.lora),
            time_limit_s=late_ms / 1000 if late_ms > 0 else None,
            progress=bool(self.stream and self.return_progress),
            timed=bool(self.stream and self.timings_per_token),
            pictures=prompt.pictures,
        )


def not_supported(field: str) -> NotSupported:
    """The refusal of one field."""
    return NotSupported(_NOT_SUPPORTED.filled(field=field), field)


def refuse(request: msgspec.Struct, neutral: dict[str, tuple[object, ...]]) -> None:
    """Nothing that was asked for is left out silently.

    `neutral`: what a field that is not supported may hold all the same; null always may.
    Raises: NotSupported.
    """
    for name, values in neutral.items():
        value = getattr(request, name)
        if value is not None and value not in values:
            raise not_supported(name)
