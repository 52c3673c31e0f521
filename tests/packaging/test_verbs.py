from __future__ import annotations

import ast
import errno
import subprocess
import sys
from pathlib import Path

import pytest

import verbs

PACKAGING = Path(verbs.__file__).parent


def test_the_first_lines_can_be_read_by_every_python_3():
    ast.parse((PACKAGING / "__main__.py").read_text(encoding="utf-8"), feature_version=(3, 5))


def test_an_old_python_gets_one_sentence():
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2); "
        f"runpy.run_path({str(PACKAGING)!r}, run_name='__main__')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("Python 3.11 or newer is needed, and this is 3.9")
    assert "Traceback" not in run.stderr


def test_help_names_the_verbs():
    run = subprocess.run(
        [sys.executable, PACKAGING, "--help"], capture_output=True, text=True, check=True
    )
    assert "run|test|build|bench|conformance|lock" in run.stdout


def test_an_unknown_benchmark_is_told_the_known_ones(capsys: pytest.CaptureFixture[str]):
    assert verbs.main(["bench", "nonsense"]) == 1
    assert "The benchmarks are" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "dist"), 1, "dist cannot be used"),
        (KeyboardInterrupt(), 130, "what was finished is kept"),
    ],
)
def test_no_failure_shows_a_traceback(
    error: BaseException,
    status: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def fail(_wanted: object) -> Path:
        raise error

    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(verbs, "build", fail)
    assert verbs.main(["build", "--model", "tiny"]) == status
    captured = capsys.readouterr()
    assert words in captured.out + captured.err


def test_failures_are_said_in_chinese_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fail(_wanted: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setattr(verbs, "build", fail)
    verbs.main(["build"])
    assert "磁盘已满" in capsys.readouterr().err
