"""The one file on a machine that has nothing else: what it needs, shares and leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.bundle.directory import Entry
from app.bundle.executable import Executable
from app.bundle.litter import STARTING_S
from tests.started import Started, environment, program

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and permissions"),
]

Start = Callable[[], Started]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder for temporary files that every start of a test has to itself."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(executable: Path, tmp_path: Path, temporary: Path) -> Start:
    """Starts the file, with a home and a cache of its own that all starts of a test share."""
    cache = tmp_path / "cache"
    variables = environment(tmp_path, TMPDIR=str(temporary), XDG_CACHE_HOME=str(cache))
    return lambda: Started([executable], variables, tmp_path / f"{time.monotonic_ns()}.txt")


def read_only(tmp_path: Path) -> Path:
    """A folder in which nothing can be written, not even by root."""
    if os.getuid() == 0:
        return Path("/proc")
    tmp_path.chmod(0o555)
    return tmp_path


def disappears(path: Path, within_s: float = 10.0) -> bool:
    until = time.monotonic() + within_s
    while path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return not path.exists()


def runs(pid: int) -> bool:
    """Whether a process is there that has not ended; of an ended one no command line is left."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_it_answers_with_nothing_but_itself(executable: Path, tmp_path: Path, temporary: Path):
    empty, home = tmp_path / "empty", tmp_path / "home"
    for folder in (empty, home):
        folder.mkdir()
    variables = {"HOME": str(read_only(home)), "PATH": "", "TMPDIR": str(temporary)}
    with Started([executable], variables, tmp_path / "printed.txt", folder=empty) as running:
        assert running.wait_ready().ask("What is the capital of France?").strip()
    assert list(empty.iterdir()) == []
    assert list(temporary.iterdir()) == []


def test_two_starts_at_the_same_instant_both_answer(start: Start, temporary: Path):
    with start() as first, start() as second:
        assert first.wait_ready().ask("Hello!").strip()
        assert second.wait_ready().ask("Hello!").strip()
    assert list(temporary.iterdir()) == []


def test_nothing_is_left_after_one_answer(executable: Path, tmp_path: Path, temporary: Path):
    variables = environment(tmp_path, TMPDIR=str(temporary))
    command = [executable, "chat", "--ctx-size", "128", "Say hello."]  # short, if not to the point
    done = subprocess.run(command, env=variables, capture_output=True, timeout=120, check=True)
    assert done.stdout.strip()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_after_a_signal(start: Start, temporary: Path, number: signal.Signals):
    with start() as running:
        running.wait_ready()
        assert list(temporary.iterdir())
        running.end(number)
    assert list(temporary.iterdir()) == []


def test_the_next_start_removes_what_a_kill_while_unpacking_left(start: Start, temporary: Path):
    with start() as running:
        while not any(temporary.rglob("lib*")):
            time.sleep(0.001)
        running.process.kill()
    (left,) = temporary.iterdir()
    long_ago = time.time() - 2 * STARTING_S
    for path in (left, *left.rglob("*")):
        os.utime(path, (long_ago, long_ago))
    with start() as second:
        second.wait_ready()
        assert disappears(left)
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="told by the Linux kernel")
def test_the_program_ends_with_its_killed_bootloader_and_cleans_up(start: Start, temporary: Path):
    with start() as running:
        child = program(running.wait_ready().process)
        (unpacked,) = temporary.iterdir()
        running.process.kill()
        assert disappears(unpacked)
        until = time.monotonic() + 10
        while runs(child) and time.monotonic() < until:
            time.sleep(0.02)
        assert not runs(child)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_the_next_start_removes_what_a_kill_of_both_left(start: Start, temporary: Path):
    with start() as running:
        child = program(running.wait_ready().process)
        os.kill(running.process.pid, signal.SIGSTOP)  # so that it cannot clean up after its child
        os.kill(child, signal.SIGKILL)
        running.process.kill()
        running.process.wait()
    (left,) = temporary.iterdir()
    with start() as second:
        second.wait_ready()
        assert disappears(left)
        assert len(list(temporary.iterdir())) == 1
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_weights_are_mapped_out_of_the_file_and_copied_nowhere(
    executable: Path, tmp_path: Path, temporary: Path
):
    model = Executable.open(executable).directory.find("model")
    assert model is not None
    variables = environment(tmp_path, TMPDIR=str(temporary))
    command = [executable, "--ctx-size", "512"]
    with Started(command, variables, tmp_path / "printed.txt") as running:
        running.wait_ready().ask("Hello!")
        child = program(running.process)
        assert _mapped(child, executable, model) > 0.9 * model.size
        assert _not_of_files(child) < model.size
    assert [path for path in tmp_path.rglob("*") if path.stat().st_size > model.size / 4] == []


def _mapped(pid: int, file: Path, entry: Entry) -> int:
    """How many bytes of an entry of a file a process has mapped."""
    count = 0
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        addresses, _, offset, _, _, *path = line.split(maxsplit=5)
        if path == [str(file)]:
            first, last = (int(address, 16) for address in addresses.split("-"))
            begin = max(int(offset, 16), entry.offset)
            end = min(int(offset, 16) + last - first, entry.offset + entry.size)
            count += max(0, end - begin)
    return count


def _not_of_files(pid: int) -> int:
    """The bytes of memory that a process has written itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("Anonymous:")]
    return int(line.split()[1]) * 1024
