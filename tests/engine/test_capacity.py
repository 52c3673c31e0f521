from __future__ import annotations

import pytest

from app.engine.capacity import context_tokens
from app.errors import BadFile


def test_a_context_is_as_large_as_asked_for() -> None:
    assert context_tokens(asked=5000, trained=1000, token_bytes=10, free_bytes=10**6) == 5000


def test_by_default_it_is_what_the_model_was_trained_for() -> None:
    assert context_tokens(asked=0, trained=8192, token_bytes=10, free_bytes=10**6) == 8192


def test_by_default_it_takes_half_of_the_free_memory_at_most() -> None:
    assert context_tokens(asked=0, trained=8192, token_bytes=100, free_bytes=10**6) == 4864


def test_more_than_there_is_memory_for_is_refused_with_both_sizes() -> None:
    with pytest.raises(BadFile, match=r"100000 tokens takes 10\.0 GB of memory, and 2\.0 GB"):
        context_tokens(asked=100_000, trained=8192, token_bytes=100_000, free_bytes=2 * 10**9)


def test_a_machine_with_no_memory_for_the_least_context_is_told_so() -> None:
    with pytest.raises(BadFile, match="512 tokens"):
        context_tokens(asked=0, trained=8192, token_bytes=10**6, free_bytes=10**8)
