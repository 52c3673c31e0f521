"""Each test tries its walls in a process of its own; where the kernel has none, that is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.security.sandbox import calls, filters
from app.security.sandbox.calls import ARCHITECTURES
from app.security.sandbox.filters import ALLOW, KILL, REFUSED, UNKNOWN, Instruction

SCRIPT = """
import json, os, socket, subprocess, sys, threading
from pathlib import Path
from app.security.sandbox import Reach, confine_child, confine_server

given, other, folder = map(Path, sys.argv[1:])
walls = {WALLS}

def works(attempt):
    try:
        attempt()
    except (OSError, MemoryError):
        return False
    return True

def threads():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()

print(json.dumps([{wall.name: wall.why for wall in walls}, {
    "reads what it was given": works(given.read_bytes),
    "reads another file": works(other.read_bytes),
    "writes another file": works(lambda: other.write_bytes(b"x")),
    "makes a file": works(lambda: (folder / "new").write_bytes(b"x")),
    "has a network": works(socket.socket),
    "starts a shell": works(lambda: subprocess.run(["/bin/sh", "-c", ":"])),
    "starts itself": works(lambda: subprocess.run([sys.executable, "-c", ""], check=True)),
    "signals others": works(lambda: os.kill(os.getppid(), 0)),
    "has threads": works(threads),
    "takes memory": works(lambda: bytearray(3 << 30)),
}]))
"""
READER = "confine_child(Reach(read=[given], write=[folder], memory_bytes=2 << 30))"
SERVER = "confine_server([folder])"

# Which wall keeps a process from what.
OF_READERS = {
    "files": {"reads another file", "writes another file"},
    "calls": {"has a network", "starts a shell", "starts itself", "signals others"},
    "limits": {"takes memory"},
}
OF_SERVERS = {"files": {"writes another file", "starts a shell"}}
NEWER = {"signals others"}  # only newer kernels keep servers from that, too

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are those of Linux")


def tried(walls: str, folder: Path) -> tuple[dict[str, str | None], dict[str, bool]]:
    """Which walls stand, and what works inside of them."""
    given, other, inner = folder / "given", folder / "other", folder / "inner"
    inner.mkdir()
    for file in (given, other):
        file.write_text("content")
    # A temporary folder is the server's to write to, and tests lie in one.
    script = SCRIPT.replace("{WALLS}", walls)
    setting = f"import tempfile; tempfile.tempdir = {str(inner)!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", setting + script, given, other, inner],
        stdout=subprocess.PIPE,
        check=True,
    )
    told: list[Any] = json.loads(done.stdout)
    return told[0], told[1]


@pytest.mark.parametrize(("walls", "keep_from"), [(READER, OF_READERS), (SERVER, OF_SERVERS)])
def test_walls_keep_a_process_from_all_that_they_are_for_and_from_nothing_else(
    tmp_path: Path, walls: str, keep_from: dict[str, set[str]]
) -> None:
    whys, works = tried(walls, tmp_path)
    kept = set[str]().union(*(them for wall, them in keep_from.items() if whys[wall] is None))
    might = NEWER.union(*keep_from.values())
    assert {name for name, worked in works.items() if not worked} >= kept
    assert all(works[name] for name in works.keys() - might)


def run_filter(program: list[Instruction], architecture: int, number: int, first: int = 0) -> int:
    """What the kernel would make of it."""
    fields = {filters.ARCHITECTURE: architecture, filters.NUMBER: number}
    fields[filters.FIRST_ARGUMENT] = first
    value, at = 0, 0
    while True:
        code, if_true, if_false, operand = program[at]
        if code == filters.RETURN:
            return operand
        if code == filters.LOAD:
            value, jump = fields[operand], 0
        elif code == filters.EQUALS:
            jump = if_true if value == operand else if_false
        elif code == filters.AT_LEAST:
            jump = if_true if value >= operand else if_false
        else:
            jump = if_true if value & operand else if_false
        at += 1 + jump


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_filter_refuses_what_it_names_and_nothing_else(name: str) -> None:
    architecture = ARCHITECTURES[name]
    numbers = architecture.numbers
    names = (*calls.OF_THE_SYSTEM, *calls.OF_THE_NETWORK, *calls.OF_PROCESSES)
    program = list(filters.program(architecture, names, processes=False))

    def verdict(call: int, first: int = 0) -> int:
        return run_filter(program, architecture.code, call, first)

    assert run_filter(program, 0x40000003, 1) == KILL  # another kind of processor's calls
    assert {call for call in numbers if verdict(numbers[call]) == REFUSED} >= set(names) & set(
        numbers
    )
    assert verdict(numbers["clone3"]) == UNKNOWN
    assert verdict(numbers["clone"], 0x3D0F00) == ALLOW  # a thread
    assert verdict(numbers["clone"], 17) == REFUSED  # a process
    assert all(verdict(call) == ALLOW for call in range(300) if call not in numbers.values())
    if architecture.has_foreign_numbers:
        assert verdict(filters.FOREIGN_NUMBERS | numbers["execve"]) == REFUSED


def test_names_that_are_refused_are_calls_that_are_known() -> None:
    known = set().union(*(each.numbers for each in ARCHITECTURES.values()))
    assert {*calls.OF_THE_SYSTEM, *calls.OF_THE_NETWORK, *calls.OF_PROCESSES} <= known
