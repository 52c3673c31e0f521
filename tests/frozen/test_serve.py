"""The file as a server: its address, its port, its browser, its end."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import requirements
from tests.started import Started, environment, free_port

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
]

LONG_S = 120.0
DEFAULT_PORT = 8080

Serve = Callable[..., Started]


@pytest.fixture
def serve(executable: Path, tmp_path: Path) -> Iterator[Serve]:
    """Starts the file in an empty folder; what it prints is in `.printed`."""
    running: list[Started] = []

    def start(*arguments: str, port: int | None = None, **variables: str) -> Started:
        folder = tmp_path / f"folder{len(running)}"
        folder.mkdir()
        output = tmp_path / f"printed{len(running)}.txt"
        surroundings = environment(tmp_path, TMPDIR=str(tmp_path), **variables)
        started = Started([executable, *arguments], surroundings, output, port, folder)
        running.append(started)
        return started

    yield start
    for each in running:
        each.__exit__()


@pytest.fixture
def default_port() -> int:
    """The port that is used when none is named, free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            requirements.missing(f"port {DEFAULT_PORT} is taken")
    return DEFAULT_PORT


def printed(started: Started, words: str) -> str:
    """What it prints, once these words are in it."""
    until = time.monotonic() + LONG_S
    while words not in started.printed and time.monotonic() < until:
        time.sleep(0.05)
    assert words in started.printed
    return started.printed


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_says_where_it_is_and_ends_cleanly_with_a_signal(
    serve: Serve, number: signal.Signals, status: int
) -> None:
    running = serve()
    shown = printed(running, "Ready").splitlines()
    assert f"The assistant is at {running.url}/" in shown
    assert running.ask("Hello")
    asked = time.monotonic()
    assert running.end(number) == status
    assert time.monotonic() - asked < 5
    assert running.printed.splitlines()[-1] == "Ended."


def test_it_answers_with_a_home_that_is_read_only_and_no_path(serve: Serve) -> None:
    # As root, permissions forbid nothing; the kernel's own file system does.
    running = serve(HOME="/proc", PATH="")
    assert running.wait_ready().ask("Hello")
    told = [line for line in running.printed.splitlines() if "Nothing will be kept" in line]
    assert len(told) == 1


def test_a_signal_while_it_loads_ends_it_too(serve: Serve) -> None:
    running = serve()
    printed(running, "The assistant is at")
    assert running.end(signal.SIGTERM) == 0


def test_a_port_that_was_asked_for_and_is_taken_is_told_in_a_sentence(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.getsockname()[1]
        refused = serve("--no-browser", "--port", str(number), port=number)
        assert refused.process.wait(LONG_S) == 1
    told = refused.printed.splitlines()[-1]  # a slow first start says so before
    assert f"Port {number}" in told
    assert "--port" in told


def test_the_default_port_taken_by_another_program_gives_way(
    serve: Serve, default_port: int
) -> None:
    with socket.create_server(("127.0.0.1", default_port)):
        running = serve("--no-browser", port=default_port)
        shown = printed(running, "Ready")
        assert f"Port {default_port} is taken by another program" in shown
        assert f"The assistant is at http://127.0.0.1:{default_port}/" not in shown
        assert running.end() == 0


def test_a_second_start_finds_the_first_and_ends(serve: Serve, default_port: int) -> None:
    first = serve("--no-browser", port=default_port).wait_ready()
    second = serve("--no-browser", port=default_port)
    assert second.process.wait(LONG_S) == 0
    assert second.printed == f"An assistant is running already, at {first.url}/\n"
    assert first.ask("Hello")


def test_on_a_desktop_the_browser_opens_with_the_users_own_library_path(
    serve: Serve, tmp_path: Path
) -> None:
    programs, seen = tmp_path / "programs", tmp_path / "seen"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(
        f'#!/bin/sh\necho "$1 ${{LD_LIBRARY_PATH-none}} ${{_PYI_ARCHIVE_FILE-none}}" > "{seen}"\n'
    )
    opener.chmod(0o755)
    port = free_port()
    running = serve("--port", str(port), port=port, PATH=str(programs), DISPLAY=":0")
    printed(running, "Ready")
    until = time.monotonic() + LONG_S
    while not (seen.exists() and seen.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    assert seen.read_text() == f"http://127.0.0.1:{port}/ none none\n"


def test_without_a_desktop_no_browser_opens(serve: Serve, tmp_path: Path) -> None:
    programs, seen = tmp_path / "programs", tmp_path / "seen"
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\necho > "{seen}"\n')
    (programs / "xdg-open").chmod(0o755)
    port = free_port()
    running = serve("--port", str(port), port=port, PATH=str(programs))
    printed(running, "Ready")
    assert running.end() == 0
    assert not seen.exists()


def test_open_to_the_network_it_warns_where_nobody_has_to_be_paired(serve: Serve) -> None:
    open_to_all = serve("--host", "0.0.0.0", "--no-auth")
    assert "Warning: everyone in this network" in printed(open_to_all, "Ready")
    with_key = serve("--host", "0.0.0.0", ASSISTANT_API_KEY="hush")
    shown = printed(with_key, "Ready")
    assert "Warning" not in shown
    assert "assistant pair" in shown
    assert "hush" not in shown
