"""The builds of ggml's CPU backend, what each needs of a processor, and which one to use. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import BadFile, BadSettings, EngineFailed
from app.language import Text

_SSE42 = ("sse4_2", "popcnt")
_AVX = (*_SSE42, "avx")
_F16C = (*_AVX, "f16c")
_AVX2 = (*_F16C, "fma", "avx2", "bmi2")
_AVX512 = (*_AVX2, "avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw")
_ICELAKE = (*_AVX512, "avx512vbmi", "avx512_vnni")
_ZEN4 = (*_ICELAKE, "avx512_bf16")
_FP16 = ("asimddp", "asimdhp")
_SVE = (*_FP16, "sve", "i8mm")

# The best first. Source: ggml/src/CMakeLists.txt, "ggml_add_cpu_backend_variant"; the order is
# that of its scores in ggml-cpu/arch/*/cpu-feats.cpp. Names of features as in /proc/cpuinfo.
NEEDS: Mapping[str, frozenset[str]] = {
    name: frozenset(needs)
    for name, needs in {
        "sapphirerapids": (*_ZEN4, "amx_tile", "amx_int8"),
        "zen4": _ZEN4,
        "cooperlake": (*_AVX512, "avx512_vnni", "avx512_bf16"),
        "icelake": _ICELAKE,
        "cascadelake": (*_AVX512, "avx512_vnni"),
        "cannonlake": (*_AVX512, "avx512vbmi"),
        "skylakex": _AVX512,
        "alderlake": (*_AVX2, "avx_vnni"),
        "haswell": _AVX2,
        "piledriver": (*_F16C, "fma"),
        "ivybridge": _F16C,
        "sandybridge": _AVX,
        "sse42": _SSE42,
        "x64": (),
        "armv9.2_2": (*_SVE, "sve2", "sme"),
        "armv9.2_1": (*_SVE, "sme"),
        "armv8.6_2": (*_SVE, "sve2"),
        "armv8.6_1": _SVE,
        "armv8.2_3": (*_FP16, "sve"),
        "armv8.2_2": _FP16,
        "armv8.2_1": ("asimddp",),
        "armv8.0_1": (),
        "apple_m4": ("asimddp", "i8mm", "sme"),
        "apple_m2_m3": ("asimddp", "i8mm"),
        "apple_m1": ("asimddp",),
    }.items()
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of trying a variant on this processor: `why` it failed, None where it did not.

    `lasting`: it would come out the same again, so it is worth remembering.
    """

    why: Text | None = None
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """The variant to load, why that one, and which better ones failed their proof."""

    variant: str
    library: Path
    reason: Text
    refused: Mapping[str, Text]


Prove = Callable[[str], Proof]


def choose(features: Collection[str], available: Mapping[str, Path], prove: Prove) -> Choice:
    """The best variant in this build that the processor advertises and that passes its proof.

    Raises: BadFile where the build has no variant; EngineFailed where none passes.
    """
    candidates = fitting(features, available)
    if not candidates:
        raise BadFile(
            Text(
                "The engine's libraries for this kind of processor are missing. "
                "Download or build the assistant again.",
                "缺少适用于此类处理器的引擎库，请重新下载或重新构建本助手。",
            )
        )
    refused: dict[str, Text] = {}
    for name in candidates:
        why = prove(name).why
        if why is None:
            return Choice(name, available[name], _reason(name, len(candidates), refused), refused)
        refused[name] = why
    raise EngineFailed(
        Text(
            "No variant of the engine computes rightly on this processor: {en}. "
            "Please report this with the output of `doctor`.",
            "引擎的所有版本都无法在此处理器上正确计算：{zh}。请附上 `doctor` 的输出反馈此问题。",
        ).filled(**_listed(refused))
    )


def forced(
    name: str, features: Collection[str], available: Mapping[str, Path], prove: Prove
) -> Choice:
    """The variant a person asked for by name, if it can run here.

    Raises: BadSettings where it is not in this build, or this processor cannot run it.
    """
    if name not in NEEDS or name not in available:
        problem = Text("there is no such variant in this build", "此版本中没有该变体")
    elif missing := sorted(NEEDS[name] - set(features)):
        lacks = Text("this processor lacks {missing}", "此处理器缺少 {missing}")
        problem = lacks.filled(missing=", ".join(missing))
    elif why := prove(name).why:
        failed = Text("it failed its proof ({en})", "未通过验证（{zh}）")
        problem = failed.filled(en=why.en, zh=why.zh)
    else:
        reason = Text("{name}: as --cpu asks", "{name}：由 --cpu 指定").filled(name=name)
        return Choice(name, available[name], reason, {})
    raise _cannot_force(name, problem, fitting(features, available))


def fitting(features: Collection[str], available: Collection[str]) -> list[str]:
    """The variants in this build that the processor advertises to run, the best first."""
    return [name for name in NEEDS if name in available and NEEDS[name] <= set(features)]


def _cannot_force(name: str, problem: Text, allowed: list[str]) -> BadSettings:
    message = Text(
        "--cpu {name} cannot be used: {en}. Allowed here: {allowed}; without --cpu the best one "
        "is chosen.",
        "无法使用 --cpu {name}：{zh}。此处可用：{allowed}；不指定 --cpu 时会自动选择最佳变体。",
    )
    return BadSettings(
        message.filled(name=name, en=problem.en, zh=problem.zh, allowed=", ".join(allowed))
    )


def _reason(name: str, count: int, refused: Mapping[str, Text]) -> Text:
    if count == 1:
        return Text(
            "{name}: the only one that this processor can run", "{name}：此处理器唯一能运行的变体"
        ).filled(name=name)
    reason = Text(
        "{name}: the best of {count} that this processor advertises",
        "{name}：此处理器支持的 {count} 个变体中最佳的一个",
    ).filled(name=name, count=count)
    if not refused:
        return reason
    failures = _listed(refused)
    return Text(
        f"{reason.en} and that pass their proof; failed: {failures['en']}",
        f"{reason.zh}（且通过验证）；未通过：{failures['zh']}",
    )


def _listed(refused: Mapping[str, Text]) -> dict[str, str]:
    return {
        "en": ", ".join(f"{name} ({why.en})" for name, why in refused.items()),
        "zh": "、".join(f"{name}（{why.zh}）" for name, why in refused.items()),
    }
