from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat.reasoning import Text, Thoughts, opened_by
from tests.chat.events import Read, cut, read

CASES = [
    ("<think>\nHm.\n\n</think>\n\nYes.", False, Read("Yes.", "Hm.")),
    ("  <think>a b</think>c", False, Read("c", "a b")),
    ("Hm.\n</think>\nYes.", True, Read("Yes.", "Hm.")),
    ("Hm. It </thin", True, Read("", "Hm. It </thin")),
    ("</think>Yes.", True, Read("Yes.")),
    ("<think>\n\n</think>\n\nYes.", False, Read("Yes.")),
    ("Yes, <think> is a tag. </think>", False, Read("Yes, <think> is a tag. </think>")),
    (" <thi", False, Read(" <thi")),
    ("", False, Read()),
    ("no thoughts at all ", False, Read("no thoughts at all ")),
]


@pytest.mark.parametrize(("text", "opened", "expected"), CASES)
@given(places=st.lists(st.integers(0, 99), max_size=5))
def test_thoughts_are_split_off(text: str, opened: bool, expected: Read, places: list[int]) -> None:
    assert read(Thoughts(Text(), opened), cut(text, places)) == expected
    assert read(Thoughts(Text(), opened), list(text)) == expected


def test_a_call_ends_thoughts_that_were_not_closed() -> None:
    found = read(Thoughts(Text(), True, ["<tool_call>"]), list("Hm. <tool_call>{}"))
    assert found == Read("<tool_call>{}", "Hm.")


def test_thoughts_are_passed_on_as_they_come() -> None:
    parser = Thoughts(Text(), False)
    assert list(parser.feed("<thi")) == []
    assert [event.text for event in parser.feed("nk>One ") if hasattr(event, "text")] == ["One"]


def test_a_prompt_may_have_opened_the_thoughts() -> None:
    assert opened_by("<|im_start|>assistant\n<think>\n")
    assert not opened_by("<|im_start|>assistant\n<think>\n\n</think>\n\n")
