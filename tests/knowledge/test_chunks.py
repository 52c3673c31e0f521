from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.knowledge.block import Block
from app.knowledge.chunks import Sizes, cut, page_at, text_of
from app.knowledge.tokens import estimate

SMALL = Sizes(most=40, enough=20)
kinds = st.sampled_from(["part", "heading", "paragraph", "item", "table", "code"])
words = st.text("abc 甲乙。.!\n", min_size=1, max_size=400).filter(lambda text: text.strip())
blocks = st.lists(
    st.builds(Block, kinds, words, st.integers(1, 3), st.none() | st.integers(1, 9)), max_size=12
)


def said(text: str) -> str:
    return "".join(text.split())


@given(blocks)
def test_chunks_are_stretches_of_the_text_that_together_are_all_of_it(given_blocks: list[Block]):
    text = text_of(given_blocks)
    chunks = list(cut(given_blocks, SMALL))
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(a.end <= b.start for a, b in pairwise(chunks))
    assert said("".join(chunk.text for chunk in chunks)) == said(text)


@given(blocks)
def test_no_chunk_of_running_text_is_much_larger_than_allowed(given_blocks: list[Block]):
    running = [block for block in given_blocks if block.kind == "paragraph"]
    assert all(estimate(chunk.text) <= SMALL.most * 1.5 for chunk in cut(running, SMALL))


def test_a_chunk_knows_the_headings_that_it_stands_under():
    document = [
        Block("heading", "Guide", 1),
        Block("heading", "Setup", 2),
        Block("paragraph", "word " * 30),
        Block("paragraph", "more " * 30),
        Block("heading", "Use", 2),
        Block("paragraph", "last " * 30),
    ]
    paths = [chunk.path for chunk in cut(document, SMALL)]
    assert paths == [(), ("Guide", "Setup"), ("Guide",)]


def test_a_file_inside_a_file_begins_a_chunk_under_its_name():
    document = [
        Block("paragraph", "See the attachment."),
        Block("part", "invoice.pdf", 1),
        Block("paragraph", "Total: 12 euros."),
    ]
    first, second = cut(document)
    assert first.path == ()
    assert second.path == ("invoice.pdf",)
    assert "12 euros" in second.text


def test_a_heading_is_not_parted_from_what_it_stands_over():
    document = [
        Block("paragraph", "word " * 30),
        Block("heading", "Alone?", 1),
        Block("paragraph", "more " * 30),
    ]
    assert [chunk.text.startswith("Alone?") for chunk in cut(document, SMALL)] == [False, True]


def test_a_long_table_is_cut_between_its_rows():
    rows = "\n".join(f"| row {number} | value {number} |" for number in range(60))
    chunks = list(cut([Block("table", rows)], SMALL))
    assert len(chunks) > 3
    assert all(chunk.text.strip().endswith("|") for chunk in chunks)


def test_a_place_in_the_text_has_a_page():
    document = [Block("paragraph", "first", page=1), Block("paragraph", "second", page=2)]
    (chunk,) = cut(document)
    text = text_of(document)
    assert page_at(chunk.pages, text.index("first")) == 1
    assert page_at(chunk.pages, text.index("second")) == 2


def test_the_key_of_a_chunk_does_not_depend_on_its_place():
    alone = next(cut([Block("paragraph", "the same words")]))
    (moved,) = cut([Block("part", "x", 1), Block("paragraph", "the same words")])
    assert alone.key != moved.key  # another path is another chunk
    before = Block("paragraph", "new " * 37)
    later = list(cut([before, Block("paragraph", "the same words")], SMALL))
    assert alone.key == later[-1].key
