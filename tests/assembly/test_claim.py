from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.assembly.claim import FILE, Claim, Holder, holder

OTHER = """
import sys
from pathlib import Path
from app.assembly.claim import Claim
claim = Claim(Path(sys.argv[1]))
print(claim.tell("http://127.0.0.1:9/"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


def test_one_has_it_and_the_other_learns_where_to_ask(folder: Path) -> None:
    first, second = Claim(folder), Claim(folder)
    assert first.take()
    assert first.take()
    assert not second.take()
    assert holder(folder) == Holder(os.getpid(), None)
    assert first.tell("http://127.0.0.1:8080/")
    assert holder(folder) == Holder(os.getpid(), "http://127.0.0.1:8080/")


def test_once_it_is_released_another_may_have_it(folder: Path) -> None:
    first, second = Claim(folder), Claim(folder)
    first.take()
    first.release()
    assert holder(folder) is None
    assert second.take()
    second.release()
    second.release()


def test_nobody_has_a_folder_that_is_not_there(folder: Path) -> None:
    assert holder(folder) is None
    assert not folder.exists()


def test_a_holder_that_was_killed_holds_nothing_more(folder: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdin
    assert other.stdout
    with other.stdin, other.stdout:
        assert other.stdout.readline() == b"True\n"
        assert holder(folder) == Holder(other.pid, "http://127.0.0.1:9/")
        assert not Claim(folder).take()
        other.kill()
        other.wait()
    assert holder(folder) is None
    assert Claim(folder).take()


def test_what_is_no_claim_is_nobodys(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).write_text("nonsense")
    assert holder(folder) is None
    with (folder / FILE).open() as file:
        assert file.read() == "nonsense"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        Claim(tmp_path / "file" / "documents").take()
