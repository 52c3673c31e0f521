"""One line of Markdown without its marks: links become their text, pictures what they show."""

from __future__ import annotations

import html
import re

_PICTURE = re.compile(r"!\[([^\]]*)\](?:\([^)\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])")
_NOTE = re.compile(r"\s?\[(?:\^[\w-]+|\d+(?:\s*[,–-]\s*\d+)*)\](?!\()")
_BOX = re.compile(r"^\[[ xX]\]\s+")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^>\s]+|[^>\s@]+@[^>\s]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->")
_CODE = re.compile(r"(`+)(.+?)\1")
_STRONG = re.compile(r"(\*{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LEFT_OVER = re.compile(r"\*\*+|~~+|(?<!\w)__+|__+(?!\w)|`+|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\S)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MATHS = re.compile(
    r"\$\$(.+?)\$\$|\\\((.+?)\\\)|\\\[(.+?)\\\]|(?<![\w$])\$(?=\S)([^$\n]*?[\\^_=+][^$\n]*?)\$"
)


def plain(line: str) -> str:
    """What is there to be read of it."""
    line = _MATHS.sub(lambda found: _formula(next(filter(None, found.groups()), "")), line)
    kept: list[str] = []

    def keep(code: re.Match[str]) -> str:
        kept.append(code[2].strip())
        return f"\0{len(kept) - 1}\0"

    line = _CODE.sub(keep, line)
    line = _BOX.sub("", line)
    line = _PICTURE.sub(r"\1", line)
    line = _LINK.sub(r"\1", line)
    line = _NOTE.sub("", line)
    line = _ADDRESS.sub(r"\1", line)
    line = _TAG.sub(" ", line)
    for _ in range(2):  # bold may hold italics
        line = _STRONG.sub(r"\2", line)
        line = _UNDERLINED.sub(r"\2", line)
    line = _LEFT_OVER.sub("", line)
    line = html.unescape(_ESCAPED.sub(r"\1", line))
    line = re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], line)
    return re.sub(r"\s+", " ", line).strip()


_FRACTION = re.compile(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_FORMULA_WORDS = {
    r"\cdot": "·",
    r"\times": "×",
    r"\div": "÷",
    r"\pm": "±",
    r"\leq": "≤",
    r"\le": "≤",
    r"\geq": "≥",
    r"\ge": "≥",
    r"\neq": "≠",
    r"\approx": "≈",
    r"\infty": "∞",
    r"\rightarrow": "→",
    r"\to": "→",
}


def _formula(text: str) -> str:
    text = _ROOT.sub(r"√ \1", _FRACTION.sub(r"\1 ÷ \2", text))
    for word, sign in _FORMULA_WORDS.items():
        text = re.sub(re.escape(word) + r"(?![a-zA-Z])", f" {sign} ", text)
    text = re.sub(r"\\(?:text|mathrm|mathbf|left|right)\b|\\[,;!]", " ", text)
    text = re.sub(r"\^\{?2\}?(?!\d)", "²", re.sub(r"\^\{?3\}?(?!\d)", "³", text))
    return re.sub(r"[\\{}$]", " ", text)
