from __future__ import annotations

from app.speech.synthesis.mandarin import phonemes


def spelled(words: str) -> str:
    return f"<{words}>"


def test_characters_become_syllables_with_their_tones() -> None:
    assert phonemes("天气很好。", spelled) == "tʰjɛ→n ʨʰi↘ xə↓n xau↓."
    assert phonemes("女儿去吃鱼", spelled) == "ny↓ɚ↗ ʨʰy↘ ꭧʰɨ→ y↗"


def test_a_character_is_said_as_its_word_has_it() -> None:
    assert "xa↗ŋ" in phonemes("银行", spelled)
    assert "ɕi↗ŋ" in phonemes("行走", spelled)


def test_other_words_and_numbers_are_said_in_their_place() -> None:
    assert phonemes("打开Wi-Fi，用2次", spelled).startswith("ta↓kʰai→ <Wi-Fi> , jʊ↘ŋ lja↓ŋ")
