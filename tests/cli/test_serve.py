from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import assembly
from app.assembly import serving
from app.cli import port, serve
from app.cli.browser import Opener
from app.cli.ending import Ending
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.engine.engine import Engine
from app.errors import AddressTaken, BadFile
from app.language import Text
from app.security import addresses
from tests.cli.surroundings import Screen, parts_of, settings_of
from tests.fakes.engine import scripted_engine
from tests.fakes.llama import ScriptedLlama
from tests.started import free_port


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that the browser was asked to open, on a desktop."""
    pages: list[str] = []
    monkeypatch.setattr(serve, "has_desktop", lambda _: True)
    monkeypatch.setattr(serve, "open_page", lambda url, _: pages.append(url))
    monkeypatch.setattr(Opener, "open", lambda _, url: pages.append(url))
    return pages


@pytest.fixture(autouse=True)
def _assembled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: list[str]
) -> Iterator[None]:
    """An engine that a test has written, in place of a model."""
    running = scripted_engine()
    # It would end the process of the tests, too.
    monkeypatch.setattr(Ending, "within_limit", lambda ending: None)

    @contextmanager
    def engine(*_: object) -> Iterator[Engine]:
        yield running

    monkeypatch.setattr(serving, "engine", engine)
    monkeypatch.setattr(serving, "parts", lambda: parts_of(tmp_path))
    # Nor may the tests' own process be locked in.
    monkeypatch.setattr(assembly, "confine", lambda _: [])
    yield
    running.close()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which a program listens that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def start(
    home: Path,
    terminal: Terminal,
    *arguments: str,
    ends_with: signal.Signals = signal.SIGTERM,
) -> int:
    """Serves until it says that it is ready (or fails), then gets a signal."""
    done = threading.Event()

    def end() -> None:
        screen = terminal.out
        assert isinstance(screen, Screen)
        while "Ready" not in screen.getvalue() and not done.wait(0.01):
            pass
        if not done.is_set():
            os.kill(os.getpid(), ends_with)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        return serve.run(Start(settings_of(home, *arguments), terminal))
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_says_where_it_is_opens_the_page_and_ends_with_a_signal(
    home: Path,
    terminal: Terminal,
    screen: Screen,
    opened: list[str],
    number: signal.Signals,
    status: int,
) -> None:
    where = free_port()
    assert start(home, terminal, "--port", str(where), ends_with=number) == status
    told = screen.getvalue().splitlines()
    assert told[-3:] == [  # a busy machine's first start says more in front
        f"The assistant is at http://127.0.0.1:{where}/",
        "Ready. Ctrl-C ends it.",
        "Ended.",
    ]
    assert opened == [f"http://127.0.0.1:{where}/"]


def test_without_a_browser_if_so_asked(home: Path, terminal: Terminal, opened: list[str]) -> None:
    assert start(home, terminal, "--port", "0", "--no-browser") == 0
    assert opened == []


def test_an_answer_under_way_does_not_hold_up_the_end(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = scripted_engine(lambda prompt: "on and on " * 1000, step_s=0.02)

    @contextmanager
    def engine(*_: object) -> Iterator[Engine]:
        yield slow

    monkeypatch.setattr(serving, "engine", engine)
    where, status = free_port(), []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", where, timeout=20)
        body = '{"messages": [{"role": "user", "content": "Go."}], "stream": true}'
        connection.request(
            "POST", "/v1/chat/completions", body, {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        status.append(answer.status)
        answer.read(10)
        os.kill(os.getpid(), signal.SIGTERM)
        ended_at.append(time.monotonic())
        connection.close()

    ended_at: list[float] = []
    asking = threading.Thread(target=ask)
    monkeypatch.setattr(Opener, "open", lambda *_: asking.start())
    settings = settings_of(home, "--port", str(where))
    assert serve.run(Start(settings, terminal)) == 0
    asking.join()
    slow.close()
    assert status == [200]
    assert time.monotonic() - ended_at[0] < 5


def test_the_default_port_taken_by_another_program_gives_way_to_the_next_free_one(
    home: Path, terminal: Terminal, screen: Screen, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port, "ASK_TIMEOUT_S", 0.05)
    monkeypatch.setattr(serve, "is_given", lambda *_: False)
    assert start(home, terminal, "--port", str(taken)) == 0
    assert f"Port {taken} is taken by another program" in screen.getvalue()
    assert f"http://127.0.0.1:{taken}/" not in screen.getvalue()


def test_the_default_port_taken_by_another_assistant_opens_that_one(
    home: Path,
    terminal: Terminal,
    screen: Screen,
    taken: int,
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(port, "is_assistant", lambda *_: True)
    monkeypatch.setattr(serve, "is_given", lambda *_: False)
    monkeypatch.setattr(serve, "_asks_for_nothing", lambda _: True)
    assert start(home, terminal, "--port", str(taken)) == 0
    url = f"http://127.0.0.1:{taken}/"
    assert screen.getvalue() == f"An assistant is running already, at {url}\n"
    assert opened == [url]


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(
    home: Path, terminal: Terminal, taken: int
) -> None:
    with pytest.raises(AddressTaken, match="--port"):
        start(home, terminal, "--port", str(taken))


def test_a_model_that_cannot_be_loaded_ends_the_program(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(report: object) -> ScriptedLlama:
        raise BadFile(Text("damaged", "损坏"))

    @contextmanager
    def engine(*_: object) -> Iterator[Engine]:
        yield Engine(load)

    monkeypatch.setattr(serving, "engine", engine)
    with pytest.raises(BadFile, match="damaged"):
        start(home, terminal, "--port", "0")


def test_open_to_all_of_the_network_it_warns(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "lan_addresses", lambda: ["192.0.2.7", "198.51.100.7"])
    where = free_port()
    arguments = ("--host", "0.0.0.0", "--port", str(where))
    assert start(home, terminal, *arguments, "--no-auth") == 0
    shown = screen.getvalue()
    assert f"http://127.0.0.1:{where}/" in shown
    assert f"http://192.0.2.7:{where}/  http://198.51.100.7:{where}/" in shown
    assert "Warning: everyone in this network" in shown


def test_into_a_log_it_writes_no_pin_and_on_a_terminal_it_does(
    home: Path, terminal: Terminal, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "lan_addresses", lambda: ["192.0.2.7"])
    arguments = ("--host", "0.0.0.0", "--port", "0")
    assert start(home, terminal, *arguments) == 0
    assert "assistant pair" in screen.getvalue()
    assert not re.search(r"\d{3} \d{3}", screen.getvalue())
    assert "Warning" not in screen.getvalue()
    screen.seek(0)
    screen.truncate()
    screen.watched = True
    assert start(home, terminal, *arguments) == 0
    assert re.search(
        r"open http://192\.0\.2\.7:\d+/ on it and enter \d{3} \d{3}\.", screen.getvalue()
    )


def test_with_a_key_it_does_not_warn(home: Path, terminal: Terminal, screen: Screen) -> None:
    assert start(home, terminal, "--host", "0.0.0.0", "--port", "0", "--api-key", "hush") == 0
    assert "Warning" not in screen.getvalue()
    assert "hush" not in screen.getvalue()


def test_where_nothing_can_be_kept_one_line_says_so(
    home: Path, terminal: Terminal, screen: Screen
) -> None:
    (home / ".local").touch()
    assert start(home, terminal, "--port", "0") == 0
    told = [line for line in screen.getvalue().splitlines() if "Nothing will be kept" in line]
    assert len(told) == 1
    assert ".local/share/assistant" in told[0]


@pytest.mark.parametrize(
    ("arguments", "nothing"),
    [((), True), (("--no-browser",), True), (("-m", "a.gguf"), False), (("-c", "5"), False)],
)
def test_only_a_start_without_wishes_is_content_with_another_assistant(
    home: Path, arguments: tuple[str, ...], nothing: bool
) -> None:
    assert serve._asks_for_nothing(settings_of(home, *arguments)) is nothing
