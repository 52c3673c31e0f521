"""GET /metrics: what was done since the start. Source: prometheus.io, "Text-based format"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint, Response

from app.api.services import services
from app.engine.engine import Stats
from app.engine.metrics import Metrics
from app.errors import SwitchedOff
from app.language import Text

metrics = Blueprint("llamacpp_metrics", __name__)

_OFF = Text(
    "This server does not support metrics. Start it with --metrics.",
    "未启用指标，请用 --metrics 启动。",
)


class Metric(NamedTuple):
    """One line, with its name and meaning as in llama-server."""

    kind: str
    name: str
    help: str
    value: float


@metrics.get("/metrics")
def tell() -> Response:
    """Counters and gauges for Prometheus."""
    if not services().endpoints.metrics:
        raise SwitchedOff(_OFF)
    engine, embedder = services().engine, services().embedder
    done = engine.metrics() + (embedder.metrics if embedder else Metrics())
    rates = services().window.rates(done)
    text = "".join(_lines(_metrics(done, rates, engine.stats())))
    response = Response(text, content_type="text/plain; version=0.0.4")
    response.headers["Process-Start-Time-Unix"] = str(services().started)
    return response


def _lines(found: Iterator[Metric]) -> Iterator[str]:
    for kind, name, help_, value in found:
        name = f"llamacpp:{name}"
        yield f"# HELP {name} {help_}\n# TYPE {name} {kind}\n{name} {value:.12g}\n"


def _metrics(done: Metrics, rates: tuple[float, float], stats: Stats) -> Iterator[Metric]:
    for name, help_, value in (
        (
            "prompt_tokens_total",
            "Prompt tokens read, without those in a cache.",
            done.prompt_tokens,
        ),
        ("prompt_tokens_cached_total", "Prompt tokens found in a cache.", done.cached_tokens),
        ("prompt_seconds_total", "Time in which prompts were read.", done.prompt_s),
        ("tokens_predicted_total", "Tokens written.", done.predicted_tokens),
        ("tokens_predicted_seconds_total", "Time in which they were written.", done.predicted_s),
        ("n_decode_total", "Calls of llama_decode.", done.decode_calls),
        ("n_tokens_max", "Most tokens that a sequence has held.", done.most_tokens),
        ("spec_decode_num_drafts_total", "Drafts that were checked.", done.drafts),
        ("spec_decode_num_draft_tokens_total", "Tokens of these drafts.", done.drafted_tokens),
        ("spec_decode_num_accepted_tokens_total", "Of these, right ones.", done.accepted_tokens),
    ):
        yield Metric("counter", name, help_, value)
    for name, help_, value in (
        ("prompt_tokens_seconds", "Prompt tokens per second, since the last look.", rates[0]),
        ("predicted_tokens_seconds", "Tokens written per second, likewise.", rates[1]),
        ("requests_processing", "Requests that hold a slot.", stats.running),
        ("requests_deferred", "Requests that wait for a slot.", stats.waiting),
        (
            "n_busy_slots_per_decode",
            "Slots per call of llama_decode.",
            done.busy_slots / max(1, done.decode_calls),
        ),
    ):
        yield Metric("gauge", name, help_, value)
