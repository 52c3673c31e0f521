"""Remembers which CPU variants passed on this processor, so that a start need not prove again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from app.engine.processor.variants import Proof
from app.language import Text


class Verdicts:
    """The proofs made on one processor with one build of the program; None: nowhere to keep them.

    A file for each processor, since a home folder may be shared by several machines.
    """

    def __init__(self, folder: Path | None, processor: str, build: str) -> None:
        digest = hashlib.sha256(processor.encode()).hexdigest()[:16]
        self._path = folder / f"processor-{digest}.json" if folder else None
        self._build = build
        self._proofs = self._read()

    def get(self, variant: str) -> Proof | None:
        """What was found of a variant; None where it has not been tried."""
        return self._proofs.get(variant)

    def keep(self, variant: str, proof: Proof) -> None:
        """Remembers a finding; where nothing can be written it is made again at each start."""
        self._proofs[variant] = proof
        if self._path is None or not proof.lasting:
            return
        beside = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(self._written(), encoding="utf-8")
            beside.replace(self._path)

    def _written(self) -> str:
        proofs = {name: _to_json(proof) for name, proof in self._proofs.items() if proof.lasting}
        return json.dumps({"build": self._build, "proofs": proofs}, ensure_ascii=False, indent=1)

    def _read(self) -> dict[str, Proof]:
        if self._path is None:
            return {}
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["build"] != self._build:
                return {}
            return {str(name): _from_json(proof) for name, proof in kept["proofs"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}  # absent or damaged: proved again


def _to_json(proof: Proof) -> dict[str, str] | None:
    return {"en": proof.why.en, "zh": proof.why.zh} if proof.why else None


def _from_json(kept: Any) -> Proof:
    return Proof(None if kept is None else Text(str(kept["en"]), str(kept["zh"])))
