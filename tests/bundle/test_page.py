from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app.bundle.page import PageFiles
from app.errors import BadFile
from tests.bundle import made

FILES = {
    "index.html": b"<html>",
    "index.html.gz": b"gz",
    "assets/main-ABCD2345.js": b"script",
    "assets/main-ABCD2345.js.br": b"br",
    "assets/main-ABCD2345.js.gz": b"gz",
    "third-licences.txt": b"licences",
    "assets/packed-ABCD2345.css.br": b"br",
    "assets/packed-ABCD2345.css.gz": gzip.compress(b"style"),
}


@pytest.fixture(params=["zip", "folder"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> PageFiles:
    if request.param == "zip":
        return PageFiles.in_zip(made.file(tmp_path / "page", made.page(FILES)))
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return PageFiles.in_folder(tmp_path)


@pytest.mark.parametrize(
    ("encodings", "encoding", "content"),
    [
        ({"gzip", "br"}, "br", b"br"),
        ({"gzip"}, "gzip", b"gz"),
        ({"zstd"}, None, b"script"),
        (set(), None, b"script"),
    ],
)
def test_the_best_accepted_encoding_is_sent(
    page: PageFiles, encodings: set[str], encoding: str | None, content: bytes
):
    file = page.get("assets/main-ABCD2345.js", encodings)
    assert file is not None
    assert (bytes(file.data), file.encoding) == (content, encoding)
    assert file.mime == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("encodings", "encoding", "content"), [({"br"}, "br", b"br"), (set(), None, b"style")]
)
def test_what_is_kept_packed_alone_is_unpacked_for_who_takes_no_encoding(
    page: PageFiles, encodings: set[str], encoding: str | None, content: bytes
):
    file = page.get("assets/packed-ABCD2345.css", encodings)
    assert file is not None
    assert (bytes(file.data), file.encoding) == (content, encoding)
    assert (file.mime, file.immutable) == ("text/css; charset=utf-8", True)


def test_the_empty_path_is_the_page_itself(page: PageFiles):
    file = page.get("", {"br"})
    assert file is not None
    assert (bytes(file.data), file.mime) == (b"<html>", "text/html; charset=utf-8")


def test_only_what_has_its_hash_in_its_name_never_changes(page: PageFiles):
    files = [page.get(name, set()) for name in ("assets/main-ABCD2345.js", "third-licences.txt")]
    assert [file is not None and file.immutable for file in files] == [True, False]


def test_each_encoding_has_its_own_tag(page: PageFiles):
    tags = {
        file.etag
        for encodings in ({"br"}, {"gzip"}, {"none"})
        if (file := page.get("assets/main-ABCD2345.js", encodings))
    }
    assert len(tags) == 3


@pytest.mark.parametrize("path", ["missing", "../page", "assets", "/index.html"])
def test_there_is_nothing_under_other_names(page: PageFiles, path: str):
    assert page.get(path, {"br"}) is None


def test_a_damaged_page_says_so(tmp_path: Path):
    with pytest.raises(BadFile, match="page inside"):
        PageFiles.in_zip(made.file(tmp_path / "page", b"PK no zip")).get("", set())


def test_no_page_has_no_files():
    assert PageFiles.none().get("", set()) is None
