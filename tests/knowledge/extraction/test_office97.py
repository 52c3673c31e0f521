from __future__ import annotations

import pytest

from app.knowledge.extraction import ole
from app.knowledge.formats import detect
from tests.knowledge import files, office97
from tests.knowledge.compound import compound
from tests.knowledge.extraction.test_readers import opened, said

MADE = {
    "doc": office97.doc("words"),
    "ppt": office97.ppt([("Title", "words")]),
    "xls": office97.xls("Sheet", [["words"]]),
    "msg": office97.msg("Subject", "words"),
}


def test_compound_files_are_as_another_reader_expects_them():
    streams = {"small": b"a", "large": bytes(range(256)) * 300, "in/side": b"b" * 100, "in/e": b""}
    with ole.opened(compound(streams)) as file:
        found = {"/".join(path): ole.stream(file, *path) for path in file.listdir()}
        assert not file.parsing_issues
    assert found == streams


@pytest.mark.parametrize("expected", MADE)
def test_they_are_told_apart_by_what_is_in_them(expected: str):
    assert detect(MADE[expected], "file.bin") == expected


def test_word_97_keeps_pages_tables_and_both_kinds_of_pieces():
    latin = "Caf\xe9\rName\x07Days\x07\x07Ann\x0723\x07\x07"
    blocks, report = opened(office97.doc(latin, "\x0c\x13 PAGE \x14第二页\x15有文字\r"))
    assert [(block.page, block.text) for block in blocks] == [
        (1, "Café"),
        (1, "| Name | Days |\n| --- | --- |\n| Ann | 23 |"),
        (2, "第二页有文字"),
    ]
    assert report.pages == 2


def test_word_97_under_a_password_says_so():
    blocks, report = opened(office97.doc("words", encrypted=True))
    assert not blocks
    assert [problem.reason for problem in report.problems] == ["password"]


def test_powerpoint_97_has_titles_and_texts_slide_by_slide():
    blocks, report = opened(office97.ppt([("One", "first"), ("二", "second\rthird")]))
    assert [(b.kind, b.text, b.page) for b in blocks] == [
        ("heading", "One", 1),
        ("paragraph", "first", 1),
        ("heading", "二", 2),
        ("paragraph", "second", 2),
        ("paragraph", "third", 2),
    ]
    assert report.pages == 2


def test_excel_97_becomes_a_table_under_its_sheets_name():
    blocks, _ = opened(office97.xls("账目", [["Name", "Days"], ["Ann", 23.0], ["Bo", 0.5]]))
    assert said(blocks) == [
        ("heading", "账目"),
        ("table", "| Name | Days |\n| --- | --- |\n| Ann | 23 |\n| Bo | 0.5 |"),
    ]


def test_outlook_messages_bring_their_attachments():
    inside = {"note.txt": "榅桲".encode(), "t.docx": files.docx(files.word_paragraph("inside"))}
    blocks, report = opened(office97.msg("Garden", "See the files.", inside))
    headers = "Subject: Garden\nFrom: Ann\nDate: 2022-12-16 22:04:16+00:00"
    assert [block.text for block in blocks] == [
        *("Garden", headers, "See the files."),
        *("note.txt", "榅桲", "t.docx", "inside"),
    ]
    assert not report.problems


@pytest.mark.parametrize("format_", MADE)
def test_a_part_of_one_is_damaged_or_says_less_but_never_fails(format_: str):
    whole = MADE[format_]
    for size in (600, len(whole) // 2, len(whole) - 700):
        opened(whole[:size])
