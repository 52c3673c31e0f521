"""Proves a CPU variant in a child process before it is used, for CPUID can lie.

A virtual machine may advertise instructions that it then refuses: the first matrix product ends
in SIGILL. Here only the child dies; the choice steps down, and nobody sees it.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

from app import cpu
from app.engine.processor import child
from app.engine.processor.trial import Trial, WrongResult
from app.engine.processor.variants import Choice, Proof, choose, forced
from app.engine.processor.verdicts import Verdicts
from app.language import Text

VERB = "prove-variant"  # how the program calls itself where it cannot fork; not for people
TIMEOUT_S = 60.0  # a proof takes 0.1 s, under emulation some seconds

WRONG, UNLOADABLE = 4, 5  # the exit status of the child
_CRASHES = {
    -getattr(signal, name): name
    for name in ("SIGILL", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGABRT", "SIGTRAP")
    if hasattr(signal, name)
} | {0xC000001D: "ILLEGAL_INSTRUCTION", 0xC0000005: "ACCESS_VIOLATION"}  # Windows, ntstatus.h


def best_variant(
    libraries: Path, cache: Path | None, build: str, name: str | None = None
) -> Choice:
    """The best variant that is proved on this processor, or the one called `name`.

    Raises: BadSettings where `name` cannot be used; BadFile and EngineFailed as `choose` does.
    """
    features = cpu.features()
    processor = " ".join((cpu.processor_name(), *sorted(features)))
    verdicts = Verdicts(cache, processor, build)

    def proved(variant: str) -> Proof:
        known = verdicts.get(variant)
        if known is None:
            known = prove(variant, libraries)
            verdicts.keep(variant, known)
        return known

    available = variants_in(libraries)
    if name is None:
        return choose(features, available, proved)
    return forced(name, features, available, proved)


def variants_in(libraries: Path) -> dict[str, Path]:
    """The CPU variants in a folder of libraries, by name."""
    # llama-cpp-python's wheel keeps them in `bin`, two folders above its other libraries.
    folders = (libraries.parent.parent / "bin", libraries)
    return {
        path.stem.partition("ggml-cpu-")[2]: path
        for folder in folders
        for path in folder.glob("*ggml-cpu-*")
    }


def prove(variant: str, libraries: Path, timeout_s: float = TIMEOUT_S) -> Proof:
    """Tries a variant in a child process: does it load, and compute rightly?"""
    library = variants_in(libraries)[variant].absolute()
    try:
        end = child.run(attempt, VERB, [str(libraries.absolute()), str(library)], timeout_s)
    except OSError as error:
        return Proof(Text(f"cannot be tried: {error}", f"无法验证：{error}"), lasting=False)
    if end.status == 0:
        return Proof()
    why = _why(end.status).filled(
        crash=_CRASHES.get(end.status or 0, f"exit status {end.status}"),
        last=end.last,
        seconds=f"{timeout_s:.0f}",
    )
    # Any other end (killed, out of memory, too slow) says nothing certain of the processor.
    return Proof(why, lasting=end.status in {WRONG, *_CRASHES})


def main(arguments: Sequence[str]) -> int:
    """The hidden verb: LIBRARIES LIBRARY."""
    return child.serve(attempt, arguments)


def attempt(arguments: Sequence[str], tell: child.Tell) -> int:
    """The child's work. Returns its exit status."""
    libraries, library = map(Path, arguments)
    tell("loading")
    try:
        for computation in Trial(libraries, library).run():
            tell(computation)
    except WrongResult:
        return WRONG
    except OSError as error:
        tell(str(error).replace("\n", " "))
        return UNLOADABLE
    return 0


def _why(status: int | None) -> Text:
    if status is None:
        return Text("no result in {seconds} s: {last}", "{seconds} 秒内没有结果：{last}")
    if status == WRONG:
        return Text("wrong result: {last}", "计算结果有误：{last}")
    if status == UNLOADABLE:
        return Text("cannot be loaded: {last}", "无法加载：{last}")
    return Text("{crash}: {last}", "{crash}：{last}")
