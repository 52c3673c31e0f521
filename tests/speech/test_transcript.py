from __future__ import annotations

import pytest

from app.speech.transcript import room_for


@pytest.mark.parametrize(
    ("seconds", "room"), [(0.5, 15), (14, 15), (14.1, 20), (24, 25), (24.5, 0), (28.8, 0)]
)
def test_what_is_short_takes_less_room(seconds: float, room: float) -> None:
    assert room_for(seconds) == room
