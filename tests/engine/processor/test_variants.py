from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import cpu
from app.engine.processor.variants import NEEDS, Proof, choose, fitting, forced
from app.errors import BadFile, BadSettings, EngineFailed
from app.language import Text
from tests.fakes.processor import (
    CONROE,
    HASWELL,
    NEHALEM,
    SANDY_BRIDGE,
    SAPPHIRE_RAPIDS,
    ZEN4,
    Processor,
)

ARM = {name: Path(f"libggml-cpu-{name}.so") for name in NEEDS if name.startswith("armv")}
APPLE = {name: Path(f"libggml-cpu-{name}.so") for name in NEEDS if name.startswith("apple")}
ALL = {name: Path(f"libggml-cpu-{name}.so") for name in NEEDS.keys() - ARM.keys() - APPLE.keys()}
ILLEGAL = Proof(Text("SIGILL: q4_0", "SIGILL：q4_0"))


def features(processor: Processor) -> frozenset[str]:
    return cpu.x86_features(processor.cpuid, processor.xgetbv)


def passes(variant: str) -> Proof:
    return Proof()


def failing(*variants: str) -> Callable[[str], Proof]:
    return lambda variant: ILLEGAL if variant in variants else Proof()


@pytest.mark.parametrize(
    ("processor", "variant"),
    [
        (CONROE, "x64"),
        (NEHALEM, "sse42"),
        (SANDY_BRIDGE, "sandybridge"),
        (HASWELL, "haswell"),
        (ZEN4, "zen4"),
        (SAPPHIRE_RAPIDS, "sapphirerapids"),
    ],
    ids=lambda value: value.brand if isinstance(value, Processor) else value,
)
def test_each_generation_gets_its_own_variant(processor: Processor, variant: str) -> None:
    choice = choose(features(processor), ALL, passes)
    assert choice.variant == variant
    assert choice.library == ALL[variant]
    assert not choice.refused


@pytest.mark.parametrize("build", [ALL, ARM, APPLE], ids=["x86-64", "ARM", "Apple"])
def test_a_variant_comes_before_those_that_it_extends(build: dict[str, Path]) -> None:
    for variant in build:
        others = fitting(NEEDS[variant], build)
        assert others[0] == variant, f"{variant} would never be chosen on its own processor"


def test_a_variant_that_fails_its_proof_gives_way_to_the_next() -> None:
    choice = choose(features(SAPPHIRE_RAPIDS), ALL, failing("sapphirerapids", "zen4"))
    assert choice.variant == "cooperlake"
    assert list(choice.refused) == ["sapphirerapids", "zen4"]
    assert "zen4 (SIGILL: q4_0)" in choice.reason.en
    assert "zen4（SIGILL：q4_0）" in choice.reason.zh


def test_what_is_not_needed_is_not_proved() -> None:
    tried: list[str] = []

    def prove(variant: str) -> Proof:
        tried.append(variant)
        return Proof()

    choose(features(HASWELL), ALL, prove)
    assert tried == ["haswell"]


def test_only_what_this_build_holds_is_chosen() -> None:
    some = {name: ALL[name] for name in ("x64", "sse42", "zen4")}
    assert choose(features(HASWELL), some, passes).variant == "sse42"


def test_a_build_without_variants_is_a_damaged_file() -> None:
    with pytest.raises(BadFile, match="libraries"):
        choose(features(HASWELL), {}, passes)


def test_where_every_variant_fails_the_engine_has_failed() -> None:
    with pytest.raises(EngineFailed, match=r"sse42 \(SIGILL: q4_0\), x64 \(SIGILL: q4_0\)"):
        choose(features(NEHALEM), ALL, failing("sse42", "x64"))


def test_a_forced_variant_is_used_though_a_better_one_would_do() -> None:
    choice = forced("sse42", features(HASWELL), ALL, passes)
    assert choice.variant == "sse42"
    assert "--cpu" in choice.reason.en


def test_a_forced_variant_that_is_unknown_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(BadSettings) as refusal:
        forced("pentium", features(NEHALEM), ALL, passes)
    assert "pentium" in refusal.value.message.en
    assert "sse42, x64" in refusal.value.message.en
    assert "sse42, x64" in refusal.value.message.zh


def test_a_forced_variant_beyond_the_processor_is_refused_before_it_is_tried() -> None:
    with pytest.raises(BadSettings, match="lacks amx_int8, amx_tile"):
        forced("sapphirerapids", features(ZEN4), ALL, failing(*ALL))


def test_a_forced_variant_that_fails_its_proof_is_refused() -> None:
    with pytest.raises(BadSettings, match=r"failed its proof \(SIGILL: q4_0\)"):
        forced("zen4", features(ZEN4), ALL, failing("zen4"))


def test_an_arm_processor_gets_an_arm_variant() -> None:
    raspberry_pi_5 = {"asimd", "asimddp", "fphp", "asimdhp"}
    assert choose(raspberry_pi_5, ARM, passes).variant == "armv8.2_2"
    assert fitting({"asimd"}, ARM) == ["armv8.0_1"]
