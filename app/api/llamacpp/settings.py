"""What an answer was generated with, as llama-server tells it. Source: server-task.cpp."""

from __future__ import annotations

from typing import Any

from app.engine.model import Model
from app.engine.request import Generation, Sampling

_SAME = (
    *("temperature", "dynatemp_range", "dynatemp_exponent", "top_k", "top_p", "min_p"),
    *("top_n_sigma", "xtc_probability", "xtc_threshold", "typical_p", "repeat_last_n"),
    *("repeat_penalty", "presence_penalty", "frequency_penalty", "dry_multiplier", "dry_base"),
    *("dry_allowed_length", "dry_penalty_last_n", "mirostat", "mirostat_tau", "mirostat_eta"),
    *("adaptive_target", "adaptive_decay", "ignore_eos", "min_keep"),
)
RANDOM = 2**32 - 1  # LLAMA_DEFAULT_SEED


def settings_fields(
    generation: Generation, model: Model, stops: tuple[str, ...] = (), stream: bool = False
) -> dict[str, Any]:
    """`generation_settings` of an answer, and `params` of a slot."""
    sampling = generation.sampling
    most = -1 if generation.max_tokens is None else generation.max_tokens
    return {
        "seed": RANDOM if sampling.seed is None else sampling.seed,
        **{name: getattr(sampling, name) for name in _SAME},
        "dry_sequence_breakers": list(sampling.dry_sequence_breakers),
        "stop": list(stops),
        "max_tokens": most,
        "n_predict": most,
        "stream": stream,
        "logit_bias": _biases(sampling, model),
        "n_probs": generation.probabilities,
        "grammar": sampling.grammar.text if sampling.grammar else "",
        "grammar_lazy": bool(sampling.grammar and sampling.grammar.lazy),
        "samplers": list(sampling.samplers),
        "post_sampling_probs": generation.post_sampling,
        "lora": [{"id": id_, "scale": scale} for id_, scale in generation.adapters or ()],
    }


def _biases(sampling: Sampling, model: Model) -> list[dict[str, Any]]:
    ends = model.end_tokens if sampling.ignore_eos else ()
    biases = (*sampling.logit_bias, *((token, float("-inf")) for token in ends))
    # JSON has no infinity: that is null.
    return [{"bias": bias, "token": token} for token, bias in biases]
