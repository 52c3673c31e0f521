"""The built file on processors of every age, emulated by qemu-user."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app import cpu
from tests import requirements, started
from tests.frozen.pictures import picture
from tests.knowledge import files

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.emulated,
    pytest.mark.skipif(cpu.machine() != "x86_64", reason="emulates x86-64 on x86-64"),
]

VARIANTS = {
    "Conroe": "x64",
    "Nehalem": "sse42",
    "SandyBridge": "sandybridge",
    "Haswell": "haswell",
}
K8 = "Opteron_G1"
SLOW_S = 600.0  # emulated AVX2 computes a thousand times slower than a processor does

Emulated = Callable[[str], list[str | Path]]


@pytest.fixture(scope="session")
def emulated(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Emulated:
    """The command that starts the built file as a processor."""
    qemu, compiler = requirements.program("qemu-x86_64"), requirements.program("gcc")
    library = tmp_path_factory.mktemp("emulated") / "emulated.so"
    source = Path(__file__).with_name("emulated.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)

    def command(processor: str) -> list[str | Path]:
        variables = {"LD_PRELOAD": library, "EMULATOR": qemu, "EMULATED": processor}
        given = [part for name, value in variables.items() for part in ("-E", f"{name}={value}")]
        return [qemu, "-cpu", processor, *given, executable]

    return command


def surroundings(home: Path) -> dict[str, str]:
    return started.environment(home, TMPDIR=str(home))


def run(command: list[str | Path], home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=surroundings(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SLOW_S,
    )


@pytest.mark.parametrize("processor", VARIANTS)
def test_it_answers_with_the_variant_for_the_processor(
    emulated: Emulated, processor: str, tmp_path: Path
) -> None:
    report = run([*emulated(processor), "doctor", "--json"], tmp_path)
    facts = json.loads(report.stdout)["processor"]
    assert facts["variant"] == VARIANTS[processor], "the program itself was not emulated"
    assert not facts["refused"]

    command = [*emulated(processor), "--ctx-size", "256", "--parallel", "1"]
    with started.Started(command, surroundings(tmp_path), tmp_path / "printed.txt") as running:
        running.wait_ready(SLOW_S)
        assert running.ask("2+2?", max_tokens=4, timeout_s=SLOW_S).strip()


def test_below_ssse3_it_says_what_is_missing_and_ends_with_status_3(
    emulated: Emulated, tmp_path: Path
) -> None:
    done = run([*emulated(K8), "chat", "2+2?"], tmp_path)
    assert done.returncode == cpu.TOO_OLD
    assert "lacks the instructions SSSE3" in done.stderr
    assert "太旧" in done.stderr
    assert not done.stdout
    assert not list(tmp_path.glob("_MEI*")), "it leaves nothing behind"


def test_a_forced_variant_beyond_the_processor_is_refused(
    emulated: Emulated, tmp_path: Path
) -> None:
    done = run([*emulated("Conroe"), "chat", "--cpu", "haswell", "2+2?"], tmp_path)
    assert done.returncode == 2
    assert "lacks avx, avx2, bmi2, f16c, fma, popcnt, sse4_2" in done.stderr
    assert "Allowed here: x64" in done.stderr


def test_the_oldest_processor_reads_and_keeps_documents(emulated: Emulated, tmp_path: Path) -> None:
    contents = {
        "letter.pdf": files.pdf([[(12, "Quinces ripen in October.")]]),
        "note.html": b"<p>Medlars ripen in November.</p>",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in contents]
    command = [*emulated("Conroe"), "ingest", *paths, "--data", tmp_path / "data"]
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert told.keys() == contents.keys()


def test_the_oldest_processor_recognizes_text_in_pictures(
    emulated: Emulated, tmp_path: Path
) -> None:
    # Its reader is asked without an assistant, which would not wait as long as emulation takes.
    path = tmp_path / "picture.png"
    path.write_bytes(picture("Quince", size=(320, 320)))
    done = subprocess.run(
        [*emulated("Conroe"), "read-documents", "1"],
        env=surroundings(tmp_path),
        input=json.dumps({"path": str(path), "name": path.name}) + "\n",
        capture_output=True,
        text=True,
        timeout=SLOW_S,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    [block] = [block for each in said for block in each["blocks"]]
    assert "quince" in block["text"].lower()
    assert said[-1]["report"]["ocr_pages"] == 1
