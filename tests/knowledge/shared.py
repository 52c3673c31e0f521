"""The shared documents and questions, where they lie in or beside the repository."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def data(*parts: str) -> Path | None:
    """A file or folder of the shared data; None where there is none."""
    for folder in (ROOT / "shared", ROOT.parent / "shared"):
        if (path := folder.joinpath("data", *parts)).exists():
            return path
    return None


def table(path: Path | None) -> list[list[str]]:
    """The rows of a file of values, without its comments; none where there is no file."""
    if path is None:
        return []
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]
