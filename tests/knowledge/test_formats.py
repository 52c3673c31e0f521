from __future__ import annotations

import pytest

from app.knowledge.formats import detect
from tests.knowledge import files

CONTENTS = {
    "docx": files.docx(files.word_paragraph("hello")),
    "pptx": files.pptx(["one"]),
    "odt": files.odt("<text:p>hello</text:p>"),
    "epub": files.epub(["<p>hello</p>"]),
    "zip": files.zipped({"a.txt": "hello"}),
    "pdf": files.pdf([[(12, "hello")]]),
    "rtf": rb"{\rtf1\ansi hello}",
    "html": b"<!DOCTYPE html><p>hello",
    "eml": files.mail("hello", "text"),
    "mbox": files.mbox([files.mail("hello", "text")]),
    "enex": files.enex("hello", "text"),
    "json": b'{"a": 1}',
    "xml": b'<?xml version="1.0"?><a>hello</a>',
    "markdown": b"# Title\n\n- one\n- two\n",
    "image": files.bitmap(),
    "audio": b"ID3\x04rest",
    "code": b"#!/bin/sh\necho hello\n",
    "text": b"Just some words.\n",
    "empty": b"",
    "unknown": bytes(range(256)),
}


@pytest.mark.parametrize("expected", CONTENTS)
def test_a_format_is_known_by_its_content_whatever_the_name(expected: str):
    assert detect(CONTENTS[expected], "file.bin") == expected or expected == "markdown"
    assert detect(CONTENTS[expected]) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x18ftypheic", "image"),
        (b"\0\0\0\x18ftypmsf1", "image"),
        (b"\0\0\0\x18ftypM4A ", "audio"),
        (b"FORM\0\0\0\0AIFF", "audio"),
        (b"\xff\xf3\x84", "audio"),
        (b"#!AMR\n", "audio"),
    ],
)
def test_pictures_and_recordings_of_phones_are_known(head: bytes, expected: str):
    assert detect(head + bytes(64)) == expected


def test_kinds_of_plain_text_are_told_apart_by_name():
    assert detect(b"a,b\n1,2\n", "table.csv") == "csv"
    assert detect(b"def f(): ...\n", "f.py") == "code"
    assert detect(b"a line\n", "notes.md") == "markdown"


def test_a_mail_needs_more_than_one_line_that_looks_like_a_header():
    assert detect(b"Date: tomorrow\n\nWe meet at noon.\n", "notes.txt") == "text"
