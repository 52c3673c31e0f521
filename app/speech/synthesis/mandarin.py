"""How Mandarin is said, in Kokoro's alphabet; through here alone pypinyin is imported.

Source: Kokoro v1.0 was trained on misaki's transcription of pinyin (github.com/hexgrad/misaki).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

from app.speech.synthesis.numerals import in_words

_INITIALS = {
    **{"b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l"},
    **{"g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "z": "ʦ", "c": "ʦʰ"},
    **{"s": "s", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ"},
}
_FINALS = {  # the tone is written where the digit is
    **{"a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0"},
    **{"en": "ə0n", "eng": "ə0ŋ", "er": "ɚ0", "ê": "ɛ0", "i": "i0", "ia": "ja0", "ie": "je0"},
    **{"ian": "jɛ0n", "iang": "ja0ŋ", "iao": "jau0", "in": "i0n", "ing": "i0ŋ", "io": "jɔ0"},
    **{"iong": "jʊ0ŋ", "iou": "jou0", "o": "wo0", "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0"},
    **{"ua": "wa0", "uai": "wai0", "uan": "wa0n", "uang": "wa0ŋ", "uei": "wei0", "uen": "wə0n"},
    **{"ueng": "wə0ŋ", "uo": "wo0", "v": "y0", "van": "ɥɛ0n", "ve": "ɥe0", "vn": "y0n"},
}
_HISSED = ("zh", "ch", "sh", "r", "z", "c", "s")
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘"}
_MARKS = {
    **{"，": ", ", "、": ", ", "。": ". ", "．": ". ", "！": "! ", "？": "? ", "；": "; "},
    **{"：": ": ", "“": "“", "”": "”", "《": " “", "》": "” ", "「": " “", "」": "” "},
    **{"（": " (", "）": ") ", "…": "…", "—": "—"},
}
_PART = re.compile(r"(?P<han>[\u3400-\u9fff]+)|(?P<latin>[A-Za-z][A-Za-z' -]*)|.", re.DOTALL)

Says = Callable[[str], str]


def phonemes(text: str, english: Says) -> str:
    """A sentence in which words of English, too, may stand: those are said by that."""
    said = ""
    for part in _PART.finditer(in_words(text)):
        if part["han"]:
            said += " ".join(map(_word, seg.cut(part[0])))
        elif part["latin"]:
            said += f" {english(part[0].strip())} "
        else:
            said += _MARKS.get(part[0], part[0])
    return re.sub(r"\s+", " ", said).strip()


def _word(word: str) -> str:
    initials = lazy_pinyin(word, style=Style.INITIALS, strict=True)
    finals = lazy_pinyin(word, Style.FINALS_TONE3, neutral_tone_with_five=True, tone_sandhi=True)
    return "".join(map(_syllable, initials, finals))


def _syllable(initial: str, final: str) -> str:
    tone, sound = _TONES.get(final[-1:], ""), final.rstrip("12345").replace("ü", "v")
    said = "ɨ0" if sound == "i" and initial in _HISSED else _FINALS.get(sound, "")
    return _INITIALS.get(initial, "") + said.replace("0", tone)
