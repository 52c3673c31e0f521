"""Who asks: the profile that a request names, opened with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.api.services import services

if TYPE_CHECKING:
    from app.conversations.conversations import Conversation
    from app.conversations.profiles import Profile

HEADER = "Assistant-Profile"
"""A profile's id; behind a PIN, its key after a colon."""


def asker() -> Profile:
    """The profile of this request; where it names none, the first one.

    Raises: NotFound; ProfileLocked; SwitchedOff; HistoryFailed.
    """
    uid, _, key = request.headers.get(HEADER, "").strip().partition(":")
    return services().conversing.profiles.opened(uid or None, key)


def conversation(uid: str) -> Conversation:
    """A conversation of who asks. Raises: NotFound; and as `asker`."""
    return services().conversing.conversations.get(asker(), uid)
