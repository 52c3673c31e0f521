"""The built file answers on processors of every age, emulated by qemu-user."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import cpu
from tests.frozen.emulation import SLOW_S, Emulation
from tests.started import Started, program

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


@pytest.mark.parametrize("processor", VARIANTS)
def test_it_answers_with_the_variant_for_the_processor(
    emulation: Emulation, processor: str, tmp_path: Path
) -> None:
    command = emulation.command(processor, "--ctx-size", "256", "--parallel", "1", "-t", "1")
    surroundings = emulation.surroundings(tmp_path)
    with Started(command, surroundings, tmp_path / "printed.txt") as running:
        running.wait_ready(SLOW_S)
        assert _engines(program(running.process)) == {VARIANTS[processor]}
        # A token takes seconds, and the template's own system message is longer than this.
        assert running.ask("2+2?", max_tokens=2, timeout_s=SLOW_S, system="Count.").strip()


def _engines(pid: int) -> set[str]:
    """The variants of the engine that a process has loaded."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    return set(re.findall(r"libggml-cpu-(\w+)\.so", maps))


def test_below_ssse3_it_says_what_is_missing_and_ends_with_status_3(
    emulation: Emulation, tmp_path: Path
) -> None:
    done = emulation.run(K8, ["chat", "2+2?"], tmp_path)
    assert done.returncode == cpu.TOO_OLD
    assert "lacks the instructions SSSE3" in done.stderr
    assert "太旧" in done.stderr
    assert not done.stdout
    assert not list(tmp_path.glob("_MEI*")), "it leaves nothing behind"


def test_a_forced_variant_beyond_the_processor_is_refused(
    emulation: Emulation, tmp_path: Path
) -> None:
    done = emulation.run("Conroe", ["chat", "--cpu", "haswell", "2+2?"], tmp_path)
    assert done.returncode == 2
    assert "lacks avx, avx2, bmi2, f16c, fma, popcnt, sse4_2" in done.stderr
    assert "Allowed here: x64" in done.stderr
