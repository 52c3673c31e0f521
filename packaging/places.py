"""Where the build reads and writes."""

from __future__ import annotations

import os
from pathlib import Path

from app.bundle.cache import cache_root

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
LOCKS = PACKAGING / "locks"
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
DIST = ROOT / "dist"
ENVIRONMENT = ROOT / ".venv"

PROGRAM = "assistant.exe" if os.name == "nt" else "assistant"


def kept(name: str) -> Path:
    """A folder that outlives this clone: in the user's cache, or in build/ where there is none."""
    root = cache_root(os.environ)
    folder = (root or BUILD / "cache") / "build" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
