from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.prefixes.prefix import HostCache, Prefix, common_prefix, reusable

few = st.lists(st.integers(0, 2), max_size=300)


def kept(*tokens: int, size: int = 10, adapters: tuple[tuple[int, float], ...] = ()) -> Prefix:
    return Prefix(tokens, bytearray(size), adapters)


def test_a_common_prefix_ends_at_the_first_difference() -> None:
    assert common_prefix([1, 2, 3], (1, 2, 4, 5)) == 2
    assert common_prefix([1, 2], [1, 2, 3]) == 2
    assert common_prefix([], [1]) == 0


@given(few, few, few)
def test_a_common_prefix_of_any_length_is_found(
    same: list[int], one: list[int], other: list[int]
) -> None:
    first, second = same + one, same + other
    pairs = list(zip(first, second, strict=False))
    expected = next((n for n, (a, b) in enumerate(pairs) if a != b), len(pairs))
    assert common_prefix(first, second) == expected


def test_the_last_prompt_token_is_always_decoded_again() -> None:
    assert reusable([1, 2, 3, 4], [1, 2, 3], can_cut=True) == 2


def test_the_prefix_that_saves_most_is_found() -> None:
    cache = HostCache(1000, block=1)
    short, long = kept(1, 2), kept(1, 2, 3, 9)
    cache.put(short)
    cache.put(long)
    assert cache.best([1, 2, 3, 4], ()) == (long, 3)
    assert cache.best([5], ()) == (None, 0)
    assert cache.best([1, 2, 3], ((0, 1.0),)) == (None, 0)


def test_what_cannot_be_cut_is_kept_at_each_length_and_serves_whole() -> None:
    cache = HostCache(1000, can_cut=False, block=1)
    short, long = kept(1, 2), kept(1, 2, 3, 9)
    cache.put(short)
    cache.put(long)
    assert cache.best([1, 2, 3, 4], ()) == (short, 2)


def test_the_prefix_that_was_used_longest_ago_makes_room() -> None:
    cache = HostCache(25, block=1)
    first, second, third = kept(1, 1), kept(2, 2), kept(3, 3)
    cache.put(first)
    cache.put(second)
    cache.touch(first)
    cache.put(third)
    assert cache.bytes_held == 20
    assert cache.has([1, 1], ()) and cache.has([3, 3], ()) and not cache.has([2, 2], ())  # noqa: PT018


def test_a_longer_prefix_takes_the_place_of_its_own_beginning() -> None:
    cache = HostCache(1000, block=1)
    cache.put(kept(1, 2))
    cache.put(kept(1, 2, 3))
    assert cache.bytes_held == 10
    assert cache.has([1, 2], ())


def test_what_is_larger_than_the_limit_is_not_kept() -> None:
    cache = HostCache(5)
    cache.put(kept(1, 2))
    assert cache.bytes_held == 0


@given(st.lists(few, max_size=8), few, st.integers(1, 9))
def test_what_is_found_by_blocks_is_the_longest_but_for_a_part_of_a_block(
    items: list[list[int]], prompt: list[int], block: int
) -> None:
    cache = HostCache(10**6, block=block)
    for tokens in items:
        cache.put(kept(*tokens))
    prefix, saved = cache.best([*prompt, 9], ())
    longest = max((common_prefix(tokens, prompt) for tokens in items), default=0)
    assert saved >= longest // block * block
    assert prefix is None or common_prefix(prefix.tokens, prompt) == saved


@given(st.lists(st.tuples(few, st.integers(0, 40)), max_size=12), st.integers(0, 100))
def test_the_limit_is_never_passed(items: list[tuple[list[int], int]], limit: int) -> None:
    cache = HostCache(limit)
    for tokens, size in items:
        cache.put(kept(*tokens, size=size))
        assert cache.bytes_held <= limit
        assert cache.bytes_held == sum(len(each.data) for each in cache._kept)
