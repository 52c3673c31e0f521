from __future__ import annotations

import pytest

from app.api.documents.names import MOST_NAME, path_of


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("a.txt", ("a.txt",)),
        ("folder/a.txt", ("folder", "a.txt")),
        ("..\\..\\windows\\a.txt", ("windows", "a.txt")),
        ("C:\\Users\\me\\a.txt", ("Users", "me", "a.txt")),
        ("/etc/./passwd", ("etc", "passwd")),
        ("a\x00b\n.txt", ("ab.txt",)),
        ("报告（最终）.pdf", ("报告（最终）.pdf",)),
        ("e\u0301.txt", ("\u00e9.txt",)),
        ("..", ("document",)),
        ("", ("document",)),
        (None, ("document",)),
        ("x" * 300 + ".pdf", ("x" * (MOST_NAME - 4) + ".pdf",)),
    ],
)
def test_a_name_is_made_fit_to_be_kept(sent: str | None, path: tuple[str, ...]) -> None:
    assert path_of(sent) == path
