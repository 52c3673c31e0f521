"""Compiles llama.cpp's own server out of the source that the wheel comes from, to compare with.

It gets the wheel's CPU variants laid beside it, so that both compute with the same code.
"""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import environment
import llama_source
import llama_wheel
import places
from app.language import Text
from commands import run
from console import Bar, say
from failures import BuildFailed

_OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
    "-DCMAKE_INSTALL_RPATH=$ORIGIN",
    "-DGGML_NATIVE=OFF",
    "-DGGML_BACKEND_DL=ON",
    "-DGGML_CPU=OFF",  # its variants come from the wheel
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
)
_BACKEND = re.compile(r"^(?:lib)?ggml-(?:cpu|cuda|vulkan|metal|rpc)[-\w]*\.(?:so|dylib|dll)$")
_PRODUCT = re.compile(r"^(?:llama-server(?:\.exe)?|.*\.(?:so|dylib|dll)(?:\.\d+)?)$")

_NOT_FETCHED = Text(
    "llama.cpp's source could not be fetched: check the network and run this again.",
    "无法下载 llama.cpp 源代码：请检查网络后重新运行。",
)
_NOT_COMPILED = Text(
    "llama.cpp's server could not be compiled.", "无法编译 llama.cpp 自带的服务器。"
)


def built(gpu: llama_source.Gpu = "none") -> Path:
    """The server's path, out of the user's cache or compiled now, which takes some minutes.

    Raises: BuildFailed.
    """
    environment.prepare()
    wheel = llama_wheel.compiled(gpu)
    folder = places.kept("llama-server") / llama_source.cache_key(gpu)
    program = folder / ("llama-server.exe" if places.PROGRAM.endswith(".exe") else "llama-server")
    if not program.is_file():
        llama_source.check_compiler()
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            _collect(_compile(source(Path(work)), Path(work)), wheel, Path(work) / "product")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(work) / "product").replace(folder)
    return program


def source(folder: Path) -> Path:
    """The vendored source of llama.cpp, unpacked into a folder.

    Raises: BuildFailed.
    """
    environment.pip(
        *("download", "--no-deps", "--no-cache-dir", "--no-build-isolation"),
        *("--no-binary=llama-cpp-python", "--require-hashes"),
        *("-r", str(places.LOCKS / "llama.txt"), "-d", str(folder)),
        log="llama-source",
        failure=_NOT_FETCHED,
        environment=environment.search_path(),
    )
    (archive,) = folder.glob("llama_cpp_python-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder)
    (unpacked,) = folder.glob("llama_cpp_python-*/vendor/llama.cpp")
    return unpacked


def _compile(code: Path, work: Path) -> Path:
    say(
        Text(
            "Compiling llama.cpp's server to compare with; this is done once",
            "正在编译用于对比的 llama.cpp 服务器；只需一次",
        )
    )
    cmake = environment.script("cmake")
    made = work / "made"
    _tool([cmake, "-S", code, "-B", made, "-G", "Ninja", *_OPTIONS], "llama-server-configure")
    with Bar(Text("Compiling", "编译"), 1) as bar:
        command: list[str | Path] = [cmake, "--build", made, "--target", "llama-server"]
        _tool(command, "llama-server", on_line=llama_wheel.steps(bar.at))
    return made / "bin"


def _tool(command: list[str | Path], log: str, **options: object) -> None:
    variables = environment.search_path()
    run(command, log, _NOT_COMPILED, environment=variables, **options)  # type: ignore[arg-type]


def _collect(products: Path, wheel: Path, folder: Path) -> None:
    folder.mkdir()
    for path in products.iterdir():
        if _PRODUCT.match(path.name):
            shutil.copy2(path, folder / path.name)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = PurePosixPath(member).name
            if _BACKEND.match(name):
                (folder / name).write_bytes(archive.read(member))
    if not any(_BACKEND.match(path.name) for path in folder.iterdir()):
        raise BuildFailed(_NOT_COMPILED)
