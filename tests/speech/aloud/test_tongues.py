from __future__ import annotations

import pytest

from app.speech.aloud.tongues import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello there", "en"),
        ("OK", "en"),
        ("Der Hund ist nicht groß.", "de"),
        ("Le chat est dans la maison", "fr"),
        ("El perro es muy grande y está en el jardín", "es"),
        ("The word Zeitgeist means spirit of the time", "en"),
        ("你好，世界", "zh"),
        ("用 Python 写一个程序 please", "zh"),
        ("Please translate 你好 into English for me", "en"),
        ("今日は良い天気です", "ja"),
        ("안녕하세요", "ko"),
        ("Привет, мир", "ru"),
        ("12345 …", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language
