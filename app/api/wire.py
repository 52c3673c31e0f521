"""Reads a request's JSON into a typed value, or refuses it by the name of the field."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec
from flask import Response, request
from werkzeug.exceptions import (
    ClientDisconnected,
    RequestEntityTooLarge,
    RequestTimeout,
    UnsupportedMediaType,
)

from app.errors import BadRequest
from app.language import Text

T = TypeVar("T")

_NOT_JSON = Text("The request is not valid JSON: {detail}.", "请求不是有效的 JSON：{detail}。")
_TOO_DEEP = Text("nested too deeply", "嵌套过深")
_NOT_UTF8 = Text("a string is not UTF-8", "有字符串不是 UTF-8 编码")
_BROKEN_OFF = Text("The request's body broke off.", "请求内容不完整。")
_WRONG = Text("{field}: {detail}.", "{field}：{detail}。")
_WHOLE_BODY = Text("The request", "请求内容")

# msgspec's messages and what we say. Source: msgspec 0.22, src/msgspec/_core.c.
_DETAILS = (
    (r"Expected `([^`]+)`, got `([^`]+)`", "expected {0}, got {1}", "应为 {0}，收到的是 {1}"),
    (r"Expected `([^`]+)` of length (\S+) (\S+)", "length must be {1} {2}", "长度必须 {1} {2}"),
    (r"Expected `([^`]+)` (\S+) (\S+)", "must be {1} {2}", "必须 {1} {2}"),
    (r"Object missing required field `([^`]+)`", "required, but missing", "必填，但缺少该字段"),
    (r"Invalid enum value (.+)", "{0} is not a value that it can have", "不能取值 {0}"),
    (r".*out of range", "the number is out of range", "数值超出范围"),
)


def read(decoder: msgspec.json.Decoder[T]) -> T:
    """This request's body.

    Raises: BadRequest; 408, 413 and 415 of werkzeug.
    """
    # A form that another site's page sends by itself has another type.
    if request.mimetype not in ("", "application/json"):
        raise UnsupportedMediaType
    return decoded(body(), decoder)


def answered(value: Any, status: int = 200) -> Response:
    """A value as a JSON response."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json")


def decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """A JSON text as the decoder's type.

    Raises: BadRequest.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _wrong(str(error)) from None
    except msgspec.DecodeError as error:
        raise BadRequest(_NOT_JSON.filled(detail=error)) from None
    except UnicodeDecodeError:
        raise _not_json(_NOT_UTF8) from None
    except RecursionError:
        raise _not_json(_TOO_DEEP) from None


def wrong(field: str, detail: Text) -> BadRequest:
    """The refusal of one field's value."""
    return BadRequest(
        Text(
            _WRONG.en.format(field=field, detail=detail.en),
            _WRONG.zh.format(field=field, detail=detail.zh),
        ),
        field,
    )


def body() -> bytes:
    """This request's body as it is. Raises: BadRequest; 408 and 413 of werkzeug."""
    try:
        return request.get_data(cache=False)
    except TimeoutError:
        raise RequestTimeout from None
    except (ClientDisconnected, OSError, ValueError) as error:
        raise unread(error) from None


def unread(error: Exception) -> Exception:
    """What to raise for a body that could not be read to its end."""
    # Source: cheroot 11, ChunkedRFile: a body in chunks tells its length only as it comes.
    if "Request Entity Too Large" in (str(error), str(error.__context__)):
        return RequestEntityTooLarge()
    return BadRequest(_BROKEN_OFF)


def _not_json(detail: Text) -> BadRequest:
    return BadRequest(
        Text(_NOT_JSON.en.format(detail=detail.en), _NOT_JSON.zh.format(detail=detail.zh))
    )


def _wrong(message: str) -> BadRequest:
    detail, _, place = message.partition(" - at `")
    field = place.rstrip("`").removeprefix("$").removeprefix(".")
    if missing := re.fullmatch(r"Object missing required field `([^`]+)`", detail):
        field = f"{field}.{missing[1]}".removeprefix(".")
    text = _in_our_words(detail)
    if field:
        return wrong(field, text)
    return BadRequest(Text(f"{_WHOLE_BODY.en}: {text.en}.", f"{_WHOLE_BODY.zh}：{text.zh}。"))


def _in_our_words(detail: str) -> Text:
    for pattern, en, zh in _DETAILS:
        if found := re.fullmatch(pattern, detail):
            return Text(en.format(*found.groups()), zh.format(*found.groups()))
    return Text(detail, detail)
