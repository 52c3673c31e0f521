"""Compiles llama-cpp-python once per version, options and kind of machine, and installs it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import environment
import llama_source
import places
import stamps
from app.language import Text
from console import Bar, say

_NOT_COMPILED = Text(
    "llama.cpp could not be compiled: check that the C++ compiler is of 2019 or newer "
    "(g++ 9, clang 10, Visual Studio 2019).",
    "无法编译 llama.cpp：请确认 C++ 编译器不早于 2019 年（g++ 9、clang 10、Visual Studio 2019）。",
)
_STEP = re.compile(r"\[(\d+)/(\d+)\]")


def compiled(gpu: llama_source.Gpu) -> Path:
    """The wheel, out of the user's cache or compiled now, which takes about ten minutes.

    Raises: BuildFailed.
    """
    folder = places.kept("wheels") / llama_source.cache_key(gpu)
    found = sorted(folder.glob("*.whl"))
    return found[0] if found else _compile(folder, llama_source.options(gpu))


def install(wheel: Path) -> None:
    """Put the wheel into the environment, where it is not there yet.

    Raises: BuildFailed.
    """
    inputs = stamps.digest(wheel, stamps.digest(environment.python().resolve().as_posix()))
    installed = environment.packages() / "llama_cpp" / "llama_cpp.py"
    if stamps.fresh("installed-llama", inputs, [installed]):
        return
    # Without what it depends on: its ctypes layer, which is all that is used, needs none of it.
    environment.pip("install", "--no-deps", "--force-reinstall", str(wheel), log="install-llama")
    stamps.remember("installed-llama", inputs)


def _compile(folder: Path, options: str) -> Path:
    llama_source.check_compiler()
    say(
        Text(
            "Compiling llama.cpp for every processor; this is done once and takes some minutes",
            "正在为各种处理器编译 llama.cpp；只需一次，需要几分钟",
        )
    )
    with (
        tempfile.TemporaryDirectory(dir=folder.parent) as made,
        Bar(Text("Compiling", "编译"), 1) as bar,
    ):
        environment.pip(
            *("wheel", "--verbose", "--no-deps", "--no-build-isolation", "--no-cache-dir"),
            *("--no-binary=llama-cpp-python", "--require-hashes"),
            *("-r", str(places.LOCKS / "llama.txt"), "-w", made),
            log="compile-llama",
            failure=_NOT_COMPILED,
            environment={"CMAKE_ARGS": options, **environment.search_path()},
            on_line=steps(bar.at),
        )
        folder.mkdir(exist_ok=True)
        wheel = next(Path(made).glob("*.whl"))
        return wheel.replace(folder / wheel.name)


def steps(at: Callable[[float, float], None]) -> Callable[[str], None]:
    """Reads ninja's "[3/443]" out of what a build prints."""

    def on_line(line: str) -> None:
        if step := _STEP.search(line[:40]):
            at(int(step[1]), int(step[2]))

    return on_line
