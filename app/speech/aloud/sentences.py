"""Where a sentence ends, in text that may still go on."""

from __future__ import annotations

import re

LONGEST = 300
"""More characters are cut at a comma, for nobody waits for so much at once."""
LONGEST_HAN = 60
"""Characters of Chinese take as long as a word each."""

_CLOSING = "\"'”’»)\\]」』）】*_"
_END = re.compile(rf"[.!?…]+[{_CLOSING}]*(?=\s+\S)|[。！？；]+[{_CLOSING}]*|……[{_CLOSING}]*")
_COMMA = re.compile(r"[,;:—–](?=\s)|[，、：；]")
_SPACE = re.compile(r"\s")
_ABBREVIATIONS = frozenset(
    (
        *("approx", "art", "assn", "ave", "blvd", "bros", "ca", "cap", "cf", "ch", "co", "col"),
        *("corp", "dept", "dr", "e.g", "ed", "eg", "esp", "est", "ext", "fig", "figs", "ft"),
        *("gen", "gov", "hon", "hr", "hrs", "i.e", "ie", "inc", "jr", "lb", "lt", "ltd", "maj"),
        *("max", "min", "mr", "mrs", "ms", "mt", "mts", "no", "nos", "nr", "op", "oz", "p.s"),
        *("par", "pl", "pp", "prof", "rep", "resp", "rev", "sec", "sen", "sgt", "sr", "st", "vol"),
        *("vols", "vs", "bzw", "d.h", "evtl", "ggf", "inkl", "str", "usw", "vgl", "z.b", "av"),
        *("sra", "srta"),
    )
)


def ends(text: str) -> list[int]:
    """Behind which characters a sentence surely ends, whatever follows the text."""
    found, start = [], 0
    for mark in _END.finditer(text):
        if _is_end(text[start : mark.start()], mark[0], text[mark.end() : mark.end() + 40]):
            start = mark.end()
            found.append(start)
    return found


def cut(sentence: str, longest: int = LONGEST) -> list[str]:
    """A sentence in parts that are not too long: at commas, else at spaces."""
    parts = []
    while len(sentence) > longest:
        at = _last(_COMMA, sentence, longest) or _last(_SPACE, sentence, longest) or longest
        parts.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*parts, sentence] if sentence else parts


def _is_end(before: str, mark: str, following: str) -> bool:
    """Whether a mark is the end of what stands before it."""
    if _is_inside(before + mark) or ("]" in mark and following[:1] in ("", "(", "[")):
        return False  # in the second case it may end the text of a link
    if not mark.startswith("."):
        return True
    if following.lstrip()[:1].islower():
        return False
    words = before[-60:].split()
    word = words[-1].lstrip("(\"'“‘*_[") if words else ""
    if mark[0] != "." or mark[:2] == ".." or not word:
        return bool(word)
    is_initial = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
    is_number = word.isdigit() and len(words) == 1  # of a list
    return not (is_initial or is_number or word.lower() in _ABBREVIATIONS)


def _is_inside(text: str) -> bool:
    """Whether code or the text of a link is open at its end."""
    return text.count("`") % 2 == 1 or text.rfind("[") > text.rfind("]")


def _last(pattern: re.Pattern[str], text: str, longest: int) -> int | None:
    found = [each.end() for each in pattern.finditer(text, longest // 4, longest)]
    return found[-1] if found else None
