from __future__ import annotations

import io

from app.cli.terminal import Terminal
from app.cli.width import columns
from app.language import Text
from tests.cli.surroundings import Screen

LABEL = Text("Loading", "加载")


def test_a_sentence_comes_in_the_terminals_language() -> None:
    out = io.StringIO()
    Terminal("zh", out, out).say(LABEL)
    assert out.getvalue() == "加载\n"


def test_facts_and_remarks_go_to_different_streams() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal("en", out, err)
    terminal.say("fact")
    terminal.note("remark")
    assert (out.getvalue(), err.getvalue()) == ("fact\n", "remark\n")


def test_a_bar_grows_with_its_share(screen: Screen, terminal: Terminal) -> None:
    lengths = []
    for share in (0.0, 0.5, 1.0):
        screen.seek(0)
        screen.truncate()
        terminal.bar(LABEL, share)
        lengths.append(screen.getvalue().count("█"))
        assert columns(screen.getvalue().lstrip("\r")) < 80
    assert lengths[0] == 0 < lengths[1] < lengths[2]


def test_until_an_answer_begins_a_person_sees_that_it_will(
    screen: Screen, terminal: Terminal
) -> None:
    screen.watched = True
    with terminal.thinking() as stream:
        assert screen.getvalue() == "…"
        stream("yes")
        stream(" no")
    assert screen.getvalue() == "…\ryes no"


def test_a_program_that_reads_an_answer_gets_the_answer_alone(
    screen: Screen, terminal: Terminal
) -> None:
    with terminal.thinking() as stream:
        stream("yes")
    assert screen.getvalue() == "yes"
