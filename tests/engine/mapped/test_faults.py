"""In a process of its own: what is tried here ends one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.mapped.faults import STATUS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files stay whole while mapped")

ROOT = Path(__file__).parents[3]
PAGES = 4
READER = """
import ctypes, mmap, os, sys, threading
from pathlib import Path
from app.bundle.slice import Slice
from app.cli.log import say_notices
from app.cli.terminal import Terminal
from app.engine.mapped.mapped_file import MappedFile
from app.errors import ModelChanged

say_notices(Terminal("en", sys.stdout, sys.stdout))
path, other, pages = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
file = MappedFile(Slice.whole(path))
with other.open("r+b") as opened:
    mapped = mmap.mmap(opened.fileno(), 0)
address = ctypes.addressof(ctypes.c_char.from_buffer(mapped))
os.truncate(other, mmap.PAGESIZE)
read = []
def compute():
    for page in range(pages):
        read.append(ctypes.string_at(address + page * mmap.PAGESIZE, 1))
threads = [threading.Thread(target=compute) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(read))
try:
    file.check()
except ModelChanged as error:
    print(error)
"""


def run(watched: Path, mapped: Path) -> subprocess.CompletedProcess[str]:
    for each in {watched, mapped}:
        each.write_bytes(b"a" * 4096 * PAGES)
    command = [sys.executable, "-c", READER, str(watched), str(mapped), str(PAGES)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_model_that_is_cut_short_under_a_computation_reads_as_empty_and_is_lost(
    tmp_path: Path,
) -> None:
    model = tmp_path / "model.gguf"
    done = run(model, model)
    assert done.returncode == 0, done.stderr
    read, told = done.stdout.splitlines()
    assert read == str([b"\0"] * 12 + [b"a"] * 4)
    assert "model.gguf was changed or cut short" in told


def test_any_other_file_that_is_cut_short_ends_the_program_with_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path / "model.gguf", tmp_path / "other.db")
    assert done.returncode == STATUS
    assert "other.db was cut short" in done.stdout
