from __future__ import annotations

from app.knowledge.fusion import fused


def ranking(*items: str, trust: float = 1.0) -> list[tuple[str, float]]:
    return [(item, trust) for item in items]


def test_what_both_rankings_like_comes_first():
    both = fused([ranking("a", "b", "c"), ranking("d", "b", "e")])
    assert both[0][0] == "b"
    assert {item for item, _ in both} == set("abcde")


def test_one_ranking_alone_keeps_its_order():
    assert [item for item, _ in fused([ranking("x", "y"), []])] == ["x", "y"]


def test_a_ranking_that_is_not_trusted_moves_nothing():
    trusted = ranking("a", "b", "c")
    order = [item for item, _ in fused([ranking("z", "y", "x", trust=0.0), trusted])]
    assert order[:3] == ["a", "b", "c"]
