"""Packs the native libraries of the engine, each once, into one xz archive."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath

import archive
import stamps
from app.language import Text

_LIBRARY = re.compile(r"^(?:lib)?(?:llama|ggml[-\w]*|mtmd)\.(?:so|dylib|dll)(?:\.\d+)?$")
"""libllama.so, libllama.so.0 and libggml-cpu-x64.so, but not libllama.so.0.5.0.

Links become copies in a wheel, so that the first two are the same; in the archive the short name,
by which a program opens the library, is a link again to the one that other libraries need.
"""

_RUNTIME = ("libstdc++.so.6", "libgcc_s.so.1", "libgomp.so.1")
"""What g++ links to, and a machine without a compiler may lack."""


def packed(wheel: Path) -> Path:
    """The archive with a wheel's libraries, out of the user's cache or packed now.

    Raises: OSError.
    """
    ours = [Path(__file__), Path(archive.__file__)]
    inputs = stamps.digest(wheel, *ours, *_of_compiler())
    packing = Text("Packing the engine's libraries", "正在打包引擎库")
    return archive.packed("libraries", inputs, packing, partial(_members, wheel))


def _members(wheel: Path, folder: Path) -> archive.Members:
    libraries = _stripped([*_of_wheel(wheel, folder), *_of_compiler()], folder)
    links = {
        name.removesuffix(".0"): name
        for name in libraries
        if name.startswith(("libllama", "libggml", "libmtmd")) and name.endswith(".so.0")
    }
    return archive.Members(libraries, links)


def _of_wheel(wheel: Path, folder: Path) -> list[Path]:
    """Every library once, under the name by which the others need it."""
    with zipfile.ZipFile(wheel) as zipped:
        members = {
            PurePosixPath(name).name: name
            for name in zipped.namelist()
            if _LIBRARY.match(PurePosixPath(name).name)
        }
        files = sorted(file for file in members if f"{file}.0" not in members)
        for file in files:
            (folder / file).write_bytes(zipped.read(members[file]))
    return [folder / file for file in files]


def _of_compiler() -> list[Path]:
    compiler = next((c for c in ("c++", "g++") if shutil.which(c)), None)
    if sys.platform != "linux" or compiler is None:
        return []
    answers = (
        subprocess.run(
            [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=False
        ).stdout.strip()
        for name in _RUNTIME
    )
    return [Path(answer) for answer in answers if Path(answer).is_absolute()]


def _stripped(libraries: list[Path], folder: Path) -> dict[str, Path]:
    strip = shutil.which("strip")
    result = {}
    for library in libraries:
        copy = folder / f"stripped-{library.name}"
        shutil.copyfile(library, copy)
        if strip and sys.platform != "win32":
            words = ["-x"] if sys.platform == "darwin" else ["--strip-unneeded"]
            subprocess.run([strip, *words, copy], check=False, capture_output=True)
        result[library.name] = copy
    return result
