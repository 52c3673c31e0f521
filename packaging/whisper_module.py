"""Compiles pywhispercpp's native module on the ggml of the installed llama.cpp.

So one ggml serves both, with every CPU variant and the GPU. The module `_pywhispercpp` has
whisper.cpp inside and needs libggml and libggml-base by the names under which libllama has opened
them: imported after that, it takes those, wherever they lie.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import environment
import llama_source
import places
from app.language import Text
from commands import run
from console import Bar
from llama_wheel import steps

VERSION = "1.5.1"
REQUIREMENT = f"pywhispercpp=={VERSION}"
MODULE = "_pywhispercpp"

_NOT_FETCHED = Text(
    "The source of whisper.cpp could not be fetched: check the network and run this again.",
    "无法下载 whisper.cpp 的源代码：请检查网络后重新运行。",
)
_NOT_COMPILED = Text(
    "whisper.cpp could not be compiled: check that the C++ compiler is of 2019 or newer "
    "(g++ 9, clang 10, Visual Studio 2019).",
    "无法编译 whisper.cpp：请确认 C++ 编译器不早于 2019 年"
    "（g++ 9、clang 10、Visual Studio 2019）。",
)


def compiled(gpu: llama_source.Gpu) -> Path:
    """The module, out of the user's cache or compiled now; llama.cpp must be installed.

    Raises: BuildFailed.
    """
    folder = places.kept("wheels") / _cache_key(gpu)
    found = sorted(folder.glob(f"{MODULE}*"))
    return found[0] if found else _compile(folder)


def install(module: Path) -> None:
    """Put the module into the environment.

    Its Python part stays away: it adds downloads and helpers, and needs four more packages.
    """
    shutil.copy2(module, environment.packages() / module.name)


def _cache_key(gpu: llama_source.Gpu) -> str:
    """Names what comes of this version, of this Python, and of that llama.cpp."""
    parts = (VERSION, str(sys.implementation.cache_tag), llama_source.cache_key(gpu))
    return f"whisper-{VERSION}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def _compile(folder: Path) -> Path:
    llama_source.check_compiler()
    label = Text("Compiling whisper.cpp", "正在编译 whisper.cpp")
    with tempfile.TemporaryDirectory(dir=folder.parent) as made, Bar(label, 1) as bar:
        build = Path(made) / "build"
        _cmake(["-S", _source(Path(made)), "-B", build, *_options()])
        _cmake(["--build", build, "--config", "Release", "--target", MODULE], bar)
        module = next(path for path in build.rglob(f"{MODULE}*") if path.suffix in (".so", ".pyd"))
        folder.mkdir(exist_ok=True)
        return module.replace(folder / module.name)


def _source(folder: Path) -> Path:
    """pywhispercpp's source package, unpacked; whisper.cpp is in it."""
    environment.pip(
        *("download", "--no-deps", "--no-build-isolation", "--no-binary=pywhispercpp"),
        *("--require-hashes", "-r", str(places.LOCKS / "whisper.txt"), "-d", str(folder)),
        log="fetch-whisper",
        failure=_NOT_FETCHED,
    )
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"pywhispercpp-{VERSION}"


def _cmake(words: list[str | Path], bar: Bar | None = None) -> None:
    run(
        [environment.script("cmake"), *words],
        "compile-whisper",
        _NOT_COMPILED,
        environment=environment.search_path(),
        on_line=steps(bar.at) if bar else lambda _line: None,
    )


def _options() -> list[str | Path]:
    beside = "@loader_path" if sys.platform == "darwin" else "$ORIGIN"
    options = {
        "CMAKE_BUILD_TYPE": "Release",
        "WHISPER_USE_SYSTEM_GGML": "ON",
        "CMAKE_PREFIX_PATH": places.PACKAGING / "cmake",
        "GGML_HOME": environment.packages() / "llama_cpp",
        "BUILD_SHARED_LIBS": "OFF",  # whisper.cpp into the module itself; ggml stays outside
        "CMAKE_POSITION_INDEPENDENT_CODE": "ON",
        "CMAKE_BUILD_WITH_INSTALL_RPATH": "ON",
        "CMAKE_INSTALL_RPATH": f"{beside}/llama_cpp/lib",  # for imports before libllama's
        "PYTHON_EXECUTABLE": environment.python(),
        "Python_EXECUTABLE": environment.python(),
    }
    generator = [] if sys.platform == "win32" else ["-G", "Ninja"]
    return [*generator, *(f"-D{name}={value}" for name, value in options.items())]
