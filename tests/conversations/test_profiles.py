from __future__ import annotations

from pathlib import Path

import pytest

from app.conversations import pins
from app.conversations.profiles import Profiles
from app.conversations.schema import SCHEMA, VERSION
from app.errors import ProfileLocked, TooManyTries
from app.storage import Storage


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "ROUNDS", 2)


def test_pins_are_stretched_as_rfc_8018_says() -> None:
    # Source: RFC 7914, 11: PBKDF2-HMAC-SHA-256 of "passwd", "salt", 1 round.
    key = pins._pbkdf2("passwd", b"salt", 1).hex()
    assert key == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
    assert pins._pbkdf2("Password", b"NaCl", 80000).hex().startswith("4ddcd8f60b98be21830cee5ef227")


@pytest.mark.usefixtures("quick_pins")
def test_a_pin_opens_its_profile_and_is_not_kept(tmp_path: Path) -> None:
    profiles = Profiles(Storage(tmp_path / "db", SCHEMA, VERSION))
    made = profiles.add("Ada", "1234")
    with pytest.raises(ProfileLocked):
        profiles.opened(made.uid, "")
    with pytest.raises(ProfileLocked):
        profiles.unlock(made.uid, "4321")
    key = profiles.unlock(made.uid, "1234")
    assert profiles.opened(made.uid, key).name == "Ada"
    assert "1234" not in (made.pin or "")
    changed = profiles.set_pin(made, "9876")
    with pytest.raises(ProfileLocked):  # what was opened with the old one is closed
        profiles.opened(made.uid, key)
    assert profiles.set_pin(changed, None).pin is None
    assert profiles.opened(made.uid, "").uid == made.uid


@pytest.mark.usefixtures("quick_pins")
def test_guessing_takes_longer_and_longer(tmp_path: Path) -> None:
    clock = Clock()
    profiles = Profiles(Storage(tmp_path / "db", SCHEMA, VERSION), clock)
    made = profiles.add("Ada", "1234")
    for _ in range(pins.FREE_TRIES):
        with pytest.raises(ProfileLocked):
            profiles.unlock(made.uid, "0000")
    with pytest.raises(TooManyTries) as refused:
        profiles.unlock(made.uid, "1234")
    assert refused.value.retry_after_s >= pins.FIRST_WAIT_S
    clock.now += pins.FIRST_WAIT_S + 1
    with pytest.raises(ProfileLocked):
        profiles.unlock(made.uid, "0000")
    clock.now += pins.FIRST_WAIT_S + 1  # twice as long now
    with pytest.raises(TooManyTries):
        profiles.unlock(made.uid, "1234")
    clock.now += pins.FIRST_WAIT_S
    assert profiles.unlock(made.uid, "1234")


def test_there_is_always_someone(tmp_path: Path) -> None:
    profiles = Profiles(Storage(tmp_path / "db", SCHEMA, VERSION))
    assert profiles.opened(None, "").name == ""
