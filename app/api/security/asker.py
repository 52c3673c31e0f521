"""Who asks: this machine, a paired device, or a program with a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request

from app.api.services import services
from app.errors import Forbidden
from app.language import Text
from app.security.addresses import is_here

if TYPE_CHECKING:
    from app.security.devices import Grant

COOKIE, SECURE_COOKIE = "assistant", "__Host-assistant"
"""Two, for a browser lets no page that came over HTTP replace what one over HTTPS has set."""

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")

_NOT_OWNER = Text(
    "Only the machine that the assistant runs on may do this, or whoever has the key of its start.",
    "只有运行助手的电脑，或持有启动时所设密钥的人可以进行此操作。",
)


@dataclass(frozen=True, slots=True)
class Asker:
    """`here`: on this machine. `has_key`: one of this start's. `grant`: of a device, or a key."""

    here: bool
    has_key: bool = False
    grant: Grant | None = None

    @property
    def is_owner(self) -> bool:
        """Whether it may let others in."""
        return self.has_key or (self.here and not services().security.keys)


def asker() -> Asker:
    """Of this request. Raises: DevicesFailed."""
    if "asker" not in g:
        g.asker = _found()
    found: Asker = g.asker
    return found


def require_owner() -> None:
    """Raises: Forbidden."""
    if not asker().is_owner:
        raise Forbidden(_NOT_OWNER)


def cookie_secret() -> str | None:
    """What a device sends by itself."""
    return request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)


def is_secure() -> bool:
    """Whether the browser speaks HTTPS, with us or with a proxy in front of us."""
    return request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"


def _found() -> Asker:
    security = services().security
    here = _is_here()
    sent = _sent_key()
    # WSGI hands over a header's bytes as Latin-1, whatever they were.
    if sent and security.knows_key(sent.encode("latin-1", "replace")):
        return Asker(here, has_key=True)
    # Where everyone here is let in, nothing is looked up, and no list is opened.
    if security.devices is None or (here and not security.keys):
        return Asker(here)
    for secret in (sent, cookie_secret()):
        if secret and (grant := security.devices.holder(secret)):
            return Asker(here, grant=grant)
    return Asker(here)


def _is_here() -> bool:
    """A proxy on this machine asks for others, and says so."""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return is_here(request.remote_addr or "") and not forwarded


def _sent_key() -> str:
    """OpenAI's header, or Anthropic's."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(" \t")
    return request.headers.get("x-api-key", "")
