from __future__ import annotations

from app.engine.metrics import Metrics, Window


def test_rates_are_of_what_was_done_since_the_last_look() -> None:
    window = Window()
    first = Metrics(prompt_tokens=10, prompt_s=2.0, predicted_tokens=6, predicted_s=2.0)
    assert window.rates(first) == (5.0, 3.0)
    assert window.rates(first) == (0.0, 0.0)
    more = Metrics(prompt_tokens=10, prompt_s=2.0, predicted_tokens=16, predicted_s=3.0)
    assert window.rates(more) == (0.0, 10.0)
