from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.processor.variants import Proof
from app.engine.processor.verdicts import Verdicts
from app.language import Text

ILLEGAL = Proof(Text("SIGILL: q4_0", "SIGILL：q4_0"))


def test_a_verdict_is_there_at_the_next_start(tmp_path: Path) -> None:
    first = Verdicts(tmp_path / "new", "Zen 4", "build 1")
    first.keep("zen4", ILLEGAL)
    first.keep("icelake", Proof())
    second = Verdicts(tmp_path / "new", "Zen 4", "build 1")
    assert second.get("zen4") == ILLEGAL
    assert second.get("icelake") == Proof()
    assert second.get("haswell") is None


def test_another_processor_and_another_build_are_proved_anew(tmp_path: Path) -> None:
    Verdicts(tmp_path, "Zen 4", "build 1").keep("zen4", ILLEGAL)
    assert Verdicts(tmp_path, "Zen 3", "build 1").get("zen4") is None
    assert Verdicts(tmp_path, "Zen 4", "build 2").get("zen4") is None


def test_a_new_build_leaves_no_verdicts_of_old_ones_behind(tmp_path: Path) -> None:
    for build in ("1", "2", "3"):
        Verdicts(tmp_path, "Zen 4", build).keep("zen4", Proof())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failure_that_says_nothing_of_the_processor_is_forgotten(tmp_path: Path) -> None:
    slow = Proof(Text("no result", "没有结果"), lasting=False)
    verdicts = Verdicts(tmp_path, "Zen 4", "1")
    verdicts.keep("zen4", slow)
    verdicts.keep("icelake", Proof())
    assert verdicts.get("zen4") == slow
    again = Verdicts(tmp_path, "Zen 4", "1")
    assert again.get("zen4") is None
    assert again.get("icelake") == Proof()


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"build": "1", "proofs": {"zen4": {"en": "x"}}}'],
)
def test_a_damaged_file_is_as_none(tmp_path: Path, damage: bytes) -> None:
    Verdicts(tmp_path, "Zen 4", "1").keep("zen4", Proof())
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    verdicts = Verdicts(tmp_path, "Zen 4", "1")
    assert verdicts.get("zen4") is None
    verdicts.keep("zen4", Proof())
    assert Verdicts(tmp_path, "Zen 4", "1").get("zen4") == Proof()


@pytest.mark.parametrize("folder", [None, Path("/proc/nowhere")])
def test_where_nothing_can_be_written_it_works_within_one_start(folder: Path | None) -> None:
    verdicts = Verdicts(folder, "Zen 4", "1")
    verdicts.keep("zen4", ILLEGAL)
    assert verdicts.get("zen4") == ILLEGAL
