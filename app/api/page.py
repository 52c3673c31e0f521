"""The page and its files, compressed when they were built."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from app.api.errors import http_error
from app.api.services import services

page = Blueprint("page", __name__)

# The frame that draws diagrams writes style sheets, as the page may not; it may fetch nothing.
_DIAGRAMS = "diagram.html"
_FRAMED = {
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    ),
}

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@page.get("/", defaults={"path": ""})
@page.get("/<path:path>")
def file(path: str) -> Response:
    """One file of the page, in the best encoding that the browser takes."""
    return sent(path)


def sent(path: str) -> Response:
    """One file of the page. Raises: NotFound or MethodNotAllowed of werkzeug."""
    accepted = {coding for coding in ("br", "gzip") if request.accept_encodings[coding] > 0}
    found = services().page.get(path, accepted)
    if found is None:
        raise _absent(path)
    response = Response(bytes(found.data), content_type=found.mime)
    response.headers["ETag"] = found.etag
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOREVER if found.immutable else _ASK_AGAIN
    if path == _DIAGRAMS:
        response.headers.update(_FRAMED)
    if found.encoding is not None:
        response.headers["Content-Encoding"] = found.encoding
    response.make_conditional(request)
    return response


@page.app_errorhandler(MethodNotAllowed)
def another_method(_error: MethodNotAllowed) -> Response:
    """Every address takes GET, as the page's pattern fits it; most of them are none all the same.

    Returns 404 for those, and 405 for what another method would find.
    """
    return http_error(_absent(request.path.removeprefix("/")))


def _absent(path: str) -> HTTPException:
    adapter = request_ctx.url_adapter
    methods = _methods(adapter) if adapter else set()
    if services().page.get(path, set()) is not None:
        methods |= {"GET", "HEAD"}
    return MethodNotAllowed(sorted(methods)) if methods else NotFound()


def _methods(adapter: MapAdapter) -> set[str]:
    """Those that find something else than the page at this request's address."""
    return {
        method
        for method in adapter.allowed_methods()
        if method != "OPTIONS" and adapter.match(method=method)[0] != f"{page.name}.{file.__name__}"
    }
