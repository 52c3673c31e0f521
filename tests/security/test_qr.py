from __future__ import annotations

from app.security import qr


def test_a_picture_is_square_with_a_light_border_and_is_printed_in_half_as_many_lines() -> None:
    rows = qr.rows("http://192.168.1.5:8080/pair#abcdefghijklmnopqrstuv")
    assert {len(row) for row in rows} == {len(rows)}
    assert set("".join(rows)) == {"0", "1"}
    assert set(rows[0] + rows[-1]) == {"0"}
    lines = qr.printed(rows)
    assert len(lines) == (len(rows) + 1) // 2
    assert lines[0].count("█") > 0
