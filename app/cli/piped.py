"""A text that another program pipes in."""

from __future__ import annotations

import locale
import sys


def piped_text() -> str:
    """All of it, without the space around; nothing where a person sits at the keyboard."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    return decoded(sys.stdin.buffer.read()).strip()


def decoded(data: bytes) -> str:
    """What programs pipe is UTF-8, or in the system's own encoding (GBK on a Chinese Windows)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(locale.getencoding(), errors="replace")
