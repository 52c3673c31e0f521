"""Which language a text is in: by its script, and among those in Latin letters by small words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
_WORDS = {
    "en": "the of and to is in that it for you was with on are this have not be as at what how",
    "de": "der die das und ist nicht ein eine ich zu mit den von auf für im dem sich auch wie es",
    "fr": "le la les des et est une un que dans pour pas vous je il ne sur avec ce du qui au",
    "es": "el los las y es una que en por para con no un se del como lo más su pero está",
    "it": "il che di è per un una non sono con le gli della come più del anche ma questo nel",
    "pt": "o os as e é um uma que não para com do da em por mais como se dos no são você",
    "nl": "de het een en van is niet ik dat te met voor zijn op die er aan ook maar je",
    "sv": "och att det som en är på för av med den till inte om ett har jag de så",
    "da": "og det at en er på til af for med den ikke jeg de som har et vi",
    "pl": "i w nie na się z do to jest że o jak co po od dla jego ale są czy",
    "cs": "a je se na v to že s z do jak pro ale jsem není by co tak jsou",
    "tr": "bir ve bu da de için ne çok ile gibi daha mi ama var olarak değil ben",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke ada",
    "vi": "và của là có không cho một các được trong người này với tôi những đã",
    "fi": "ja on ei se että hän oli mutta ovat niin kun myös kuin tai jos minä",
    "hu": "a az és nem hogy egy is ez de van csak meg volt ha mint",
    "ro": "și de în la nu cu este o un pe că din mai care pentru sunt",
}
_SETS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_LETTERS = re.compile(r"[^\W\d_]+")
LEAST_WORDS = 2
"""So many small words of another language, and more than English ones, tell it from English."""


def language_of(text: str) -> str | None:
    """The code of the language that most of a text is in; None where there are no letters."""
    scripts = Counter(_script(each) for each in text if each.isalpha())
    if not scripts:
        return None
    if scripts["ja"] and scripts["ja"] + scripts["zh"] > scripts["latin"] / 4:
        return "ja" if scripts["ja"] * 5 > scripts["zh"] else "zh"
    # A Chinese character says as much as some Latin letters.
    scripts["zh"] *= 3
    script = scripts.most_common(1)[0][0]
    return _by_words(text) if script == "latin" else script


def is_han(character: str) -> bool:
    """Whether it is of the scripts that have no spaces between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


def _script(letter: str) -> str:
    if letter.isascii():
        return "latin"
    name = unicodedata.name(letter, "")
    if name.startswith("CJK"):
        return "zh"
    first = name.partition(" ")[0].removesuffix("-")
    return _SCRIPTS.get(first, "latin" if first == "LATIN" else first.lower() or "other")


def _by_words(text: str) -> str:
    words = Counter(_LETTERS.findall(text.lower()))
    scores = {code: sum(words[each] for each in known) for code, known in _SETS.items()}
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    if best != "en" and scores[best] < max(LEAST_WORDS, scores["en"] + 1):
        return "en"
    return best
