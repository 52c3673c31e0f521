"""Packs the Python packages that only documents and speech need: not every start unpacks them."""

from __future__ import annotations

import json
import py_compile
import shutil
import subprocess
import sys
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import archive
import stamps
from app.language import Text

Listed: TypeAlias = dict[str, list[tuple[str, str]]]
"""Of build.spec: "modules" and "files", each as its name and its path."""

TITLE = (
    "Chroma, ONNX Runtime, PDFium, lexbor, calamine, NumPy, Pillow, libavif, libheif, libde265, "
    "olefile, striprtf, whisper.cpp, sphn, Symphonia, libopus, libsndfile, mpg123, LAME, cffi, "
    "hibari, OpenCC, pypinyin, cryptography"
)
LICENCE = "Apache-2.0, MIT, BSD-3-Clause, BSD-2-Clause, MIT-CMU, MPL-2.0, LGPL-2.1, LGPL-3.0"

_WITH_DEBUGGING = ("sphn/",)  # nineteen parts in twenty of this library
_EXTENSION_MODULES = "lib-dynload"  # PyInstaller's folder for those of Python itself


def packed(listing: Path) -> Path:
    """The archive of what build.spec has listed, out of the user's cache or packed now.

    Raises: OSError.
    """
    listed: Listed = json.loads(listing.read_text("utf-8"))
    ours = [Path(__file__), Path(archive.__file__)]
    contents = [part for name, path in chain(*listed.values()) for part in (name, Path(path))]
    inputs = stamps.digest(*ours, sys.version, *contents)
    packing = Text("Packing what documents need", "正在打包文档处理组件")
    return archive.packed("documents", inputs, packing, partial(_members, listed))


def _members(listed: Listed, folder: Path) -> archive.Members:
    modules = {
        _file_of(name, Path(path)): _compiled(name, Path(path), folder)
        for name, path in listed["modules"]
    }
    files = {_place(name): _slim(name, Path(path), folder) for name, path in listed["files"]}
    return archive.Members(modules | files)


def _file_of(module: str, path: Path) -> str:
    """Where Python looks for a module of which there is no source."""
    inside = "/__init__" if path.stem == "__init__" else ""
    return module.replace(".", "/") + inside + ".pyc"


def _compiled(module: str, path: Path, folder: Path) -> Path:
    compiled = folder / f"{module}.pyc"
    py_compile.compile(
        str(path),
        cfile=str(compiled),
        dfile=_file_of(module, path).removesuffix("c"),
        doraise=True,
        optimize=1,  # NumPy needs its docstrings
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return compiled


def _slim(name: str, path: Path, folder: Path) -> Path:
    strip = shutil.which("strip")
    if sys.platform != "linux" or strip is None or not name.startswith(_WITH_DEBUGGING):
        return path
    slim = folder / path.name
    subprocess.run([strip, "--strip-unneeded", "-o", slim, path], check=True)
    return slim


def _place(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.name if _EXTENSION_MODULES in path.parts else str(path)
