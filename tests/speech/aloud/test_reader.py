from __future__ import annotations

from random import Random

import pytest

from app.speech.aloud.reader import Reader, sentences

LETTER = """# A letter

Hello **world**! This is *a test*. Dr. Smith, J. K. Jones and
the others paid $5.50, e.g. for [the docs](https://x.com/a?b=1) [1].

1. First `foo_bar()` thing
2. Second thing
- [x] done 🎉

```python
def f():
    return 1
```

```
pip install x
```

| Name | Age |
|---|---:|
| Bob | 5 |
| Al | **6** |

> Quoted here
> goes on… And then!

---
![A cat](cat.png) <b>bold</b> &amp; more
"""
SAID = [
    "A letter.",
    "Hello world!",
    "This is a test.",
    "Dr. Smith, J. K. Jones and the others paid $5.50, for example, for the docs.",
    "1: First foo bar thing.",
    "2: Second thing.",
    "done.",
    "Code, 2 lines.",
    "pip install x.",
    "Name: Bob; Age: 5.",
    "Name: Al; Age: 6.",
    "Quoted here goes on…",
    "And then!",
    "A cat bold and more.",
]


def test_markdown_becomes_sentences() -> None:
    assert list(sentences(LETTER)) == SAID


@pytest.mark.parametrize("seed", range(20))
def test_however_the_text_comes_the_sentences_are_the_same(seed: int) -> None:
    chance, reader, said, at = Random(seed), Reader(), list[str](), 0
    while at < len(LETTER):
        size = chance.choice((1, 2, 3, 5, 9, 30))
        said += reader.add(LETTER[at : at + size])
        at += size
    assert [*said, *reader.end()] == SAID


def test_a_sentence_is_told_as_soon_as_the_next_one_begins() -> None:
    reader = Reader()
    assert reader.add("It rains. It") == ["It rains."]
    assert reader.add(" pours. 它") == ["It pours."]
    assert reader.add("下雨。") == ["它下雨。"]
    assert reader.end() == []


def test_chinese_is_joined_without_spaces_and_has_its_own_words() -> None:
    text = "# 标题\n\n今天是\n晴天，约 5 > 3。**出门**吧\n\n```js\na\nb\n```"
    assert list(sentences(text)) == [
        "标题。",
        "今天是晴天，约 5大于3。",
        "出门吧。",
        "代码，共2行。",
    ]


def test_the_address_of_a_link_is_not_read() -> None:
    reader = Reader()
    said = [reader.add(part) for part in ("见[说明。]", "(#说明) 好。", " [One. Two.](x) Three")]
    assert [*said, reader.end()] == [[], ["见说明。 好。"], [], ["One. Two. Three."]]


def test_what_only_looks_like_a_table_or_a_list_is_read_on() -> None:
    assert list(sentences("a | b\nand so on")) == ["a b and so on."]
    assert list(sentences("In 2024. Then 3. More")) == ["In 2024.", "Then 3.", "More."]
    assert list(sentences("-5 degrees")) == ["-5 degrees."]


@pytest.mark.parametrize("text", ["", "   \n\n", "🎉", "---", "```\n```", "**"])
def test_where_there_is_nothing_to_say_there_are_no_sentences(text: str) -> None:
    assert list(sentences(text)) == []


@pytest.mark.parametrize("text", ["*" * 9_000, "[" * 9_000, "`" * 9_001, "a" * 9_000])
def test_strange_text_is_cut_into_pieces_that_can_be_said(text: str) -> None:
    assert all(len(sentence) <= 301 for sentence in sentences(text))


def test_what_never_ends_is_cut_at_commas() -> None:
    first, second, *_ = sentences(f"{'a word ' * 40}, {'another ' * 40}")
    assert len(first) <= 301
    assert first.startswith("a word")
    assert not second.startswith(",")


def test_a_long_sentence_of_chinese_is_said_in_parts() -> None:
    said = list(sentences("我们今天讨论三件事情，" * 12 + "完了。", "zh"))
    assert len(said) > 2
    assert max(map(len, said)) <= 61
    assert said[-1].endswith("完了。")
