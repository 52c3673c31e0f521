"""GET /v1/documents/ID/file and /text: a document as it was, and as it was read."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Literal

import msgspec
from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.api.documents import names
from app.api.services import services
from app.api.wire import answered
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.documents import Document

contents = Blueprint("documents_contents", __name__)

# What a browser may show by itself; all else is only ever saved. HTML and SVG could run scripts.
_SHOWN = {
    "pdf": "application/pdf",
    "text": "text/plain",
    "code": "text/plain",
    "markdown": "text/plain",
    "csv": "text/plain",
    "json": "text/plain",
}
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
_BY_FORMAT = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_NO_POWER = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
# Chromium shows no PDF in a sandbox; its viewer has one of its own.
_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"

_GONE = Text(
    "The file of “{name}” is not there any more; its text is.",
    "“{name}”的原始文件已不存在，但文字仍在。",
)


class Written(msgspec.Struct, kw_only=True):
    """A document's text. `pages`: where each begins, in characters, and its number."""

    object: Literal["document.text"] = "document.text"
    document: str
    text: str
    pages: list[tuple[int, int]]


@contents.get("/v1/documents/<uid>/file")
def file(uid: str) -> Response:
    """The file that a document was made from."""
    return sent(names.document(uid))


@contents.get("/v1/documents/<uid>/text")
def text(uid: str) -> Response:
    """The text that was read from it, to which the places of its passages refer."""
    names.document(uid)
    said = services().documents.contents
    return answered(Written(document=uid, text=said.text(uid), pages=list(said.pages(uid))))


def sent(document: Document, attached: bool = False) -> Response:
    """A document's file, so that nothing in it can act on our pages. Raises: NotFound."""
    path = services().documents.original(document.uid)
    if path is None:
        raise NotFound(_GONE.filled(name=document.name), "id")
    kind, shown = _kind(document)
    size = path.stat().st_size
    if (wanted := request.range) is not None and wanted.range_for_length(size) is None:
        raise RequestedRangeNotSatisfiable(size)  # else the file would stay open for a while
    response = send_file(
        path,
        kind,
        as_attachment=attached or not shown,
        download_name=document.name,
        conditional=True,
        etag=document.sha256,
        max_age=0,
    )
    is_pdf = kind == "application/pdf"
    response.headers["Content-Security-Policy"] = _PDF if is_pdf else _NO_POWER
    if is_pdf:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    if kind == "text/plain":  # in whatever encoding it is
        response.headers["Content-Type"] = kind
    return response


def _kind(document: Document) -> tuple[str, bool]:
    """Its media type, and whether a browser may show it."""
    format_ = document.report.format
    if format_ in _SHOWN:
        return _SHOWN[format_], True
    guessed = mimetypes.guess_type(document.name)[0]
    if format_ == "image" and guessed in _PICTURES:
        return guessed, True
    return _BY_FORMAT.get(format_, "application/octet-stream"), False
