"""Which llama.cpp is compiled, and how."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from typing import Literal

from app.language import Text
from failures import BuildFailed

VERSION = "0.3.36"
REQUIREMENT = f"llama-cpp-python=={VERSION}"

Gpu = Literal["none", "cuda", "vulkan"]
GPUS: tuple[Gpu, ...] = ("none", "cuda", "vulkan")

_PORTABLE = (
    "-DGGML_NATIVE=OFF",
    "-DGGML_BACKEND_DL=ON",
    "-DGGML_CPU_ALL_VARIANTS=ON",
    "-DGGML_RPC=ON",
    # Every library once and in one folder, and not also in bin/ and lib/ of the environment.
    "-DCMAKE_INSTALL_BINDIR=llama_cpp/lib",
    "-DCMAKE_INSTALL_LIBDIR=llama_cpp/lib",
)
_GPU_OPTIONS = {"none": (), "cuda": ("-DGGML_CUDA=ON",), "vulkan": ("-DGGML_VULKAN=ON",)}

_NO_COMPILER = Text(
    "No C++ compiler was found: install one ({how}) and run this again.",
    "未找到 C++ 编译器：请安装（{how}）后重新运行。",
)
_HOW = {
    "darwin": "xcode-select --install",
    "linux": "apt install g++ / dnf install gcc-c++",
}


def options(gpu: Gpu) -> str:
    """CMake's options for the libraries, the user's own CMAKE_ARGS last."""
    return " ".join((*_PORTABLE, *_GPU_OPTIONS[gpu], os.environ.get("CMAKE_ARGS", ""))).strip()


def cache_key(gpu: Gpu) -> str:
    """Names what comes of this version, these options and this kind of machine."""
    parts = (VERSION, options(gpu), sys.platform, platform.machine())
    return f"{VERSION}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def check_compiler() -> None:
    """Raises: BuildFailed, where there is surely no C++ compiler."""
    if sys.platform == "win32":
        return  # CMake finds Visual Studio by itself, wherever it is
    names = [os.environ.get("CXX", "").split(" ")[0], "c++", "g++", "clang++"]
    if not any(shutil.which(name) for name in names if name):
        how = _HOW.get(sys.platform, _HOW["linux"])
        raise BuildFailed(_NO_COMPILER.filled(how=how))
