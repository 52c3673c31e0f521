"""/v1/profiles: the people of a household, and their PINs."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.conversations.who import asker
from app.api.conversations.wire import Pin, Profile, ProfileList, told_profile
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.errors import BadRequest
from app.language import Text

profiles = Blueprint("conversations_profiles", __name__)

MOST_SETTINGS = 64 * 1024  # bytes of JSON
MOST_PROFILES = 50

_LAST = Text("The last profile cannot be removed.", "不能删除最后一个用户。")
_NOT_YOURS = Text("is not the profile that asks", "不是当前用户")
_TOO_LARGE = Text("is too large", "过大")
_TOO_MANY = Text("There are too many profiles already.", "用户数量已达上限。")

Name = Annotated[str, Meta(max_length=80)]


class NewProfile(msgspec.Struct):
    """A person's name, and if they want one, their PIN."""

    name: Name
    pin: Pin | None = None


class ChangedProfile(msgspec.Struct):
    """What is left out stays; `pin` null: none any more."""

    name: Name | None = None
    settings: dict[str, Any] | None = None
    pin: Pin | msgspec.UnsetType | None = msgspec.UNSET


class Unlocking(msgspec.Struct):
    """A PIN to try."""

    pin: Annotated[str, Meta(max_length=200)]


class Opened(msgspec.Struct):
    """What opens the profile: it goes behind its id and a colon in `Assistant-Profile`."""

    profile: Profile
    key: str


_new = msgspec.json.Decoder(NewProfile)
_change = msgspec.json.Decoder(ChangedProfile)
_unlocking = msgspec.json.Decoder(Unlocking)


@profiles.get("/v1/profiles")
def listed() -> Response:
    """Who there is; the first one is asked for where a request names none."""
    found = services().conversing.profiles.listed()
    return answered(ProfileList(data=[told_profile(each) for each in found]))


@profiles.post("/v1/profiles")
def add() -> Response:
    """Someone new."""
    asked, kept = read(_new), services().conversing.profiles
    if len(kept.listed()) >= MOST_PROFILES:
        raise BadRequest(_TOO_MANY)
    made = kept.add(asked.name.strip(), asked.pin)
    return answered(Opened(told_profile(made, opened=True), kept.key(made)))


@profiles.post("/v1/profiles/<uid>/unlock")
def unlock(uid: str) -> Response:
    """The key for a PIN."""
    kept = services().conversing.profiles
    key = kept.unlock(uid, read(_unlocking).pin)
    return answered(Opened(told_profile(kept.opened(uid, key), opened=True), key))


@profiles.get("/v1/profiles/<uid>")
def one(uid: str) -> Response:
    """Who asks, with the settings."""
    return answered(told_profile(_own(uid), opened=True))


@profiles.patch("/v1/profiles/<uid>")
def change(uid: str) -> Response:
    """Another name, PIN or settings; the key that is needed from now on."""
    asked, own, kept = read(_change), _own(uid), services().conversing.profiles
    if len(msgspec.json.encode(asked.settings)) > MOST_SETTINGS:
        raise wrong("settings", _TOO_LARGE)
    changed = kept.change(own, asked.name, asked.settings)
    if asked.pin is not msgspec.UNSET:
        changed = kept.set_pin(changed, asked.pin)
    return answered(Opened(told_profile(changed, opened=True), kept.key(changed)))


@profiles.delete("/v1/profiles/<uid>")
def remove(uid: str) -> Response:
    """Someone with all their conversations."""
    own, history = _own(uid), services().conversing
    if len(history.profiles.listed()) == 1:
        raise BadRequest(_LAST, "profile")
    history.remove(own)
    return answered({"id": uid, "object": "profile", "deleted": True})


def _own(uid: str) -> Any:
    found = asker()
    if found.uid != uid:
        raise wrong("profile", _NOT_YOURS)
    return found
