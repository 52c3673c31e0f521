from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from app import cpu
from tests.fakes.processor import (
    AVX512_SAVED,
    CONROE,
    HASWELL,
    K8,
    NEHALEM,
    SANDY_BRIDGE,
    SAPPHIRE_RAPIDS,
    ZEN4,
    Processor,
)

LEVELS = ["ssse3", "sse4_2", "avx", "f16c", "avx2", "avx512f", "avx512_bf16", "amx_int8"]


def features(processor: Processor) -> frozenset[str]:
    return cpu.x86_features(processor.cpuid, processor.xgetbv)


@pytest.mark.parametrize(
    ("processor", "highest"),
    [
        (CONROE, "ssse3"),
        (NEHALEM, "sse4_2"),
        (SANDY_BRIDGE, "avx"),
        (HASWELL, "avx2"),
        (ZEN4, "avx512_bf16"),
        (SAPPHIRE_RAPIDS, "amx_int8"),
    ],
    ids=lambda value: value.brand if isinstance(value, Processor) else value,
)
def test_each_generation_has_its_level_and_none_above(processor: Processor, highest: str) -> None:
    expected = LEVELS[: LEVELS.index(highest) + 1]
    assert [name for name in LEVELS if name in features(processor)] == expected


def test_a_leaf_past_the_last_means_nothing() -> None:
    assert features(K8) == {"sse2"}


def test_a_subleaf_past_the_last_means_nothing() -> None:
    assert not {"avx_vnni", "avx512_bf16"} & features(HASWELL)


def test_avx_that_the_operating_system_does_not_save_does_not_count() -> None:
    unsaved = dataclasses.replace(HASWELL, saved=0x3)
    assert not {"avx", "avx2", "fma", "f16c"} & features(unsaved)
    assert {"sse4_2", "bmi2"} <= features(unsaved)


def test_amx_that_the_operating_system_has_not_enabled_does_not_count() -> None:
    without = features(dataclasses.replace(SAPPHIRE_RAPIDS, saved=AVX512_SAVED))
    assert features(SAPPHIRE_RAPIDS) - without == {"amx_bf16", "amx_tile", "amx_int8"}


def test_the_name_is_the_brand_or_else_the_vendor() -> None:
    assert cpu.x86_name(ZEN4.cpuid) == "AMD EPYC 9354 32-Core Processor"
    assert cpu.x86_name(dataclasses.replace(K8, brand="").cpuid) == "AuthenticAMD"


@pytest.mark.skipif(cpu.machine() != "x86_64" or sys.platform != "linux", reason="asks Linux")
def test_this_processor_says_the_same_as_linux_says_of_it() -> None:
    flags = cpu.cpuinfo_features(Path("/proc/cpuinfo").read_text())
    assert cpu._instructions() is not None
    assert cpu.features() == flags & cpu._X86_BITS.keys()


def test_an_arm_processor_is_read_from_cpuinfo() -> None:
    cpuinfo = "processor\t: 0\nFeatures\t: fp asimd asimddp\nHardware\t: BCM2835\n"
    assert cpu.cpuinfo_features(cpuinfo) == {"fp", "asimd", "asimddp"}
    assert cpu.cpuinfo_name(cpuinfo) == "BCM2835"


@pytest.fixture
def running_on(monkeypatch: pytest.MonkeyPatch):
    def run(processor: Processor | None, machine: str = "x86_64") -> None:
        known = features(processor) if processor else frozenset({"neon"})
        monkeypatch.setattr(cpu, "machine", lambda: machine)
        monkeypatch.setattr(cpu, "features", lambda: known)
        monkeypatch.setattr(cpu, "processor_name", lambda: processor.brand if processor else "v7")

    return run


def test_below_ssse3_it_ends_with_status_3_and_says_why_in_both_languages(
    running_on, capsys: pytest.CaptureFixture[str]
) -> None:
    running_on(K8)
    with pytest.raises(SystemExit) as end:
        cpu.check()
    assert end.value.code == cpu.TOO_OLD == 3
    english, chinese = capsys.readouterr().err.split("\n\n")
    for message in (english, chinese):
        assert "AMD Opteron(tm) Processor 240" in message
        assert "SSSE3" in message
        assert "2006" in message
        assert "2011" in message
    assert "太旧" in chinese


@pytest.mark.parametrize("processor", [CONROE, NEHALEM, ZEN4], ids=lambda value: value.brand)
def test_from_ssse3_on_it_goes_on(running_on, processor: Processor) -> None:
    running_on(processor)
    cpu.check()


def test_a_32_bit_arm_processor_is_too_old(running_on, capsys: pytest.CaptureFixture[str]) -> None:
    running_on(None, machine="armv7l")
    with pytest.raises(SystemExit) as end:
        cpu.check()
    assert end.value.code == 3
    assert "ARMv8-A" in capsys.readouterr().err


def test_nothing_known_of_the_processor_is_no_reason_to_refuse_it(
    running_on, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_on(K8)
    monkeypatch.setattr(cpu, "features", frozenset)
    cpu.check()


def test_it_imports_nothing_but_the_standard_library() -> None:
    program = (
        "import sys; import app.cpu; "
        "print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    output = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {program}"],
        cwd=Path(cpu.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert set(output.split()) == {"__main__", "app"}
