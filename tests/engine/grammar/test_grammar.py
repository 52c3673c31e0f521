"""Answers within a grammar, on the tiny model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.llama import LlamaCpp
from app.engine.request import Generation, Grammar, Sampling
from app.errors import BadRequest
from tests.engine.grammar.test_gbnf import JSON
from tests.loaded import generate, loaded, text_of

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def llama(model_path: Path) -> Iterator[LlamaCpp]:
    with loaded(model_path) as llama:
        yield llama


def answer(llama: LlamaCpp, grammar: Grammar, most: int = 24, **more: Any) -> str:
    text = "<|im_start|>user\nName a fruit.<|im_end|>\n<|im_start|>assistant\n"
    prompt = llama.tokenize(text, special=True, begin=False)
    asked = more.pop("sampling", Sampling(temperature=0, grammar=grammar))
    return text_of(llama, generate(llama, Generation(prompt, most, asked, **more)))


def test_the_answer_fits_the_grammar_and_ends_with_it(llama: LlamaCpp) -> None:
    assert answer(llama, Grammar('root ::= ("yes" | "no")')) in ("yes", "no")
    assert re.fullmatch(r"\d{3} apples", answer(llama, Grammar('root ::= [0-9]{3} " apples"')))
    assert answer(llama, Grammar('root ::= "水果：" ("苹果" | "梨")')) in ("水果：苹果", "水果：梨")


def test_json_is_json(llama: LlamaCpp) -> None:
    grammar = Grammar(JSON.replace("root   ::= object", 'root ::= "{" ws string ":" ws number "}"'))
    found = json.loads(answer(llama, grammar, 60))
    assert len(found) == 1


def test_what_may_be_nothing_may_be_repeated(llama: LlamaCpp) -> None:
    said = answer(llama, Grammar('root ::= ([a-z]{1,5}? " "?)* "."'), 12)
    assert re.fullmatch(r"[a-z ]*\.?", said)


def test_another_rule_may_be_the_root(llama: LlamaCpp) -> None:
    assert answer(llama, Grammar('a ::= "A"\nroot ::= a a', root="a")) == "A"


def test_a_seed_and_probabilities_work_within_a_grammar(llama: LlamaCpp) -> None:
    grammar = Grammar("root ::= [a-z]{8}")
    sampling = Sampling(seed=5, temperature=1.5, grammar=grammar)
    first = answer(llama, grammar, sampling=sampling)
    assert re.fullmatch("[a-z]{8}", first)
    assert first == answer(llama, grammar, sampling=sampling, probabilities=3)
    assert first == answer(llama, grammar, sampling=sampling, probabilities=3, post_sampling=True)


def test_an_answer_that_cannot_go_on_ends(llama: LlamaCpp) -> None:
    # No token of this model's is the character itself, and 0xFF is never part of one.
    assert answer(llama, Grammar('root ::= "a" [^\\x00-\\U0010FFFF] "b"')) == "a"


def test_a_forbidden_end_does_not_keep_a_complete_answer_going(llama: LlamaCpp) -> None:
    grammar = Grammar('root ::= "yes"')
    sampling = Sampling(temperature=0, ignore_eos=True, grammar=grammar)
    assert answer(llama, grammar, sampling=sampling) == "yes"


def test_a_lazy_grammar_binds_from_its_trigger_on(llama: LlamaCpp) -> None:
    free = answer(llama, Grammar('root ::= "x"', lazy=True, trigger_patterns=("never said",)), 20)
    assert " fruit" in free
    before = free[: free.index(" fruit")]
    for grammar in (
        Grammar('root ::= " fruit" "=ABC"', lazy=True, trigger_patterns=(" fruit",)),
        # From the middle of a token on, by what a group matches.
        Grammar('root ::= "ruit" "=ABC"', lazy=True, trigger_patterns=(r"f(ruit)",)),
        Grammar(
            'root ::= " fruit" "=ABC"',
            lazy=True,
            trigger_tokens=llama.tokenize(" fruit", special=True, begin=False),
        ),
    ):
        assert answer(llama, grammar, 40) == before + " fruit=ABC"


def test_control_tokens_may_be_part_of_a_grammar(llama: LlamaCpp) -> None:
    grammar = Grammar('root ::= "a" <|im_start|> "b" !<|im_start|>')
    assert answer(llama, grammar, 4).startswith("ab")


def test_a_grammar_that_takes_ever_longer_ends_the_answer(
    llama: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engine.grammar.grammar.PATIENCE_S", -1.0)
    assert answer(llama, Grammar("root ::= [a-z]{100}"), 30) == ""


def test_a_trigger_that_does_not_fit_its_grammar_is_no_crash(llama: LlamaCpp) -> None:
    wrong = Grammar('root ::= "somewhere else"', lazy=True, trigger_patterns=(" fruit",))
    free = Grammar('root ::= "x"', lazy=True, trigger_patterns=("never said",))
    assert answer(llama, wrong, 16) == answer(llama, free, 16)


@pytest.mark.parametrize(
    "grammar",
    [
        Grammar("root ::= ("),
        Grammar("root ::= root"),
        Grammar('root ::= "a"', root="other"),
        Grammar("root ::= <no-such-token-at-all>"),
        Grammar("root ::= !<[99999999]>"),
        Grammar('root ::= "a"', lazy=True, trigger_patterns=("(",)),
    ],
)
def test_a_grammar_that_cannot_be_used_is_refused_before(llama: LlamaCpp, grammar: Grammar) -> None:
    with pytest.raises(BadRequest) as refused:
        llama.check(Sampling(grammar=grammar))
    assert refused.value.field == "grammar"
