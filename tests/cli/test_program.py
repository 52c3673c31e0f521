from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app import __version__
from app.cli import main, program
from app.cli.verbs import SERVE, Start
from app.errors import AssistantError, ProcessorTooOld
from app.language import Text

FAILURE = Text("It broke.", "坏了。")


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    """Each test has its own."""


def raising(error: BaseException) -> program.Verb:
    def run(start: Start) -> int:
        raise error

    return replace(SERVE, run=run)


def started(arguments: list[str], verb: program.Verb, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(program, "SERVE", verb)
    monkeypatch.setattr(program, "VERBS", (verb, *program.VERBS[1:]))
    return main(arguments)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"assistant {__version__}\n"


def test_help_works_even_where_the_environment_holds_nonsense(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "x")
    assert main(["--help"]) == 0
    assert "--port N" in capsys.readouterr().out
    assert main([]) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--prot", "1"], "Did you mean --port?"),
        (["caht"], "There is no verb “caht”. Did you mean chat?"),
        (["doctor", "now"], "There is nothing to do with “now”."),
        (["--port", "x"], "--port must be a whole number"),
        (["chat", "--json"], "There is no flag --json."),
        (["--lang", "fr"], "--lang must be auto, en or zh, not “fr”"),
        (["--log-file", "/proc/none/log"], "Choose another --log-file."),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.out == ""


def test_messages_come_in_the_terminals_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main(["caht"]) == 2
    assert capsys.readouterr().err == "没有“caht”这个命令。您想用的是 chat 吗？\n"
    assert main(["--prot", "--lang", "en"]) == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AssistantError(FAILURE), 1),
        (ProcessorTooOld(FAILURE), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_end_has_its_exit_status(
    error: BaseException,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert started([], raising(error), monkeypatch) == status
    assert capsys.readouterr().err == ("It broke.\n" if status != 130 else "")


def test_an_unexpected_failure_shows_a_sentence_and_keeps_the_details(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert started([], raising(ZeroDivisionError("oh")), monkeypatch) == 1
    printed = capsys.readouterr().err
    kept = home / ".local/share/assistant/error.log"
    assert "ZeroDivisionError: oh" in printed
    assert str(kept) in printed
    assert "Traceback" not in printed
    assert "Traceback" in kept.read_text()


def test_the_details_go_into_the_log_file_where_there_is_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = home / "logs/log.txt"
    assert started(["--log-file", str(log)], raising(ValueError()), monkeypatch) == 1
    assert f"The details are in {log}." in capsys.readouterr().err
    assert "Traceback" in log.read_text()


def test_verbose_shows_the_details(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert started(["-v"], raising(ValueError("oh")), monkeypatch) == 1
    assert "Traceback" in capsys.readouterr().err


def test_where_nothing_can_be_kept_verbose_is_recommended(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".local").touch()
    assert started([], raising(ValueError("oh")), monkeypatch) == 1
    assert "--verbose" in capsys.readouterr().err


def test_the_verb_may_stand_behind_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Start] = []

    def run(start: Start) -> int:
        seen.append(start)
        return 7

    chat = replace(program.VERBS[1], run=run)
    monkeypatch.setattr(program, "VERBS", (SERVE, chat))
    assert main(["--port", "1", "chat", "why", "-c", "5", "so?"]) == 7
    assert seen[0].words == ("why", "so?")
    assert (seen[0].settings.port, seen[0].settings.ctx_size) == (1, 5)


def test_the_version_is_told_without_importing_a_web_framework() -> None:
    code = (
        "import sys, json; from app.cli import main; main(['--version']);"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[1]))
    assert "app.settings" in loaded
    assert not loaded & {"flask", "jinja2", "cheroot", "numpy", "llama_cpp", "prompt_toolkit"}
