from __future__ import annotations

import pytest

from app.errors import TooManyTries, WrongCode
from app.security.pairing import FREE_TRIES, LIFE_S, Pairing


class Clock:
    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pairing(clock: Clock) -> Pairing:
    return Pairing(clock)


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 10**6:06}"


@pytest.mark.parametrize("part", ["pin", "code"])
def test_an_invitation_admits_one_and_no_second(pairing: Pairing, part: str) -> None:
    invitation = pairing.current()
    assert invitation == pairing.current()
    pairing.redeem(getattr(invitation, part))
    for text in (invitation.pin, invitation.code):
        with pytest.raises(WrongCode):
            pairing.redeem(text)
    assert pairing.current().code != invitation.code


def test_digits_may_be_typed_in_groups(pairing: Pairing) -> None:
    pin = pairing.current().pin
    pairing.redeem(f" {pin[:3]} {pin[3:]}\n")


def test_it_is_short_lived_and_a_clock_set_back_gives_it_no_more_time(
    pairing: Pairing, clock: Clock
) -> None:
    for jump in (LIFE_S + 1, -3600.0):
        invitation = pairing.current()
        clock.now += jump
        with pytest.raises(WrongCode):
            pairing.redeem(invitation.code)
        assert pairing.current().code != invitation.code


def test_nothing_is_admitted_before_a_code_was_shown(pairing: Pairing) -> None:
    for text in ("", "000000"):
        with pytest.raises(WrongCode):
            pairing.redeem(text)


def test_guesses_wear_the_digits_out_and_have_to_wait_longer_each_time(
    pairing: Pairing, clock: Clock
) -> None:
    invitation = pairing.current()
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongCode):
            pairing.redeem(wrong(invitation.pin))
    with pytest.raises(TooManyTries) as refused:
        pairing.redeem(invitation.pin)
    clock.now += refused.value.retry_after_s
    with pytest.raises(WrongCode):  # worn out
        pairing.redeem(invitation.pin)
    with pytest.raises(TooManyTries) as again:
        pairing.redeem(pairing.current().pin)
    assert again.value.retry_after_s > refused.value.retry_after_s
    clock.now += again.value.retry_after_s
    pairing.redeem(pairing.current().pin)


def test_whoever_scans_does_not_wait_for_those_who_guess(pairing: Pairing) -> None:
    invitation = pairing.current()
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongCode):
            pairing.redeem(wrong(invitation.pin))
    pairing.redeem(invitation.code)


def test_keys_are_guessed_as_slowly(pairing: Pairing) -> None:
    pairing.redeem("key", lambda sent: sent == b"key")
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongCode):
            pairing.redeem("guess", lambda sent: sent == b"key")
    with pytest.raises(TooManyTries):
        pairing.redeem("key", lambda sent: sent == b"key")
