from __future__ import annotations

from app.knowledge.scripts import script_of


def test_writing_is_told_apart_by_what_most_of_it_is_in():
    assert script_of("固始站位于河南省固始县") == "wide"
    assert script_of("한국어 문장입니다") == "wide"
    assert script_of("The station of Gushi (固始站)") == "narrow"
    assert script_of("《战国无双3》是由光荣和ω-force开发的 series") == "wide"
    assert script_of("") == "narrow"
