"""Keeps out other sites' pages and whoever lacks the key; gives every response its headers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, after_this_request, g, request

from app.api import page
from app.api.security import landing
from app.api.security.asker import Asker, asker, cookie_secret
from app.api.security.pairing import set_cookie
from app.api.services import services
from app.errors import Forbidden, NotPaired, Unauthorized
from app.language import Text
from app.security.hosts import is_loopback

if TYPE_CHECKING:
    from app.security.devices import Grant

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC = frozenset({"health.state", "pairing.redeem", "pairing.authority"})
_KEYLESS = frozenset({"page", None})  # blueprints; None: nothing at that address

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "frame-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Over plain HTTP from elsewhere a browser complains of it, and does not heed it.
_TRUSTED = {"Cross-Origin-Opener-Policy": "same-origin"}

# For pages of the sites that --cors-origins names.
_PREFLIGHT = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "*",
}

_NOT_OUR_NAME = Text(
    "This assistant does not answer under the name “{host}”. Use its address instead.",
    "助手不以“{host}”这个名称提供服务，请改用它的地址。",
)
_OTHER_SITE = Text(
    "Another site's page may not use this assistant.", "其他网站的页面不能使用这个助手。"
)
_NO_KEY = Text(
    "The API key is missing or wrong. Send it as “Authorization: Bearer KEY”.",
    "缺少 API 密钥或密钥不正确。请用 “Authorization: Bearer 密钥” 发送。",
)
_NOT_PAIRED = Text(
    "This device is not paired. Open the assistant's address in its browser to pair it; programs "
    "send a key: “Authorization: Bearer KEY”.",
    "此设备尚未配对。请在浏览器中打开助手的地址进行配对；程序请发送密钥："
    "“Authorization: Bearer 密钥”。",
)


def guard(app: Flask) -> None:
    """Check every request to `app`, in this order, and complete every response."""
    app.before_request(_check_name)
    app.before_request(_answer_preflight)
    app.before_request(_check_site)
    app.before_request(_admit)
    app.after_request(_add_headers)


def _check_name() -> None:
    """A page whose site's name was pointed at us (DNS rebinding) still sends that name."""
    host = request.headers.get("Host")
    # No browser leaves it out.
    if host is not None and not services().security.hosts.answers_to(host):
        raise Forbidden(_NOT_OUR_NAME.filled(host=host))


def _check_site() -> None:
    """A browser names the page that asks; programs name none, and pass."""
    if request.method in _SAFE_METHODS or _welcome_origin() is not None:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden(_OTHER_SITE)
    origin = request.headers.get("Origin")
    # Without the scheme: in front of us a proxy may speak HTTPS.
    if origin is not None and origin.partition("://")[2] != request.headers.get("Host"):
        raise Forbidden(_OTHER_SITE)


def _answer_preflight() -> Response | None:
    """A browser asks first whether a page of another site may ask."""
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return Response() if asks and services().origins else None


def _welcome_origin() -> str | None:
    """The site whose page asks, if it may. Source: fetch.spec.whatwg.org, "CORS protocol"."""
    origin, allowed = request.headers.get("Origin"), services().origins
    if origin is None or not allowed:
        return None
    if "*" in allowed or origin in allowed:
        return origin
    return origin if "localhost" in allowed and _on_this_machine(origin) else None


def _on_this_machine(origin: str) -> bool:
    try:
        name = urlsplit(origin).hostname or ""
    except ValueError:
        return False
    return is_loopback(name)


def _admit() -> Response | None:
    """This machine is let in, unless keys are asked for; others with a key, or once paired.

    To all others nothing answers but /health and what they can be paired with.
    """
    if request.endpoint in _PUBLIC:
        return None
    who, security = asker(), services().security
    if who.grant is not None:
        _attend(who.grant)
    elif not who.has_key:
        if not who.here and not security.open_to_all:
            return _landing()
        keyless = request.blueprint in _KEYLESS or request.method == "OPTIONS"
        if security.keys and not keyless:
            raise Unauthorized(_NO_KEY)
    return None


def _landing() -> Response:
    name = landing.path() if request.method in ("GET", "HEAD") else None
    if name is None:
        raise NotPaired(_NOT_PAIRED)
    return page.sent(name)


def _attend(grant: Grant) -> None:
    """A device that is revoked is broken off in the middle of what it does."""
    devices, connection = services().security.devices, request.environ.get("werkzeug.socket")
    if devices is not None and connection is not None:
        devices.come(grant, connection)
        leave = partial(devices.leave, grant, connection)
        after_this_request(lambda response: _left(response, leave))


def _left(response: Response, leave: Callable[[], None]) -> Response:
    response.call_on_close(leave)
    return response


def _renew_cookie(response: Response) -> None:
    """Browsers forget a cookie some time after it was set: with the page, it comes anew."""
    who: Asker | None = g.get("asker")
    secret = cookie_secret()
    if request.path == "/" and who is not None and who.grant is not None and secret:
        set_cookie(response, secret)


def _add_headers(response: Response) -> Response:
    if services().origins:
        response.headers.add("Vary", "Origin")
    if (origin := _welcome_origin()) is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.update(_PREFLIGHT)
    _renew_cookie(response)
    trusted = request.is_secure or _on_this_machine(request.host_url)
    for name, value in (_HEADERS | _TRUSTED if trusted else _HEADERS).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
