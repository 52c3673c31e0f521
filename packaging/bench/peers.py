"""The environments of what benchmarks compare with: nothing of it is ours."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import places
import stamps
from app.language import Text
from commands import run
from console import working

_FAILED = Text(
    "The packages of locks/{lock}.txt could not be used.", "无法使用 locks/{lock}.txt 中的软件包。"
)


@dataclass(frozen=True, slots=True)
class Peers:
    """Packages of a lock, and the script that measures them and prints JSON."""

    lock: str
    script: str

    def measured(self, *words: str | Path) -> Any:
        """What the script tells. Raises: BuildFailed."""
        script = Path(__file__).with_name(self.script)
        output = run([self._python(), script, *words], f"{self.lock}-{words[0]}", self._failed)
        return json.loads(output.strip().splitlines()[-1])

    @property
    def _failed(self) -> Text:
        return _FAILED.filled(lock=self.lock)

    def _python(self) -> Path:
        folder, lock = places.BUILD / self.lock, places.LOCKS / f"{self.lock}.txt"
        python = folder / "bin" / "python"
        inputs = stamps.digest(lock, sys.version)
        if not stamps.fresh(self.lock, inputs, [python]):
            with working(Text(f"Installing locks/{lock.name}", f"正在安装 locks/{lock.name}")):
                run([sys.executable, "-m", "venv", "--clear", folder], self.lock, self._failed)
                options = ["--disable-pip-version-check", "--require-hashes", "--no-deps"]
                install: list[str | Path] = [python, "-m", "pip", "install", *options, "-r", lock]
                run(install, f"install-{self.lock}", self._failed)
            stamps.remember(self.lock, inputs)
        return python


DOCUMENTS = Peers("peers", "peer.py")
LOADERS = Peers("loaders", "loaders.py")
SPEECH = Peers("speech-peers", "speech_peer.py")


def measured(*words: str) -> dict[str, float]:
    """What the peers of documents need. Raises: BuildFailed."""
    found: dict[str, float] = DOCUMENTS.measured(*words)
    return found
