"""The file in a terminal: its verbs, its messages, its exit statuses."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app import __version__
from tests.started import environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals"),
]

LONG_S = 120.0
SHORT = ("-c", "128")  # the tiny model does not stop by itself, but it stops when this is full

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(executable: Path, tmp_path: Path) -> Run:
    """Runs the file to its end."""

    def start(
        *arguments: str, typed: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [executable, *arguments],
            env=environment(tmp_path, **variables),
            cwd=tmp_path,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=LONG_S,
            check=False,
        )

    return start


def test_version(run: Run) -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"assistant {__version__}\n")


def test_help_in_the_terminals_language(run: Run) -> None:
    assert "Usage: assistant [VERB] [FLAGS]" in run("--help").stdout
    assert "用法：assistant [命令] [选项]" in run("--help", LANG="zh_CN.UTF-8").stdout
    assert "--json" in run("doctor", "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        (["--prot", "1"], {}, "Did you mean --port?"),
        (["docter"], {}, "Did you mean doctor?"),
        ([], {"ASSISTANT_PORT": "high"}, "not “high” (environment variable ASSISTANT_PORT)"),
        (["--cpu", "i486"], {}, "--cpu i486 cannot be used"),
        (["-m", "none.gguf"], {}, "There is no model file none.gguf"),
        (["--log-file", "/proc/none/log"], {}, "Choose another --log-file."),
    ],
)
def test_wrong_usage_is_told_in_a_sentence_and_ends_with_2(
    run: Run, arguments: list[str], variables: dict[str, str], told: str
) -> None:
    done = run(*arguments, **variables)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_in_the_file_names_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('host = "127.0.0.1"\nport = "high"\n')
    done = run("--data", str(tmp_path), "chat", "Hello")
    assert done.returncode == 2
    assert f"{tmp_path}/config.toml, line 2" in done.stderr


def test_a_file_that_is_no_model_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "junk.gguf").write_bytes(b"junk" * 100)
    done = run("chat", "-m", "junk.gguf", "Hello")
    assert done.returncode == 1
    assert "junk.gguf" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_is_answered_once(run: Run) -> None:
    done = run("chat", "Say hello.", *SHORT)
    assert done.returncode == 0
    assert done.stdout.strip()


def test_a_question_that_is_piped_in_is_answered_once(run: Run) -> None:
    done = run("chat", *SHORT, typed="Say hello.\n")
    assert done.returncode == 0
    assert done.stdout.strip()


def test_a_text_that_is_piped_in_and_a_question_about_it_are_both_read(run: Run) -> None:
    # More text than the context holds: only if it is read can it be refused.
    done = run("chat", "What is it about?", "-c", "512", typed="word " * 2000)
    assert done.returncode == 1
    assert "--ctx-size" in done.stderr


def test_nothing_asked_is_wrong_usage(run: Run) -> None:
    done = run("chat")
    assert done.returncode == 2
    assert "assistant chat" in done.stderr


def test_the_log_goes_into_the_file_and_holds_no_question(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "logs/log.txt"
    assert run("chat", "Say xylophone.", "--log-file", str(log), *SHORT).returncode == 0
    assert "INFO" in log.read_text()
    assert "xylophone" not in log.read_text()


def test_the_doctor_finds_this_machine_sound(run: Run) -> None:
    done = run("doctor", "--json", "--port", "0")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["processor"]["variant"] in found["processor"]["variants"]
    assert found["models"]["inside"][0]["licence"] == "Apache-2.0"
    assert found["memory"]["total_bytes"] > 0
    assert found["port"]["state"] == "free"


def test_the_doctor_tells_people_the_same(run: Run) -> None:
    told = run("doctor", "--port", "0").stdout
    assert re.search(r"^Processor .*$", told, re.MULTILINE)
    assert "Apache-2.0" in told


class Typist:
    """A person at a terminal: types, and reads what is shown."""

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        self.shown = ""
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            os.execve(command[0], command, variables)

    def types(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def sees(self, words: str) -> None:
        """Reads until these words come."""
        until = time.monotonic() + LONG_S
        while words not in self.shown:
            ready, _, _ = select.select([self._terminal], [], [], until - time.monotonic())
            assert ready, f"“{words}” is not in:\n{self.shown}"
            self.shown += os.read(self._terminal, 4096).decode(errors="replace")
        self.shown = self.shown.partition(words)[2]

    def end(self) -> int:
        _, status = os.waitpid(self.process, 0)
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(status)


def test_a_conversation_with_history_an_answer_that_is_stopped_and_an_end(
    executable: Path, tmp_path: Path
) -> None:
    person = Typist(
        [str(executable), "chat"], environment(tmp_path, TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1")
    )
    person.sees("Ask away.")
    person.sees(">")
    person.types("Tell me a very long story.\r")
    person.sees("…")
    person.types("\x03")  # at once: so small a model may be at its end within a second
    person.sees("[stopped]")
    person.sees(">")
    person.types("/help\r")
    person.sees("Ctrl-C  stop an answer")
    person.types("\x1b[A\x1b[A")
    person.sees("very long story")
    person.types("\x03")
    person.sees(">")
    person.types("\x04")
    assert person.end() == 0
    assert "very long story" in (tmp_path / ".local/share/assistant/chat-history.txt").read_text()


def test_ctrl_c_stops_a_single_answer_with_130(executable: Path, tmp_path: Path) -> None:
    person = Typist(
        [str(executable), "chat", "Tell me a very long story."],
        environment(tmp_path, TERM="xterm"),
    )
    person.sees("…\r")
    os.kill(person.process, signal.SIGINT)
    assert person.end() == 130
