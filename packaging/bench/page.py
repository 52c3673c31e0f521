"""The page's weight at first, how soon one can type, how smoothly 500 turns scroll.

Measured in the tests' environment, which has what drives a browser.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

import environment
import places
from bench.subjects import ours


def main(argv: list[str]) -> int:
    """Build what is wanted, and measure it in Chromium."""
    parser = argparse.ArgumentParser(prog="packaging bench page", description=__doc__)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--executable", type=Path, help="a file that is built already")
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args(argv)
    executable = wanted.executable or ours(wanted.model)
    environment.prepare((*environment.LOCKED, "test"))
    paths = os.pathsep.join(map(str, (places.ROOT, places.PACKAGING)))
    command = [environment.python(), "-m", "bench.browsing", executable.resolve(), wanted.rounds]
    found = subprocess.run(
        list(map(str, command)), env={**os.environ, "PYTHONPATH": paths}, check=False
    )
    return found.returncode
