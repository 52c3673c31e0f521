from __future__ import annotations

import pytest

from app.knowledge.block import Block
from app.knowledge.extraction import reading
from app.knowledge.extraction.readers import read
from app.knowledge.extraction.reading import Recognize
from app.knowledge.report import Report
from tests.knowledge import files, shared
from tests.vision.heic import HEIC

BREAK = "<w:lastRenderedPageBreak/>"


def opened(
    data: bytes, name: str = "", recognize: Recognize | None = None
) -> tuple[list[Block], Report]:
    *blocks, report = read(data, name, recognize)
    assert isinstance(report, Report)
    assert all(isinstance(block, Block) for block in blocks)
    return blocks, report  # type: ignore[return-value]


def said(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks]


def test_word_keeps_headings_tables_and_pages():
    body = (
        files.word_paragraph("Chapter", "H2")
        + files.word_paragraph("First page")
        + files.word_table([["Name", "Days"], ["Ann", "23"]])
        + files.word_paragraph("Second page", before=BREAK)
    )
    blocks, report = opened(files.docx(body))
    assert [(b.kind, b.level, b.page) for b in blocks] == [
        ("heading", 2, 1),
        ("paragraph", 0, 1),
        ("table", 0, 1),
        ("paragraph", 0, 2),
    ]
    assert blocks[2].text == "| Name | Days |\n| --- | --- |\n| Ann | 23 |"
    assert (report.format, report.pages) == ("docx", 2)


def test_slides_come_in_the_order_in_which_they_are_shown():
    blocks, report = opened(files.pptx(["one", "two", "three"]))
    assert [(b.text, b.page) for b in blocks] == [("one", 1), ("two", 2), ("three", 3)]
    assert report.pages == 3


def test_pdf_keeps_headings_pages_and_joins_lines_to_paragraphs():
    line = "This line is long enough to be running text that goes on and on"
    pages = [[(20, "Title"), (11, line), (11, "and ends here.")], [(11, "Another page.")]]
    blocks, report = opened(files.pdf(pages))
    assert said(blocks) == [
        ("heading", "Title"),
        ("paragraph", f"{line} and ends here."),
        ("paragraph", "Another page."),
    ]
    assert [block.page for block in blocks] == [1, 1, 2]
    assert report.pages == 2


def test_an_epub_is_read_in_its_reading_order():
    blocks, report = opened(files.epub(["<h1>One</h1><p>a</p>", "<h1>Two</h1><p>b</p>"]))
    assert [block.text for block in blocks] == ["One", "a", "Two", "b"]
    assert report.pages == 2


def test_opendocument_keeps_headings_and_lists():
    body = (
        '<text:h text:outline-level="2">Head</text:h>'
        "<text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>"
    )
    blocks, _ = opened(files.odt(body))
    assert said(blocks) == [("heading", "Head"), ("item", "point")]


def test_html_keeps_structure_and_drops_what_steers_the_browser():
    page = (
        "<html><head><title>t</title></head><body><nav>menu</nav><script>x</script><h2>Head</h2>"
        "<p>Some <b>bold</b> text</p><ul><li>point</li></ul>"
        "<table><tr><th>a<th>b<tr><td>1<td>2</table><pre>code\n  more</pre></body></html>"
    )
    blocks, _ = opened(page.encode())
    assert said(blocks) == [
        ("heading", "Head"),
        ("paragraph", "Some bold text"),
        ("item", "point"),
        ("table", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("code", "code\n  more"),
    ]


def test_html_is_read_in_the_encoding_that_it_names():
    page = '<html><meta charset="gbk"><p>中文网页</p></html>'.encode("gbk")
    assert said(opened(page)[0]) == [("paragraph", "中文网页")]


def test_markdown_keeps_structure():
    table, code = "| a | b |\n| - | - |\n| 1 | 2 |", "```\nx = 1\n```"
    text = f"# One\n\ntext\ngoes on\n\n- point\n- other\n\n{table}\n\n{code}\n"
    blocks, _ = opened(text.encode(), "a.md")
    assert [block.kind for block in blocks] == [
        *("heading", "paragraph", "item", "item", "table", "code"),
    ]


def test_a_table_of_values_keeps_its_header_over_every_stretch():
    rows = "name;days\n" + "".join(f"person {n};{n}\n" for n in range(450))
    blocks, _ = opened(rows.encode("utf-16"), "t.csv")
    assert len(blocks) == 3
    assert all(block.text.startswith("| name | days |") for block in blocks)
    assert "| person 449 | 449 |" in blocks[-1].text


def test_mail_is_read_with_its_attachments():
    attached = {
        "grüße.txt": "Anhang 你好".encode("gbk"),
        "t.docx": files.docx(files.word_paragraph("inside")),
    }
    blocks, report = opened(files.mail("Hello", "See the files.", attached))
    texts = [block.text for block in blocks]
    assert texts[0] == "Hello"
    assert "From: ann@example.org" in texts[1]
    assert texts[2:] == ["See the files.", "grüße.txt", "Anhang 你好", "t.docx", "inside"]
    assert [block.level for block in blocks if block.kind == "part"] == [1, 1]
    assert report.format == "eml"


def test_every_message_of_a_mailbox_is_read():
    blocks, report = opened(files.mbox([files.mail("One", "first"), files.mail("Two", "second")]))
    assert [b.text for b in blocks if b.kind == "heading"] == ["One", "Two"]
    assert report.pages == 2


def test_notes_of_evernote_are_read_with_their_attachments():
    blocks, report = opened(files.enex("Shopping", "milk &amp; bread", {"a.txt": b"from a file"}))
    assert [block.text for block in blocks] == ["Shopping", "milk & bread", "a.txt", "from a file"]
    assert report.format == "enex"


def test_an_archive_is_read_file_by_file_and_what_fails_is_named():
    blocks, report = opened(
        files.zipped({"good.txt": "readable", "bad.pdf": b"%PDF-1.4 nothing", "说明.md": "# 标题"})
    )
    assert [b.text for b in blocks] == ["good.txt", "readable", "bad.pdf", "说明.md", "标题"]
    (problem,) = report.problems
    assert problem.message.en.startswith("bad.pdf: It is damaged")
    assert problem.message.zh.startswith("bad.pdf：文件已损坏")


def test_an_archive_in_an_archive_is_read_with_the_names_of_both():
    inner = files.zipped({"a.csv": "name;days\nAnn;23\nBo;5\n", "b.rtf": rb"{\rtf1 text\par}"})
    blocks, report = opened(files.zipped({"inner.zip": inner}))
    assert [(b.text, b.level) for b in blocks if b.kind == "part"] == [
        *(("inner.zip", 1), ("a.csv", 2), ("b.rtf", 2)),
    ]
    assert "| Ann | 23 |" in blocks[2].text
    assert not report.problems


@pytest.mark.parametrize("name", ["walk.py", "walk.go", "walk.sql", "walk.yaml"])
def test_source_code_keeps_its_indentation(name: str):
    blocks, report = opened(b"first:\n    second\n\nthird:\n\tfourth\n", name)
    assert said(blocks) == [("code", "first:\n    second"), ("code", "third:\n\tfourth")]
    assert report.format == "code"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "榅桲在十月成熟，香气浓郁。"),
        ("utf-16", "榅桲在十月成熟，香气浓郁。"),
        ("gbk", "榅桲在十月成熟，香气浓郁，适合做果酱。" * 3),
        ("big5", "這種水果在十月成熟，香氣濃郁，適合做果醬。" * 3),
        ("shift-jis", "この果物は十月に熟し、香りが豊かで、ジャムに適しています。" * 3),
        ("cp1252", "Die Früchte reifen früh – größere später, süß und „würzig“."),
    ],
)
def test_plain_text_is_read_in_whatever_encoding(encoding: str, text: str):
    assert said(opened(text.encode(encoding), "a.txt")[0]) == [("paragraph", text)]


def test_files_packed_without_end_are_left_out_at_some_depth():
    data = files.zipped({"a.txt": "the innermost"})
    for _ in range(12):
        data = files.zipped({"inner.zip": data})
    _, report = opened(data)
    assert [problem.reason for problem in report.problems] == ["too-deep"]


def test_archives_inside_one_another_share_what_they_may_unpack_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bombs = {f"{n}.zip": files.zipped({"a.txt": f"{n}" * 10_000}) for n in range(9)}
    data = files.zipped({"first.txt": "the first", **bombs})
    assert len(data) < 5000
    monkeypatch.setattr(reading, "LARGEST_TOTAL_BYTES", 25_000)
    blocks, report = opened(data)
    problems = [(problem.reason, problem.where) for problem in report.problems]
    assert problems == [("too-large", f"{n}.zip") for n in range(2, 9)]
    assert blocks[1].text == "the first"


def test_rtf_keeps_tables_and_reads_its_code_page():
    text = rb"{\rtf1\ansi\ansicpg936 \'c4\'e3\'ba\'c3\par {\trowd\cellx1\cellx2 a\cell b\cell\row}}"
    blocks, _ = opened(text)
    assert said(blocks) == [("paragraph", "你好"), ("table", "| a | b |\n| --- | --- |")]


def test_json_and_xml_become_text():
    assert '"name": "Ann"' in opened(b'{"name": "Ann"}')[0][0].text
    blocks, _ = opened(b"<?xml version='1.0'?><a><b>hello</b> there</a>")
    assert [block.text for block in blocks] == ["b: hello", "there"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (bytes(range(256)), "unknown"),
        (b"%PDF-1.4 and no more", "damaged"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"ID3\x04sound", "no-speech"),
        (files.docx(""), "no-text"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, reason: str):
    blocks, report = opened(data)
    assert not blocks
    assert report.refused is not None
    assert report.refused.reason == reason
    assert report.summary.en
    assert report.summary.zh


def test_a_picture_is_read_by_text_recognition():
    blocks, report = opened(files.bitmap(), recognize=lambda picture: [f"{picture.size}", "line"])
    assert said(blocks) == [("paragraph", "(8, 8)\nline")]
    assert report.ocr_pages == 1


def test_what_iphones_make_is_read_upright():
    blocks, _ = opened(HEIC, recognize=lambda picture: [f"{picture.size}"])
    assert said(blocks) == [("paragraph", "(32, 64)")]


def test_a_picture_without_text_recognition_is_said_to_need_it():
    _, report = opened(files.bitmap())
    assert report.refused is not None
    assert report.refused.reason == "no-ocr"


@pytest.mark.parametrize(
    ("name", "outcome", "text"), shared.table(shared.data("docs", "expected.tsv"))
)
def test_documents_of_the_wild_are_read(name: str, outcome: str, text: str):
    path = shared.data("docs", name)
    assert path is not None
    blocks, report = opened(path.read_bytes(), name, lambda _: ["(recognized)"])
    everything = " ".join(" ".join(block.text for block in blocks).split())
    if outcome.startswith("clear"):
        assert report.refused is not None
        assert report.refused.reason == ("password" if "password" in outcome else "no-text")
    elif "OCR" in outcome:
        assert report.ocr_pages == 1
    else:
        assert text in everything
