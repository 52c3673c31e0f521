"""The two languages in which the assistant speaks to people: every message exists in both."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """One message in English and Chinese; `{name}` marks what `filled` puts in."""

    en: str
    zh: str

    def filled(self, **values: object) -> Text:
        """The same message with its `{name}` places filled."""
        return Text(self.en.format(**values), self.zh.format(**values))

    def of(self, language: Language) -> str:
        """The message in one language."""
        return self.zh if language == "zh" else self.en


def of_system(environment: dict[str, str] | None = None) -> Language:
    """The language of this terminal. Source: POSIX, "Internationalization Variables"."""
    variables = os.environ if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return _of_windows() if sys.platform == "win32" else "en"


def _of_windows() -> Language:
    """Windows names no language in its environment. Source: Win32, Language Identifiers."""
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    return "zh" if kernel.GetUserDefaultUILanguage() & 0x3FF == 0x04 else "en"


def of_header(accept_language: str | None) -> Language:
    """The better liked of our languages in an Accept-Language header (RFC 9110, 12.5.4)."""
    best: tuple[float, Language] = (0.0, "en")
    for item in (accept_language or "").split(","):
        tag, _, parameter = item.strip().partition(";")
        quality = _quality(parameter)
        if tag[:2].lower() in ("en", "zh") and quality > best[0]:
            best = (quality, "zh" if tag[:2].lower() == "zh" else "en")
    return best[1]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
