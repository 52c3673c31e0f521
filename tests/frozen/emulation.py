"""The built file as another processor runs it, by qemu-user."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests import requirements, started

SLOW_S = 600.0  # emulated AVX2 computes a thousand times slower than a processor does


class Emulation:
    """Starts the built file as a processor; `scratch` takes what all of them unpack."""

    def __init__(self, executable: Path, scratch: Path) -> None:
        self._executable = executable
        self._cache = scratch / "cache"
        self._qemu = requirements.program("qemu-x86_64")
        self._library = scratch / "emulated.so"
        source = Path(__file__).with_name("emulated.c")
        compiler = requirements.program("gcc")
        compile_it = [compiler, "-shared", "-fPIC", "-o", self._library, source, "-ldl"]
        subprocess.run(compile_it, check=True)

    def command(self, processor: str, *words: str | Path) -> list[str | Path]:
        """What to start. Its children are emulated too."""
        variables = {"LD_PRELOAD": self._library, "EMULATOR": self._qemu, "EMULATED": processor}
        given = [part for name, value in variables.items() for part in ("-E", f"{name}={value}")]
        return [self._qemu, "-cpu", processor, *given, self._executable, *words]

    def surroundings(self, home: Path) -> dict[str, str]:
        """A user's environment. Emulated unpacking takes long, so it is done once for all."""
        return started.environment(home, TMPDIR=str(home), XDG_CACHE_HOME=str(self._cache))

    def run(
        self, processor: str, words: Sequence[str | Path], home: Path, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Runs it to its end, with `given` as its standard input."""
        return subprocess.run(
            self.command(processor, *words),
            env=self.surroundings(home),
            input=given,
            capture_output=True,
            text=True,
            timeout=SLOW_S,
        )
