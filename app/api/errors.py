"""Errors on the wire: one table from what went wrong to a status, in each protocol's own shape.

Source: platform.openai.com/docs/guides/error-codes; the types are llama-server's, which has more.
"""

from __future__ import annotations

import logging

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app import errors, language
from app.api.shapes import Kind, Shape, shape_of
from app.errors import AssistantError
from app.language import Text

_log = logging.getLogger(__name__)


_KINDS: dict[type[AssistantError], Kind] = {
    errors.BadRequest: Kind(400, "invalid_request_error"),
    errors.PromptTooLong: Kind(400, "exceed_context_size_error", "context_length_exceeded"),
    errors.NotSupported: Kind(400, "invalid_request_error", "unsupported_parameter"),
    errors.SourceRefused: Kind(400, "invalid_request_error", "source_refused"),
    errors.SoundRefused: Kind(400, "invalid_request_error", "sound_refused"),
    errors.NotSpoken: Kind(400, "invalid_request_error", "language_not_spoken"),
    errors.PictureRefused: Kind(400, "invalid_request_error", "picture_refused"),
    errors.NotFound: Kind(404, "not_found_error", "not_found"),
    errors.SwitchedOff: Kind(501, "not_supported_error", "switched_off"),
    errors.ModelChanged: Kind(503, "unavailable_error", "model_changed"),
    errors.LibraryFailed: Kind(503, "unavailable_error", "library_failed"),
    errors.VectorsFailed: Kind(503, "unavailable_error", "vectors_failed"),
    errors.HistoryFailed: Kind(503, "unavailable_error", "history_failed"),
    errors.DevicesFailed: Kind(503, "unavailable_error", "devices_failed"),
    errors.ProfileLocked: Kind(403, "permission_error", "profile_locked"),
    errors.TooManyTries: Kind(429, "rate_limit_error", "too_many_tries"),
    errors.TooManyRequests: Kind(429, "rate_limit_error", "too_many_requests"),
    errors.NotPaired: Kind(401, "authentication_error", "not_paired"),
    errors.WrongCode: Kind(403, "permission_error", "wrong_code"),
    errors.Unauthorized: Kind(401, "authentication_error", "invalid_api_key"),
    errors.Forbidden: Kind(403, "permission_error", "forbidden"),
    errors.Busy: Kind(503, "unavailable_error", "busy"),
    errors.StillLoading: Kind(503, "unavailable_error", "loading"),
    errors.SpeechFailed: Kind(503, "unavailable_error", "speech_failed"),
    errors.VisionFailed: Kind(503, "unavailable_error", "vision_failed"),
    errors.ProgramReplaced: Kind(503, "unavailable_error", "program_replaced"),
    errors.DiskFull: Kind(507, "unavailable_error", "disk_full"),
    errors.NotWritable: Kind(507, "unavailable_error", "not_writable"),
    errors.StoreDamaged: Kind(503, "unavailable_error", "store_damaged"),
    errors.Cancelled: Kind(503, "unavailable_error", "cancelled"),
    AssistantError: Kind(500, "server_error", "internal_error"),
}

_HTTP: dict[int, tuple[Kind, Text]] = {
    400: (
        Kind(400, "invalid_request_error"),
        Text("This is not a valid HTTP request.", "这不是有效的 HTTP 请求。"),
    ),
    404: (
        Kind(404, "not_found_error", "not_found"),
        Text("There is nothing at this address.", "这个地址没有内容。"),
    ),
    405: (
        Kind(405, "invalid_request_error", "method_not_allowed"),
        Text("This address does not take this method.", "这个地址不支持该请求方法。"),
    ),
    408: (
        Kind(408, "invalid_request_error", "timeout"),
        Text("The request took too long to arrive.", "请求发送得太慢，已超时。"),
    ),
    413: (
        Kind(413, "invalid_request_error", "too_large"),
        Text("The request is too large.", "请求内容过大。"),
    ),
    414: (
        Kind(414, "invalid_request_error", "too_large"),
        Text("The address is too long.", "请求地址过长。"),
    ),
    415: (
        Kind(415, "invalid_request_error", "not_json"),
        Text(
            "Send JSON, with the header “Content-Type: application/json”.",
            "请发送 JSON，并带上请求头 “Content-Type: application/json”。",
        ),
    ),
    503: (
        Kind(503, "unavailable_error", "busy"),
        Text("Too many connections just now. Try again.", "当前连接过多，请稍后再试。"),
    ),
}
_PATHS = (("/v1/messages/", "anthropic"), ("/api/", "ollama"))
_OURS = (
    Kind(500, "server_error", "internal_error"),
    Text("Something went wrong inside the assistant.", "助手内部出错了。"),
)


def body(error: AssistantError, spoken: language.Language, shape: Shape) -> bytes:
    """An error as JSON."""
    more: dict[str, object] = {}
    if isinstance(error, errors.PromptTooLong):
        more = {"n_prompt_tokens": error.prompt_tokens, "n_ctx": error.context_tokens}
    found = shape(_kind(error), error.in_language(spoken), getattr(error, "field", None), more)
    if isinstance(error, errors.StillLoading):
        found["progress"] = round(error.progress, 3)
    return msgspec.json.encode(found)


def http_body(
    status: int, spoken: language.Language, detail: str | None = None, shape: Shape | None = None
) -> bytes:
    """The error that goes with a bare HTTP status, as JSON."""
    kind, text = _OURS if status == 500 else _HTTP.get(status, _HTTP[400])
    message = text.of(spoken) + (f" ({detail})" if detail else "")
    return msgspec.json.encode((shape or shape_of(None))(kind, message, None, {}))


def handle_errors(app: Flask) -> None:
    """Whatever goes wrong in a request of `app` is answered in the one shape."""
    app.register_error_handler(AssistantError, _assistant_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _our_bug)


def spoken_language() -> language.Language:
    """The language in which to answer this request."""
    return language.of_header(request.headers.get("Accept-Language"))


def spoken_shape() -> Shape:
    """The shape of errors in this request's protocol; an unknown address has one by its path."""
    if request.blueprint not in (None, "page"):
        return shape_of(request.blueprint)
    return shape_of(next((name for path, name in _PATHS if request.path.startswith(path)), None))


def _assistant_error(error: AssistantError) -> Response:
    kind = _kind(error)
    if kind.status >= 500 and not isinstance(error, errors.StillLoading | errors.Cancelled):
        _log.warning("%s: %s", type(error).__name__, error)
    response = _json(body(error, spoken_language(), spoken_shape()), kind.status)
    if isinstance(error, errors.Busy | errors.TooManyTries | errors.TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.StillLoading):
        response.headers["Retry-After"] = "1"
    if isinstance(error, errors.Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def http_error(error: HTTPException) -> Response:
    """A bare HTTP status in the shape of this request's protocol."""
    status = error.code if error.code in _HTTP else 400
    response = _json(http_body(status, spoken_language(), shape=spoken_shape()), status)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _our_bug(error: Exception) -> Response:
    if (known := errors.of_system(error)) is not None:
        return _assistant_error(known)
    _log.error("a request failed", exc_info=error)
    return _json(http_body(500, spoken_language(), shape=spoken_shape()), 500)


def _kind(error: AssistantError) -> Kind:
    return next(_KINDS[cls] for cls in type(error).__mro__ if cls in _KINDS)


def _json(data: bytes, status: int) -> Response:
    return Response(data, status, mimetype="application/json")
