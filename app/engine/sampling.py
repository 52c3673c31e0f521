"""Which of llama.cpp's samplers run, in llama-server's order, and with what. Pure."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from app.engine.request import Sampling
from app.errors import BadRequest
from app.language import Text

NOT_A_NUMBER = Text(
    "{name} must be a finite number of ordinary size.", "{name} 必须是大小正常的有限数值。"
)
NOT_POSITIVE = Text("{name} must be greater than 0.", "{name} 必须大于 0。")
NOT_MIROSTAT = Text("mirostat is 0, 1 or 2.", "mirostat 只能是 0、1 或 2。")
UNKNOWN_SAMPLER = Text(
    "There is no sampler {name}. Known are: {known}.",
    "没有名为 {name} 的采样器。可用的有：{known}。",
)
UNKNOWN_TOKEN = Text(
    "logit_bias names token {token}, which this model does not have.",
    "logit_bias 中的词元 {token} 不在该模型的词表里。",
)
BAD_BIAS = Text(
    "The bias of token {token} must be a number, or -inf to forbid it.",
    "词元 {token} 的偏置必须是数字；用 -inf 表示禁止。",
)
TOO_MANY_BREAKERS = Text(
    "At most {most} dry_sequence_breakers can be given.", "dry_sequence_breakers 最多 {most} 个。"
)

Argument = float | tuple[str, ...] | tuple[tuple[int, float], ...]

LARGEST = 1e30  # beyond, sums of logits are no numbers any more
MOST_BREAKERS = 32  # each is compared with the whole vocabulary
MIROSTAT_TOKENS = 100  # m: how many tokens the estimate rests on
INFILL_TOKENS = 256
COLD = 1e-6  # a temperature as good as 0: logits divided by much less are no numbers any more


@dataclass(frozen=True, slots=True)
class Step:
    """One sampler of the chain: llama.cpp's `llama_sampler_init_<name>` and its arguments.

    A vocabulary that it wants as well is not among them; a tuple is passed as array and length.
    """

    name: str
    arguments: tuple[Argument, ...] = ()


def chain(
    sampling: Sampling,
    vocabulary: int,
    context_tokens: int,
    forbidden: tuple[int, ...] = (),
) -> tuple[Step, ...]:
    """The samplers that one answer needs; those that would change nothing are left out.

    Source: llama.cpp, common/sampling.cpp, `common_sampler_init`.
    """
    biases = sampling.logit_bias + tuple((token, -math.inf) for token in forbidden)
    bias = [Step("logit_bias", (vocabulary, biases))] if biases else []
    if sampling.mirostat:
        return (*bias, *_mirostat(sampling, vocabulary))
    make = _Steps(sampling, vocabulary, context_tokens)
    cold = sampling.temperature <= COLD and sampling.dynatemp_range <= 0
    if cold and "temperature" in sampling.samplers:
        return (*bias, *_greedy(make), Step("greedy"))
    steps = [step for name in sampling.samplers for step in make.of(name)]
    return (*bias, *steps, make.choice())


def penalized_tokens(steps: tuple[Step, ...]) -> int:
    """How many of a prompt's last tokens its samplers remember."""
    places = {"penalties": 1, "dry": 3}
    sizes = [step.arguments[places[step.name]] for step in steps if step.name in places]
    return max((int(size) for size in sizes if isinstance(size, int | float)), default=0)


def canonical(name: str) -> str | None:
    """The name of a sampler however it was written ("nucleus", "top-k", "temp"), if it is one.

    Source: llama.cpp, common/sampling.cpp, `common_sampler_types_from_names`.
    """
    plain = name.lower().replace("-", "").replace("_", "")
    aliases = {"nucleus": "top_p", "temp": "temperature", "typ": "typ_p", "typicalp": "typ_p"}
    return aliases.get(plain) or next(
        (known for known in _Steps.KNOWN if known.replace("_", "") == plain), None
    )


def check(sampling: Sampling, vocabulary: int) -> None:
    """Raises: BadRequest, for values that no sampler can work with."""
    for name, value in (
        (name, getattr(sampling, name))
        for name in Sampling.__dataclass_fields__
        if isinstance(getattr(sampling, name), int | float)
    ):
        if not abs(value) <= LARGEST:
            raise BadRequest(NOT_A_NUMBER.filled(name=name), field=name)
    if sampling.repeat_penalty <= 0:
        name = "repeat_penalty"
        raise BadRequest(NOT_POSITIVE.filled(name=name), field=name)
    if sampling.mirostat not in (0, 1, 2):
        raise BadRequest(NOT_MIROSTAT, field="mirostat")
    _check_lists(sampling, vocabulary)


def _check_lists(sampling: Sampling, vocabulary: int) -> None:
    for name in sampling.samplers:
        if name not in _Steps.KNOWN:
            known = ", ".join(_Steps.KNOWN)
            raise BadRequest(UNKNOWN_SAMPLER.filled(name=name, known=known), field="samplers")
    for token, bias in sampling.logit_bias:
        if not 0 <= token < vocabulary:
            raise BadRequest(UNKNOWN_TOKEN.filled(token=token), field="logit_bias")
        if not (abs(bias) <= LARGEST or bias == -math.inf):
            raise BadRequest(BAD_BIAS.filled(token=token), field="logit_bias")
    if len(sampling.dry_sequence_breakers) > MOST_BREAKERS:
        text = TOO_MANY_BREAKERS.filled(most=MOST_BREAKERS)
        raise BadRequest(text, field="dry_sequence_breakers")


_INFILL = Step("infill")


class _Steps:
    """Makes the step, if any is needed, for each of llama-server's names."""

    KNOWN = (
        *("penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p", "min_p", "xtc"),
        *("temperature", "infill", "adaptive_p"),
    )

    def __init__(self, sampling: Sampling, vocabulary: int, context_tokens: int) -> None:
        self.sampling = sampling
        self._vocabulary = vocabulary
        self._context_tokens = context_tokens
        self._seed = _seed(sampling.seed)

    def of(self, name: str) -> list[Step]:
        """The step for one name; none where it would change nothing."""
        makers: dict[str, Callable[[], list[Step]]] = {
            "penalties": self._penalties,
            "dry": self._dry,
            "xtc": self._xtc,
            "temperature": self._temperature,
            # It compares every token that is left with every other.
            "infill": lambda: [Step("top_k", (min(INFILL_TOKENS, self._vocabulary),)), _INFILL],
            "adaptive_p": lambda: [],  # it chooses, so it comes last
        }
        return makers[name]() if name in makers else self._cut(name)

    def choice(self) -> Step:
        """What picks one of the tokens that are left."""
        asked = self.sampling
        if "adaptive_p" in asked.samplers:
            return Step("adaptive_p", (asked.adaptive_target, asked.adaptive_decay, self._seed))
        return Step("dist", (self._seed,))

    def _cut(self, name: str) -> list[Step]:
        asked, keep = self.sampling, self._least(self.sampling.min_keep)
        cuts: dict[str, tuple[bool, Step]] = {
            "top_n_sigma": (asked.top_n_sigma > 0, Step("top_n_sigma", (asked.top_n_sigma,))),
            "top_k": (asked.top_k > 0, Step("top_k", (min(asked.top_k, self._vocabulary),))),
            "typ_p": (asked.typical_p < 1, Step("typical", (asked.typical_p, keep))),
            "top_p": (asked.top_p < 1, Step("top_p", (asked.top_p, keep))),
            "min_p": (asked.min_p > 0, Step("min_p", (asked.min_p, keep))),
        }
        active, step = cuts[name]
        return [step] if active else []

    def _penalties(self) -> list[Step]:
        repeat, frequency = self.sampling.repeat_penalty, self.sampling.frequency_penalty
        presence, last = self.sampling.presence_penalty, self._last(self.sampling.repeat_last_n)
        if last == 0 or (repeat, frequency, presence) == (1, 0, 0):
            return []
        return [Step("penalties", (self._vocabulary, last, repeat, frequency, presence))]

    def _dry(self) -> list[Step]:
        asked, last = self.sampling, self._last(self.sampling.dry_penalty_last_n)
        if last == 0 or asked.dry_multiplier == 0 or asked.dry_base < 1:
            return []
        allowed = self._least(asked.dry_allowed_length)
        breakers = tuple(each for each in asked.dry_sequence_breakers if each)
        return [Step("dry", (asked.dry_multiplier, asked.dry_base, allowed, last, breakers))]

    def _xtc(self) -> list[Step]:
        asked = self.sampling
        if asked.xtc_probability <= 0 or asked.xtc_threshold > 0.5:
            return []
        keep = self._least(asked.min_keep)
        return [Step("xtc", (asked.xtc_probability, asked.xtc_threshold, keep, self._seed))]

    def _temperature(self) -> list[Step]:
        asked = self.sampling
        if asked.dynatemp_range > 0:
            arguments = (asked.temperature, asked.dynatemp_range, asked.dynatemp_exponent)
            return [Step("temp_ext", arguments)]
        return [Step("temp", (asked.temperature,))]

    def _last(self, tokens: int) -> int:
        return self._context_tokens if tokens < 0 else min(tokens, self._context_tokens)

    def _least(self, tokens: int) -> int:
        return min(max(tokens, 0), self._vocabulary)


def _greedy(make: _Steps) -> list[Step]:
    """What comes before the likeliest token is taken; most samplers would never remove it."""
    names = make.sampling.samplers
    steps = [step for name in names[: names.index("temperature")] for step in make.of(name)]
    if any(step.name in ("typical", "xtc", "infill") for step in steps):
        return steps
    return [step for step in steps if step.name in ("penalties", "dry")]


def _mirostat(sampling: Sampling, vocabulary: int) -> tuple[Step, ...]:
    if sampling.temperature <= COLD:
        return (Step("greedy"),)
    seed, tau, eta = _seed(sampling.seed), sampling.mirostat_tau, sampling.mirostat_eta
    temperature = Step("temp", (sampling.temperature,))
    if sampling.mirostat == 1:
        tokens = min(MIROSTAT_TOKENS, vocabulary)
        return (temperature, Step("mirostat", (vocabulary, seed, tau, eta, tokens)))
    return (temperature, Step("mirostat_v2", (seed, tau, eta)))


def _seed(seed: int | None) -> int:
    # llama.cpp takes 32 bits, of which all ones mean "random": that choice is made here.
    return secrets.randbelow(2**32 - 1) if seed is None else seed % (2**32 - 1)
