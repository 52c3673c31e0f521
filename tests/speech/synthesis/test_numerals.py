from __future__ import annotations

import pytest

from app.speech.synthesis.numerals import in_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2024年11月", "二零二四年十一月"),
        ("2024-11-05 9:05", "二零二四年十一月五日 九点零五分"),
        ("9:30到10:00", "九点三十分到十点"),
        ("占50%，零下-5度", "占百分之五十，零下负五度"),
        ("3.14和2.5%", "三点一四和百分之二点五"),
        ("1,234,567元", "一百二十三万四千五百六十七元"),
        ("2个，12个，20个", "两个，十二个，二十个"),
        ("10500 100010 200000000", "一万零五百 十万零一十 二亿"),
        ("110 1001 20,030,004", "一百一十 一千零一 二千零三万零四"),
        ("3-5天", "三到五天"),
        ("13800138000", "一三八零零一三八零零零"),
        ("007", "零零七"),
    ],
)
def test_numbers_are_said_as_chinese_says_them(written: str, said: str) -> None:
    assert in_words(written) == said
