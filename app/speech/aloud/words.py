"""Signs become words: addresses, symbols, emoji, what is written in short."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

Table = Mapping[str, str]

_SIGNS: dict[str, Table] = {
    "en": {
        "&": " and ",
        "→": " to ",
        "⇒": ", so ",
        "->": " to ",
        "=>": " to ",
        "<-": " from ",
        "←": " from ",
        "×": " times ",
        "÷": " divided by ",
        "·": " times ",
        "±": " plus or minus ",
        "<=": " is at most ",
        ">=": " is at least ",
        "!=": " is not ",
        "==": " equals ",
        "≤": " is at most ",
        "≥": " is at least ",
        "≠": " is not ",
        "≈": " about ",
        "√": " the square root of ",
        "∞": " infinity ",
        "²": " squared ",
        "³": " cubed ",
        "°": " degrees ",
        "§": " section ",
        "©": " copyright ",
        "−": " minus ",
        " < ": " is less than ",
        " > ": " is greater than ",
        "•": ", ",
    },
    "zh": {
        "&": "和",
        "→": "到",
        "->": "到",
        "×": "乘以",
        "÷": "除以",
        "·": "·",
        "±": "正负",
        "≤": "小于等于",
        "≥": "大于等于",
        "≠": "不等于",
        "≈": "约等于",
        "√": "根号",
        "∞": "无穷大",
        "²": "的平方",
        "³": "的立方",
        "−": "减",
        " < ": "小于",
        " > ": "大于",
        "°": "度",
        "•": "，",
    },
}
_SHORT: dict[str, Table] = {
    "en": {
        r"e\.\s?g\.,?": "for example,",
        r"i\.\s?e\.,?": "that is,",
        r"etc\.": "and so on",
        r"vs\.?": "versus",
        r"cf\.": "compare",
        r"w/o": "without",
        r"C#": "C sharp",
        r"a\.k\.a\.": "also known as",
    }
}
_SPELLED = {
    "en": {"dot": " dot ", "at": " at ", "slash": " slash "},
    "zh": {"dot": "点", "at": "艾特", "slash": "斜杠"},
}
_URL = re.compile(
    r"(?:https?://|ftp://|www\.)(?P<host>[\w.-]+[\w])(?::\d+)?[^\s<>\"，。；！？）]*", re.ASCII
)
_MAIL = re.compile(r"(?:mailto:)?([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_HOST = re.compile(
    r"(?<![\w.@/-])(?:[a-zA-Z0-9-]+\.)+(?:com|org|net|io|dev|edu|gov|cn|uk|de|fr|ai|app|info)"
    r"(?![\w-]|\.\w)"
)
_PATH = re.compile(r"(?<![\w/])[~.]{0,2}/?(?:[\w.-]+/)+[\w.-]*\w|(?<![\w/.])/[\w-]+", re.ASCII)
_FILE = re.compile(r"(?<![\w.])([A-Za-z_][\w-]*)\.([a-z][a-z0-9]{0,4})\b(?![.(]\w)", re.ASCII)
_CALL = re.compile(r"(?<=\w)\(\)")
_UNDERSCORES = re.compile(r"(?<=[A-Za-z0-9])_+(?=[A-Za-z0-9])|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_PHONE = re.compile(r"(?<!\d)\d{3}-\d{3}-\d{4}(?!\d)|(?<!\d)\d{3}-\d{4}(?!\d)")
# Before a number they mean something.
_STRUCTURE = re.compile(r"[{}\[\]<>|\\`_]+|~(?!\s?\d)|#(?!\d)|\^(?!-?\d)|\*(?!\s?\d)")
_JOINERS = "\u200d\ufe0e\ufe0f\u20e3"
_KEPT_SIGNS = frozenset("%‰€£¥$¢+=@/№°")


def spoken(text: str, language: str = "en") -> str:
    """The words of a sentence that has no markup any more."""
    language = language if language in _SIGNS else ""
    text = _addresses(text, language)
    for short, words in _SHORT.get(language, {}).items():
        text = re.sub(rf"(?<![\w.]){short}(?!\w)", words, text, flags=re.IGNORECASE)
    if language == "en":
        text = _PHONE.sub(lambda found: _digits(found[0]), text)
        text = _names_of_programs(text)
    text = _signs(text, _SIGNS.get(language, {}))
    text = _without_pictures(text)
    text = _STRUCTURE.sub(" ", text)
    text = re.sub(r"\s+([,.;:!?，。；：！？])", r"\1", re.sub(r"\s+", " ", text))
    return re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text).strip(" ,;·")


def is_sayable(text: str) -> bool:
    """Whether there is a word or a number in it."""
    return any(character.isalnum() for character in text)


def _addresses(text: str, language: str) -> str:
    words = _SPELLED.get(language, {"dot": ".", "at": "@", "slash": "/"})

    def dotted(name: str) -> str:
        return name.removeprefix("www.").replace(".", words["dot"])

    text = _MAIL.sub(lambda found: dotted(found[1]) + words["at"] + dotted(found[2]), text)
    text = _URL.sub(lambda found: dotted(found["host"]) + _end_of(found[0]), text)
    return _HOST.sub(lambda found: dotted(found[0]), text)


def _end_of(address: str) -> str:
    """What ended the sentence, and not the address."""
    found = re.search(r"[.,;:!?]+$", address)
    return found[0] if found else ""


def _names_of_programs(text: str) -> str:
    text = _PATH.sub(lambda found: _path(found[0]), text)
    text = _FILE.sub(r"\1 dot \2", text)
    text = _CALL.sub("", text)
    return _CAMEL.sub(" ", _UNDERSCORES.sub(" ", text))


def _path(path: str) -> str:
    """Dates, units and choices have strokes, too, and are left to the voice: 1/2, km/h, and/or."""
    if not path.startswith(("/", "~", ".")) and "." not in path and path.count("/") < 2:
        return path
    if re.fullmatch(r"[\d/.]+", path):
        return path
    return re.sub(r"\.(?=\w)", " dot ", path.strip("/")).replace("/", " slash ")


def _digits(number: str) -> str:
    return ", ".join(" ".join(group) for group in number.split("-"))


def _signs(text: str, table: Table) -> str:
    for sign in sorted(table, key=len, reverse=True):
        text = text.replace(sign, table[sign])
    return text


def _without_pictures(text: str) -> str:
    """Without emoji and signs that nobody says."""
    return "".join(" " if _is_picture(each) else each for each in text)


def _is_picture(character: str) -> bool:
    if character in _JOINERS:
        return True
    if character.isascii() or character in _KEPT_SIGNS:
        return False
    return unicodedata.category(character) in ("So", "Sk", "Sm", "Cn", "Co", "Cs", "Cf")
