"""/v1/pairing: a device of the network is let in, by a code that this machine shows."""

from __future__ import annotations

import time
from typing import Annotated

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta

from app.api.security.asker import COOKIE, SECURE_COOKIE, is_secure, require_owner
from app.api.security.wire import told_device
from app.api.services import services
from app.api.wire import answered, read
from app.errors import SwitchedOff
from app.language import Text
from app.security.addresses import url
from app.security.qr import rows

pairing = Blueprint("pairing", __name__)

CERTIFICATE = "/assistant-ca.crt"
COOKIE_S = 400 * 86_400  # longer ones are cut by browsers

_ONLY_HERE = Text(
    "Only this machine reaches the assistant. Start it with --host 0.0.0.0 for other devices.",
    "目前只有本机能访问助手。要让其他设备访问，请用 --host 0.0.0.0 启动。",
)
_NO_AUTHORITY = Text(
    "This start of the assistant makes no certificates of its own.", "本次启动不使用自签发的证书。"
)


class Link(msgspec.Struct):
    """An address of this machine: as HTTP, and as HTTPS once the certificate is trusted."""

    url: str
    secure: str


class Invitation(msgspec.Struct):
    """What admits one device. `qr`: the first link with the code, row by row, dark as “1”.

    `fingerprint`: SHA-256 of the certificate that devices are to trust; null: it is none of ours.
    """

    pin: str
    code: str
    expires_in: int
    links: list[Link]
    qr: list[str]
    fingerprint: str | None


class Redeeming(msgspec.Struct):
    """The PIN, the code, or a key; and what the device is to be called."""

    code: Annotated[str, Meta(min_length=1, max_length=500)]
    name: Annotated[str, Meta(max_length=80)] = ""


_redeeming = msgspec.json.Decoder(Redeeming)


@pairing.get("/v1/pairing")
def invitation() -> Response:
    """The invitation of the moment; a new one where the last is used or too old."""
    require_owner()
    security = services().security
    found = security.reachable()
    if not found or security.devices is None:
        raise SwitchedOff(_ONLY_HERE)
    current, port = security.pairing.current(), int(request.environ["SERVER_PORT"])
    links = [Link(url(name, port), url(name, port, "https")) for name in found]
    certificates = security.certificates
    own = certificates is None or certificates.authority is None
    base = links[0].secure if own and certificates is not None else links[0].url
    return answered(
        Invitation(
            pin=current.pin,
            code=current.code,
            expires_in=max(0, round(current.expires - time.time())),
            links=links,
            qr=rows(f"{base}/pair#{current.code}"),
            fingerprint=None if certificates is None or own else certificates.fingerprint,
        )
    )


@pairing.post("/v1/pairing")
def redeem() -> Response:
    """Let the device that asks in: its cookie is what it is known by from now on."""
    asked, security = read(_redeeming), services().security
    if security.devices is None:
        raise SwitchedOff(_ONLY_HERE)
    security.pairing.redeem(asked.code, security.knows_key)
    grant, secret = security.devices.admit("device", asked.name.strip())
    response = answered(told_device(grant, here=True), 201)
    set_cookie(response, secret)
    return response


@pairing.get(CERTIFICATE)
def authority() -> Response:
    """The certificate of this machine's own authority, for devices to trust."""
    certificates = services().security.certificates
    if certificates is None or certificates.authority is None:
        raise SwitchedOff(_NO_AUTHORITY)
    return Response(certificates.authority, mimetype="application/x-x509-ca-cert")


def set_cookie(response: Response, secret: str) -> None:
    """What the device is known by; a link from elsewhere may open the page, and no more."""
    secure = is_secure()
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        secret,
        max_age=COOKIE_S,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookies(response: Response) -> None:
    """The device is known no more."""
    response.delete_cookie(COOKIE)
    response.delete_cookie(SECURE_COOKIE, secure=True)
