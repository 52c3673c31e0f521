"""Keeps out other sites' pages and whoever lacks the key; gives every response its headers."""

from __future__ import annotations

import hmac
import ipaddress
import socket
from urllib.parse import urlsplit

from flask import Flask, Response, request

from app.api.services import services
from app.errors import Forbidden, Unauthorized
from app.language import Text

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC = frozenset({"page", "health", None})  # blueprints; None: nothing at that address

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


def guard(app: Flask) -> None:
    """Check every request to `app`, in this order, and complete every response."""
    app.before_request(_check_name)
    app.before_request(_answer_preflight)
    app.before_request(_check_site)
    app.before_request(_check_key)
    app.after_request(_add_headers)


def _check_name() -> None:
    """A page whose site's name was pointed at us (DNS rebinding) still sends that name."""
    host = request.headers.get("Host")
    # No browser leaves it out.
    if host is not None and not answers_to(host, services().host):
        raise Forbidden(_NOT_OUR_NAME.filled(host=host))


def answers_to(host_header: str, bound: str) -> bool:
    """Whether a server that listens on `bound` may be called so: by no name a stranger can own."""
    try:
        name = urlsplit(f"//{host_header}").hostname or ""
    except ValueError:
        return False
    name = name.rstrip(".")
    return any(_is_called(name, each.strip()) for each in bound.split(","))


def _is_called(name: str, bound: str) -> bool:
    address = _address(name)
    if name in ("localhost", bound.lower()) or (address and address.is_loopback):
        return True
    if _loopback(bound):
        return False
    return address is not None or name in _own_names()


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
    return _loopback(name)


def _check_key() -> None:
    key = services().api_key
    if key is None or request.blueprint in _PUBLIC or request.method == "OPTIONS":
        return
    # WSGI hands over a header's bytes as Latin-1, whatever they were.
    if not hmac.compare_digest(_sent_key().encode("latin-1", "replace"), key.encode()):
        raise Unauthorized(_NO_KEY)


def _sent_key() -> str:
    """OpenAI's header, or Anthropic's."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(" \t")
    return request.headers.get("x-api-key", "")


def _add_headers(response: Response) -> Response:
    if services().origins:
        response.headers.add("Vary", "Origin")
    if (origin := _welcome_origin()) is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.update(_PREFLIGHT)
    trusted = request.is_secure or _on_this_machine(request.host_url)
    for name, value in (_HEADERS | _TRUSTED if trusted else _HEADERS).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _loopback(bound: str) -> bool:
    address = _address(bound)
    return bound == "localhost" or (address is not None and address.is_loopback)


def _own_names() -> tuple[str, str]:
    """This machine's name on its network, which no stranger's site can have."""
    name = socket.gethostname().lower()
    return name, f"{name.partition('.')[0]}.local"
