"""Damaged documents of every kind: each is read as far as it goes, and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from app.knowledge.extraction.extractor import Extractor, Limits
from tests.damage import damaged
from tests.knowledge import files, office97
from tests.knowledge.libraries import READ_IN_CHILD

EACH = 25
SEED = 7
PARAGRAPH = files.word_paragraph("Quinces are made into jelly.")
DOCUMENTS = {
    "a.pdf": files.pdf([[(12, "Quinces")], [(12, "Medlars")]]),
    "a.docx": files.docx(PARAGRAPH + files.word_table([["a", "b"], ["c", "d"]])),
    "a.pptx": files.pptx(["Quinces", "Medlars"]),
    "a.odt": files.odt("<text:p>Quinces</text:p>"),
    "a.epub": files.epub(["<h1>One</h1><p>Quinces</p>", "<p>Medlars</p>"]),
    "a.eml": files.mail("Quinces", "They are ripe.", {"list.csv": b"a,b\n1,2\n"}),
    "a.mbox": files.mbox([files.mail("One", "x"), files.mail("Two", "y")]),
    "a.enex": files.enex("Quinces", "Ripe", {"note.txt": b"more"}),
    "a.zip": files.zipped({"a.txt": "x", "b/c.html": "<p>y</p>", "d.csv": "1,2\n"}),
    "a.doc": office97.doc("Quinces", "Medlars"),
    "a.ppt": office97.ppt([("Quinces", "ripe")]),
    "a.xls": office97.xls("Sheet", [["a", 1.5], ["b", 2.0]]),
    "a.msg": office97.msg("Quinces", "ripe", {"a.txt": b"x"}),
    "a.rtf": rb"{\rtf1\ansi Quinces \b are\b0  {\i ripe} \u233? \'e9 }",
    "a.html": b"<!doctype html><title>Q</title><table><tr><td>1<td>2</table><ul><li>x<ul><li>y",
    "a.md": b"# Quinces\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n  - y\n\n```\ncode\n```\n",
    "a.csv": b'a;b;c\n1;"two\nlines";3\n',
    "a.json": b'{"a": [1, {"b": "quinces"}], "c": null}',
    "a.txt": "Quitten 木瓜\r\n".encode("utf-16"),
    "a.bmp": files.bitmap(),
}


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    extractor = Extractor(READ_IN_CHILD, Limits(silent_s=30.0))
    yield extractor
    extractor.close()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_damaged_document_is_read_as_far_as_it_goes(
    extractor: Extractor, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "content"
    for number in range(EACH):
        random = Random(f"{SEED} {name} {number}")
        path.write_bytes(damaged(DOCUMENTS[name], random))
        report = extractor.extract(path, name).report
        reasons = {problem.reason for problem in report.problems}
        assert not reasons & {"crashed", "too-slow", "memory"}, (name, number)
