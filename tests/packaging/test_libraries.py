from __future__ import annotations

import hashlib
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

import libraries
from app.bundle.cache import unpacked
from app.bundle.slice import Slice

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names as on Linux")

MEMBERS = [
    "llama_cpp/llama_cpp.py",
    "llama_cpp/lib/libllama.so",
    "llama_cpp/lib/libllama.so.0",
    "llama_cpp/lib/libllama.so.0.5.0",
    "llama_cpp/lib/libllama-common.so.0",
    "llama_cpp/lib/libggml-base.so",
    "llama_cpp/lib/libggml-base.so.0",
    "llama_cpp/lib/libggml-rpc.so",
    "llama_cpp/lib/libggml-cpu-x64.so",
    "bin/libggml-cpu-haswell.so",
    "lib/libllama.so.0",
]


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    path = tmp_path / "llama.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in MEMBERS:
            archive.writestr(name, Path(name).name.split(".so")[0])
    return path


def names(archive: Path, tmp_path: Path) -> dict[str, str]:
    """What a program finds after unpacking: each name and where it leads."""
    content = Slice.whole(archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    folder = unpacked(content, digest, tmp_path / "cache")
    return {path.name: path.resolve().name for path in folder.iterdir() if path.name[0] != "."}


def test_every_library_is_packed_once(wheel: Path, tmp_path: Path):
    found = names(libraries.packed(wheel), tmp_path)
    ours = {name: goal for name, goal in found.items() if "ggml" in name or "llama" in name}
    assert ours == {
        "libggml-base.so": "libggml-base.so.0",
        "libggml-base.so.0": "libggml-base.so.0",
        "libggml-cpu-haswell.so": "libggml-cpu-haswell.so",
        "libggml-cpu-x64.so": "libggml-cpu-x64.so",
        "libggml-rpc.so": "libggml-rpc.so",
        "libllama.so": "libllama.so.0",
        "libllama.so.0": "libllama.so.0",
    }


@pytest.mark.skipif(not shutil.which("g++"), reason="g++ is not installed")
def test_what_the_compiler_links_to_comes_along(wheel: Path, tmp_path: Path):
    found = names(libraries.packed(wheel), tmp_path)
    assert {"libstdc++.so.6", "libgcc_s.so.1", "libgomp.so.1"} <= set(found)


def test_the_same_wheel_gives_the_same_bytes_and_is_packed_once(wheel: Path):
    first = libraries.packed(wheel)
    content, written = first.read_bytes(), first.stat().st_ino
    assert libraries.packed(wheel).stat().st_ino == written
    first.unlink()
    assert libraries.packed(wheel).read_bytes() == content
