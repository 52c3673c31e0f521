"""The environment of what the benchmark of documents compares with: nothing of it is ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import places
import stamps
from app.language import Text
from commands import run
from console import working

PEERS = places.BUILD / "peers"
LOCK = places.LOCKS / "peers.txt"

_FAILED = Text(
    "The packages of locks/peers.txt could not be used.", "无法使用 locks/peers.txt 中的软件包。"
)


def measured(*words: str) -> dict[str, float]:
    """What peer.py measured. Raises: BuildFailed."""
    script = Path(__file__).with_name("peer.py")
    output = run([_python(), script, *words], f"peer-{words[0]}", _FAILED)
    found: dict[str, float] = json.loads(output.strip().splitlines()[-1])
    return found


def _python() -> Path:
    python = PEERS / "bin" / "python"
    inputs = stamps.digest(LOCK, sys.version)
    if not stamps.fresh("peers", inputs, [python]):
        with working(Text("Installing locks/peers.txt", "正在安装 locks/peers.txt")):
            run([sys.executable, "-m", "venv", "--clear", PEERS], "peers", _FAILED)
            options = ["--disable-pip-version-check", "--require-hashes", "--no-deps"]
            run([python, "-m", "pip", "install", *options, "-r", LOCK], "install-peers", _FAILED)
        stamps.remember("peers", inputs)
    return python
