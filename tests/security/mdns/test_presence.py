from __future__ import annotations

import pytest

from app.security.mdns.message import (
    AAAA,
    ANY,
    NSEC,
    PTR,
    SRV,
    TXT,
    A,
    Message,
    Name,
    Question,
    Record,
    named,
)
from app.security.mdns.presence import SERVICE, SERVICES, Presence, contradicts

PRESENCE = Presence("assistant", "Assistant", 8080)
HERE, ELSEWHERE = "192.168.1.5", "192.168.1.6"
INSTANCE = (b"Assistant", *SERVICE)
HOST = named("assistant.local")


def asked(*questions: Question, known: tuple[Record, ...] = ()) -> list[int]:
    """The kinds of records of the answer."""
    answer = PRESENCE.answer(Message(questions=questions, answers=known), HERE)
    return [each.kind for each in answer.answers] if answer else []


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        (HOST, A, [A]),
        (named("ASSISTANT.Local"), A, [A]),
        (HOST, AAAA, [NSEC]),
        (HOST, ANY, [A, NSEC]),
        (SERVICE, PTR, [PTR]),
        (SERVICES, PTR, [PTR]),
        (INSTANCE, SRV, [SRV]),
        (INSTANCE, ANY, [SRV, TXT]),
        (named("other.local"), A, []),
        (HOST, TXT, []),
    ],
)
def test_who_asks_is_told_what_there_is(name: Name, kind: int, told: list[int]) -> None:
    assert asked(Question(name, kind)) == told


def test_what_is_known_is_not_told_again() -> None:
    known = Message(answers=PRESENCE.records(HERE)).answers
    assert asked(Question(HOST, A), known=known) == []


def test_only_another_address_contradicts_and_only_while_it_is_said() -> None:
    claims = PRESENCE.claims([HERE])
    (rival,) = (each for each in PRESENCE.records(ELSEWHERE) if each.kind == A)
    same = PRESENCE.records(HERE)
    gone = Record(rival.name, A, rival.data, seconds=0)
    assert contradicts(Message(is_response=True, answers=(rival,)), claims)
    assert not contradicts(Message(is_response=True, answers=same), claims)
    assert not contradicts(Message(is_response=True, answers=(gone,)), claims)
    other = Record(named("other.local"), A, rival.data, 9)
    assert not contradicts(Message(is_response=True, answers=(other,)), claims)


def test_of_two_that_want_the_name_at_once_one_gives_way() -> None:
    def wants(address: str) -> tuple[Record, ...]:
        return tuple(each for each in PRESENCE.claims([address]) if each.kind == A)

    assert contradicts(Message(claims=wants(ELSEWHERE)), wants(HERE))
    assert not contradicts(Message(claims=wants(HERE)), wants(ELSEWHERE))
