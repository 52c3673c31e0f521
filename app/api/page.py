"""The page and its files, compressed when they were built."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.api.services import services

page = Blueprint("page", __name__)

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@page.get("/", defaults={"path": ""})
@page.get("/<path:path>")
def file(path: str) -> Response:
    """One file of the page, in the best encoding that the browser takes."""
    accepted = {coding for coding in ("br", "gzip") if request.accept_encodings[coding] > 0}
    found = services().page.get(path, accepted)
    if found is None:
        raise _absent()
    response = Response(bytes(found.data), content_type=found.mime)
    response.headers["ETag"] = found.etag
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOREVER if found.immutable else _ASK_AGAIN
    if found.encoding is not None:
        response.headers["Content-Encoding"] = found.encoding
    response.make_conditional(request)
    return response


def _absent() -> MethodNotAllowed | NotFound:
    """The page's pattern fits every address, also those that another method would find."""
    adapter = request_ctx.url_adapter
    others = set(adapter.allowed_methods() if adapter else ()) - {"GET", "HEAD", "OPTIONS"}
    return MethodNotAllowed(sorted(others)) if others else NotFound()
