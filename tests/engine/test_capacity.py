from __future__ import annotations

import pytest

from app.engine.capacity import context_tokens, sequences
from app.errors import BadFile


def test_a_context_is_as_large_as_asked_for() -> None:
    assert context_tokens(asked=5000, trained=1000, token_bytes=10, free_bytes=10**6) == 5000


def test_by_default_it_grows_where_memory_is_cheap_up_to_the_trained_length() -> None:
    def tokens(trained: int, free_bytes: int) -> int:
        return context_tokens(None, trained, token_bytes=10_000, free_bytes=free_bytes)

    assert tokens(trained=32_768, free_bytes=10**9) == 8192
    assert tokens(trained=32_768, free_bytes=4 * 10**9) == 24_832
    assert tokens(trained=32_768, free_bytes=10**11) == 32_768
    assert tokens(trained=2048, free_bytes=10**11) == 2048
    assert tokens(trained=32_768, free_bytes=10**8) == 4864


def test_as_many_answers_run_as_the_context_has_place_for() -> None:
    assert sequences(None, context=8192, sequence_bytes=0, free_bytes=10**9) == 16
    assert sequences(None, context=2048, sequence_bytes=0, free_bytes=10**9) == 4
    assert sequences(None, context=300, sequence_bytes=0, free_bytes=10**9) == 1
    assert sequences(3, context=300, sequence_bytes=0, free_bytes=10**9) == 3


def test_sequences_that_take_memory_of_their_own_are_fewer() -> None:
    assert sequences(None, context=8192, sequence_bytes=10**7, free_bytes=10**9) == 6
    assert sequences(None, context=8192, sequence_bytes=10**9, free_bytes=10**9) == 1


def test_asked_for_zero_it_is_what_the_model_was_trained_for() -> None:
    assert context_tokens(asked=0, trained=8192, token_bytes=10, free_bytes=10**6) == 8192


def test_it_takes_half_of_the_free_memory_at_most() -> None:
    assert context_tokens(asked=0, trained=8192, token_bytes=100, free_bytes=10**6) == 4864


def test_more_than_there_is_memory_for_is_refused_with_both_sizes() -> None:
    with pytest.raises(BadFile, match=r"100000 tokens takes 10\.0 GB of memory, and 2\.0 GB"):
        context_tokens(asked=100_000, trained=8192, token_bytes=100_000, free_bytes=2 * 10**9)


def test_a_machine_with_no_memory_for_the_least_context_is_told_so() -> None:
    with pytest.raises(BadFile, match="512 tokens"):
        context_tokens(asked=0, trained=8192, token_bytes=10**6, free_bytes=10**8)
