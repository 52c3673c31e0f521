from __future__ import annotations

import pytest

from app.conversations.exchange import as_markdown, of_markdown, picture_in, renamed
from app.conversations.message import Message
from app.conversations.titles import title_of

TREE = [
    Message("q", None, "user", "Hi", 1.0),
    Message("a", "q", "assistant", "First.", 2.0),
    Message("b", "q", "assistant", "# Second\n\n## Part", 3.0, state="writing"),
]


def test_markdown_comes_back_as_it_went() -> None:
    text = as_markdown("Title", TREE, "b", {"user": "You", "assistant": "Assistant"})
    assert text == "# Title\n\n## You\n\nHi\n\n## Assistant\n\n# Second\n\n## Part\n"
    found = of_markdown(text)
    assert found is not None
    assert found.title == "Title"
    assert [(each.role, each.text) for each in found.messages] == [
        ("user", "Hi"),
        ("assistant", "# Second\n\n## Part"),
    ]


def test_what_is_no_conversation_is_none() -> None:
    assert of_markdown("# A letter\n\n## Dear all\n\nhello") is None


def test_a_tree_keeps_its_shape_under_new_names() -> None:
    messages, leaf = renamed([*TREE, Message("z", "missing", "user", "lost", 4.0)], "a")
    assert [each.parent for each in messages] == [None, messages[0].uid, messages[0].uid, None]
    assert leaf == messages[1].uid
    assert messages[2].state == "stopped"
    assert not {each.uid for each in messages} & {"q", "a", "b", "z"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("How does a hash table work?", "How does a hash table work?"),
        ("\n\n## **Fix** this\nplease", "Fix this"),
        ("word " * 40, "word " * 11 + "word…"),
        ("租" * 80, "租" * 60 + "…"),
        ("```\n---\n", ""),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert title_of(text) == title


def test_a_picture_is_taken_out_of_its_address() -> None:
    assert picture_in("data:image/png;base64,aGk=") == ("image/png", b"hi")
    assert picture_in("data:text/html;base64,aGk=") is None
    assert picture_in("https://example.com/x.png") is None
