"""What a start finds around it: its own file, the arguments packed there, the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import app
from app.settings import Surroundings


def surroundings() -> Surroundings:
    """Raises: BadFile when the program's own file is damaged."""
    if not getattr(sys, "frozen", False):
        return Surroundings(Path(app.__file__).parents[1] / "assistant", (), os.environ)
    from app.bundle.executable import Executable

    program = Path(sys.executable).resolve()
    return Surroundings(program, Executable.open(program).directory.arguments, os.environ)
