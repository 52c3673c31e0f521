from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.grammar.gbnf import check_grammar, read
from app.engine.grammar.productions import Characters, Ref, TokenElement
from app.engine.request import Grammar
from app.errors import BadRequest

JSON = r"""
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
array  ::= "[" ws ( value ("," ws value)* )? "]" ws
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,3})? ws
ws ::= | " " | "\n" [ \t]{0,20}
"""


def refused(text: str, **more: object) -> str:
    started = time.monotonic()
    with pytest.raises(BadRequest) as error:
        check_grammar(Grammar(text, **more))  # type: ignore[arg-type]
    assert error.value.field == "grammar"
    assert time.monotonic() - started < 5
    return error.value.message.en


def test_the_grammar_of_json_passes() -> None:
    check_grammar(Grammar(JSON))


def test_literals_classes_references_and_tokens_are_read() -> None:
    rules = read(
        'root ::= "a\\n" [^x-z\\]] other . <think> !<[7]> |"" # nothing\nother ::= "é"'
    ).rules
    assert rules[0] == (
        (
            Characters(((97, 97),)),
            Characters(((10, 10),)),
            Characters(((120, 122), (93, 93)), negated=True),
            Ref(1),
            Characters((), negated=True),
            TokenElement("<think>"),
            TokenElement("!<[7]>"),
        ),
        (),
    )
    assert rules[1] == ((Characters(((0xE9, 0xE9),)),),)


def test_repetitions_become_rules() -> None:
    a = Characters(((97, 97),))
    assert read('root ::= "a"{2}').rules == (((a, a),),)
    assert read('root ::= "a"+').rules == (((a, Ref(1)),), ((a, Ref(1)), ()))
    assert read('root ::= "a"{1,3}').rules[0] == ((a, Ref(2)),)
    assert read('root ::= "a"{1,3}').rules[1:] == (((a,), ()), ((a, Ref(1)), ()))


def test_lines_may_be_continued_within_brackets_and_before_alternatives() -> None:
    text = 'root ::= (\n  "a" # one\n  | "b"\n) |\n  "c"\n\n'
    assert read(text).rules[0] == ((Ref(1),), (Characters(((99, 99),)),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no rule root"),
        ('start ::= "a"', "no rule root"),
        ("root ::= missing", "no rule missing"),
        ("root ::= this is (not valid GBNF", "line 1"),
        ('root ::= "a"\nother := "b"', "line 2: ::="),
        ('root ::= "a', "closing"),
        ("root ::= [a", "closing"),
        (r'root ::= "\q"', "line 1"),
        ("root ::= *", "something to repeat"),
        ('root ::= ""*', "something to repeat"),
        ('root ::= "a"{,3}', "least,most"),
        ('root ::= "a"{3,1}', "least first"),
        ('root ::= "a"{99999}', "repetitions up to"),
        ('root ::= ("a"? "b"?){1000}', "repetitions up to"),
        ("root ::= <", "a token"),
        ("root ::= under_score", "end of the line"),
        ('root ::= "a"\0', "text"),
        ('root ::= "\ud800"', "text"),
    ],
)
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    assert says in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        'root ::= root "a" | "a"',
        'root ::= a\na ::= b "x" | "y"\nb ::= a',
        # Hidden behind a rule that may be nothing.
        'root ::= b root "x" | "c"\nb ::= c\nc ::= "z" | ""',
        'root ::= a "x"\na ::= n root\nn ::= "y"?',
        "root ::= root",
    ],
)
def test_left_recursion_is_refused(text: str) -> None:
    assert "left recursive" in refused(text)


def chained(body: str, last: str, count: int) -> str:
    rules = [f"root ::= {body.replace('X', 'r1')}"]
    rules += [f"r{n} ::= {body.replace('X', f'r{n + 1}')}" for n in range(1, count)]
    return "\n".join([*rules, f"r{count} ::= {last}"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("root ::= " + "(" * 100_000 + '"a"' + ")" * 100_000, id="deep brackets"),
        pytest.param("root ::= " + "(" * 1000 + '"a"' + ")" * 1000, id="brackets"),
        pytest.param(chained("X", '"a"', 20_000), id="long chain of rules"),
        pytest.param(chained("X | X", '"a"', 60), id="every rule twice"),
        pytest.param(chained('X "a" | X "b"', '"c"', 60), id="every rule twice, going on"),
        pytest.param('root ::= "' + "a" * 2000 + '"{2000}', id="long copies"),
        pytest.param(
            "root ::= " + "".join(f'("a"{{{n}}})?' for n in [2000] * 100), id="many copies"
        ),
        pytest.param("root ::= " + " | ".join(f'"{n}"' for n in range(30_000)), id="wide"),
        pytest.param('root ::= x\nx ::= "=" x "a" | "=" x "b" | "c"', id="ambiguous"),
        pytest.param(
            'root ::= "z" x\nx ::= "a" y "1" | "c"\ny ::= "b" x "2" | "b" x "3"', id="later"
        ),
        pytest.param('root ::= ("a" root | "a" root "b" | "a" root "c" | "d")', id="in brackets"),
        pytest.param("x" * 1_000_000, id="long"),
        pytest.param("root ::= " + "(" * 50 + '"a"' + "){0,2000}" * 50, id="nested repetitions"),
    ],
)
def test_hostile_grammars_are_refused_quickly(text: str) -> None:
    refused(text)


def test_thousands_of_nullable_rules_are_measured_quickly() -> None:
    names = [f"a{n}" for n in range(3000)]
    text = "root ::= " + " ".join(names) + "\n" + "\n".join(f'{name} ::= | "x"' for name in names)
    assert "too many beginnings" in refused(text)


@pytest.mark.parametrize("text", ['"" | [^a] root root', '([a-z]+)+ "."', "(.? .? .?)*"])
def test_a_text_that_is_read_in_ever_more_ways_is_found(text: str) -> None:
    assert "ambiguous" in refused(f"root ::= {text}")


def test_what_people_write_is_not_mistaken_for_hostile() -> None:
    check_grammar(Grammar("root ::= [a-z]* [a-z ]* .*"))
    check_grammar(Grammar('root ::= ("a"? " "?)* "."'))
    check_grammar(Grammar('root ::= (ws | note)* "x"\nws ::= [ ]?\nnote ::= "#" [a-z]*'))
    check_grammar(Grammar("root ::= " + " | ".join(f'"city {n}"' for n in range(900))))
    check_grammar(Grammar('root ::= [^"]{0,2000} ("," [a-z]+){0,50}'))
    check_grammar(Grammar('root ::= item+\nitem ::= "- " [^\\n]+ "\\n"'))
    check_grammar(
        Grammar('root ::= expr\nexpr ::= term ([-+*/] term)*\nterm ::= [0-9]+ | "(" expr ")"')
    )


def test_a_lazy_grammar_needs_a_trigger_that_is_a_regular_expression() -> None:
    check_grammar(Grammar('root ::= "a"', lazy=True, trigger_patterns=("<tool>",)))
    check_grammar(Grammar('root ::= "a"', lazy=True, trigger_tokens=(5,)))
    assert "trigger" in refused('root ::= "a"', lazy=True)
    assert "regular expression" in refused('root ::= "a"', lazy=True, trigger_patterns=("(",))


@given(st.text('root:= "a[]()*+?{}|<>!^-\\n0,1\n#.', max_size=60))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    for grammar in (text, f"root ::= {text}"):
        with suppress(BadRequest):
            check_grammar(Grammar(grammar))
