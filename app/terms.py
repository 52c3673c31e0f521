"""The terms by which a text is found: words, and for writing without spaces pairs of characters.

Pure. A term holds only letters, digits and "_", so that it can stand in an FTS5 query as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

IDEOGRAPH = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\uac00-\ud7a3\U00020000-\U0003ffff"
)
TOKEN = re.compile(
    rf"[{IDEOGRAPH}]+"  # written without spaces
    r"|\d+(?:[.,]\d+)+"  # 9.2 and 45,000,000 are one term each
    rf"|[^\W_{IDEOGRAPH}]+"
)
ASCII_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+", re.ASCII)
ASCII_NUMBER = re.compile(r"\d[.,]\d", re.ASCII)
ASCII_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}
WIDE = re.compile(rf"[{IDEOGRAPH}]")
MOST_QUERY_TERMS = 24
MOST_ROWS = 5_000  # that one question may have scored: what is in more of them tells little

# What questions are made of tells nothing about what they ask for.
QUESTION_WORDS = (
    "a an and are as at be been but by can could did do does for from had has have "
    "how i if in into is it its me my no not of on or our out s shall should so such "
    "t than that the their them then there these they this to us was we were what "
    "when where which who whom whose why will with would you your "
)
QUESTION_PAIRS = (
    "什么 是什 么是 哪里 哪个 哪些 哪一 哪年 多少 是谁 谁的 的谁 如何 怎么 怎样 "
    "为什 么样 是多 少是 是哪 有哪 有什 了什 请问 是否 "
)
STOP_TERMS = frozenset((QUESTION_WORDS + QUESTION_PAIRS).split())


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text: words and pairs in order, single characters once each."""

    words: list[str]
    characters: list[str]


def of_text(text: str) -> Terms:
    """The terms under which a text is kept."""
    if text.isascii():  # most texts are, and nothing in them takes the long way
        text = text.lower()
        if not ASCII_NUMBER.search(text):
            return Terms(text.translate(ASCII_SPACES).split(), [])
        tokens = ASCII_TOKEN.findall(text)
        return Terms([token if token.isalnum() else _word(token) for token in tokens], [])
    words: list[str] = []
    characters: dict[str, None] = {}
    for token in _tokens(text):
        if WIDE.match(token):
            words.extend(_pairs(token))
            characters.update(dict.fromkeys(token))
        else:
            words.append(_word(token))
    return Terms(words, list(characters))


def of_query(text: str) -> Terms:
    """The terms that are looked for; a single character only where it stands alone."""
    words: dict[str, None] = {}
    characters: dict[str, None] = {}
    for token in _tokens(text):
        if not WIDE.match(token):
            words[_word(token)] = None
        elif len(token) == 1:
            characters[token] = None
        else:
            words.update(dict.fromkeys(_pairs(token)))
    telling = [word for word in words if word not in STOP_TERMS]
    return Terms(telling or list(words), list(characters))


def coverage(wanted: Terms, text: str) -> float:
    """The share of a question's terms that a text holds, 0 to 1."""
    parts = [stem(word).replace("_", ".") for word in wanted.words] + wanted.characters
    if not parts:
        return 0.0
    held = re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text).casefold())
    return sum(part in held for part in parts) / len(parts)


def stem(word: str) -> str:
    """A word without the English endings that change nothing about what is said."""
    if not word.isascii() or not word.isalpha():
        return word
    for ending in ("ing", "ies", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word[:-1] if word.endswith(("e", "y")) and len(word) > 3 else word


def match_expression(terms: Terms, frequency: Callable[[str], int]) -> str:
    """An FTS5 expression for any of the terms, the rarest ones where that would be too much."""
    parts = [f'words : "{word}"' for word in _rarest(terms.words, frequency)]
    parts += [f'characters : "{character}"' for character in terms.characters[:MOST_QUERY_TERMS]]
    return " OR ".join(parts)


def _rarest(words: list[str], frequency: Callable[[str], int]) -> Iterator[str]:
    counted = sorted(((frequency(word), word) for word in words), key=lambda pair: pair[0])
    rows = 0
    for place, (count, word) in enumerate(counted[:MOST_QUERY_TERMS]):
        rows += count
        if place and rows > MOST_ROWS:
            return
        yield word


def _tokens(text: str) -> Iterator[str]:
    return (found.group() for found in TOKEN.finditer(unicodedata.normalize("NFKC", text)))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _word(token: str) -> str:
    if token[0].isdigit() and not token.isalnum():
        token = re.sub(r",(?=\d{3})", "", token).replace(".", "_").replace(",", "_")
    return token.casefold()
