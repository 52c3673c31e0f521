"""Runs PyInstaller: bootloader and PKG, the Python part of the one file."""

from __future__ import annotations

import sys
from pathlib import Path

import environment
import places
import stamps
from app.language import Text
from commands import run
from console import working

FROZEN = places.BUILD / "frozen"
BOOTLOADER = FROZEN / places.PROGRAM
PKG = FROZEN / "assistant.pkg"
DOCUMENTS = FROZEN / "documents.json"
SPEC = places.ROOT / "build.spec"

_FAILED = Text("PyInstaller could not pack the program.", "PyInstaller 无法打包程序。")


def frozen(wheel: Path, whisper: Path) -> tuple[Path, Path, Path]:
    """Bootloader, PKG, and the list of what documents need beyond these.

    They are made anew where the program or what it imports has changed.
    Raises: BuildFailed.
    """
    locks = [places.LOCKS / f"{name}.txt" for name in environment.LOCKED]
    inputs = stamps.digest(places.ROOT / "app", SPEC, *locks, wheel, whisper, sys.version)
    if not stamps.fresh("frozen", inputs, [BOOTLOADER, PKG, DOCUMENTS]):
        options = ["--noconfirm", "--log-level=WARN", f"--distpath={FROZEN}"]
        options.append(f"--workpath={places.BUILD / 'pyinstaller'}")
        with working(Text("Packing the program", "正在打包程序")):
            run([environment.python(), "-m", "PyInstaller", *options, SPEC], "freeze", _FAILED)
        stamps.remember("frozen", inputs)
    return BOOTLOADER, PKG, DOCUMENTS
