"""A picture in a request's JSON: a data URL, base64 alone, or an address where that is allowed."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from app.api.services import services
from app.api.wire import wrong
from app.language import Text

_DATA = re.compile(r"data:[^,;]*(?:;[^,;]*?)*?(;base64)?,", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)

_REMOTE = Text(
    "pictures are not fetched from other addresses, unless the assistant is started with "
    "--remote-pictures. Send the picture itself, as a data URL: data:image/png;base64,…",
    "不会从其他地址下载图片，除非启动时加上 --remote-pictures。请以 data URL 的形式直接发送图片："
    "data:image/png;base64,…",
)
_NOT_BASE64 = Text("this is not valid base64", "不是有效的 base64")
_EMPTY = Text("there is no picture in it", "其中没有图片")


def embedded(value: str, field: str) -> bytes:
    """The picture's bytes. Raises: BadRequest; SourceRefused."""
    value = value.strip()
    found = _DATA.match(value[:200])
    if found is None and _SCHEME.match(value):
        return _fetched(value, field)
    content = value[found.end() :] if found else value
    data = unquote_to_bytes(content) if found and not found[1] else _decoded(content, field)
    if not data:
        raise wrong(field, _EMPTY)
    return data


def _fetched(address: str, field: str) -> bytes:
    fetch = services().fetch
    if fetch is None or not _WEB.match(address):
        raise wrong(field, _REMOTE)
    return fetch(address)


def _decoded(content: str, field: str) -> bytes:
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise wrong(field, _NOT_BASE64) from None
