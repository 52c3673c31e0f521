from __future__ import annotations

import io

import pytest

from app.cli.help import page
from app.cli.terminal import Terminal
from app.cli.verbs import CHAT, DOCTOR, SERVE, VERBS, Verb
from app.cli.width import columns
from app.language import Language
from app.settings import OPTIONS


@pytest.fixture(params=["en", "zh"])
def terminal(request: pytest.FixtureRequest) -> Terminal:
    language: Language = request.param
    return Terminal(language, io.StringIO(), io.StringIO())


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name or "serve")
def test_no_line_is_wider_than_80_columns(verb: Verb, terminal: Terminal) -> None:
    assert max(map(columns, page(verb, terminal).splitlines())) <= 80


def test_every_flag_stands_in_it(terminal: Terminal) -> None:
    told = page(SERVE, terminal)
    for option in OPTIONS:
        assert ", ".join(option.flags) in told
        if option.kind.placeholder and option.default:
            assert option.default in told


def test_every_verb_stands_in_it(terminal: Terminal) -> None:
    assert all(verb.name in page(SERVE, terminal) for verb in VERBS)


def test_a_verbs_own_flags_stand_in_its_help_alone(terminal: Terminal) -> None:
    assert "--json" in page(DOCTOR, terminal)
    assert "  --json" not in page(CHAT, terminal)
