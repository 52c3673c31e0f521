from __future__ import annotations

import pytest

from app.knowledge.encodings import declared_in, decode, looks_like_text

TEXTS = {
    "gb18030": ["这是一个简单的中文文本，用来测试编码。", "你好", "第一章 总则\n第二条 合同"],
    "big5hkscs": ["這是一個簡單的中文文本，用來測試編碼。", "你好嗎", "臺灣繁體中文測試ABC"],
    "shift_jis": ["これは日本語のテストです。", "東京都の天気"],
    "euc_jp": ["これは日本語のテストです。"],
    "euc_kr": ["한국어 시험입니다.", "안녕하세요"],
    "cp1252": ["können\näöüß", "L’été était très chaud", "“quoted” – dash", "15,50 €", "El niño"],
    "cp1251": ["Привет, как дела?"],
    "utf-8": ["any 任何 text", "plain"],
    "utf-16-le": ["Without a mark, with Latin letters"],
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts]
)
def test_a_text_is_read_in_the_encoding_that_it_was_written_in(encoding: str, text: str):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str):
    assert decode("Grüße, 你好".encode(encoding)) == "Grüße, 你好"


def test_a_declared_encoding_is_believed_where_it_fits():
    assert decode("naïve".encode("latin-1"), "iso-8859-1") == "naïve"
    assert decode("你好吗".encode("gb18030"), "ascii") == "你好吗"


def test_html_names_its_encoding():
    assert declared_in(b'<meta http-equiv=x content="text/html; charset=GBK">') == "GBK"
    assert declared_in(b'<?xml version="1.0" encoding="Shift_JIS"?>') == "Shift_JIS"
    assert declared_in(b"<p>none</p>") is None


def test_a_binary_file_is_not_taken_for_text():
    assert not looks_like_text(bytes(range(256)) * 4)
    assert looks_like_text("текст\n".encode("cp1251"))
