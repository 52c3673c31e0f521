"""Remembers from which inputs each stage's result was made, so that only changes cost time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import places


def digest(*inputs: str | Path) -> str:
    """One hash over texts, files and whole folders, names included."""
    whole = hashlib.sha256()
    for item in inputs:
        for path in _files(item) if isinstance(item, Path) else ():
            whole.update(f"{_name(path)}\0".encode())
            whole.update(path.read_bytes())
        whole.update(f"{item if isinstance(item, str) else ''}\0".encode())
    return whole.hexdigest()


def fresh(stage: str, inputs: str, results: Iterable[Path]) -> bool:
    """Whether a stage's results are there and were made from these inputs."""
    stamp = _stamp(stage)
    return (
        all(path.exists() for path in results)
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8") == inputs
    )


def remember(stage: str, inputs: str) -> None:
    """Note that a stage's results are now made from these inputs."""
    stamp = _stamp(stage)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs, encoding="utf-8")


def _stamp(stage: str) -> Path:
    return places.BUILD / "stamps" / stage


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(
        file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    )


def _name(path: Path) -> str:
    inside = path.is_relative_to(places.ROOT)
    return path.relative_to(places.ROOT).as_posix() if inside else path.name
