"""How a model gets its eyes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EyesOptions:
    """How a projector is loaded; names and defaults are llama-server's.

    `least_tokens` and `most_tokens`: of a picture, for models that look closer at larger ones.
    """

    path: Path
    on_gpu: bool = True
    threads: int = 1
    flash_attention: int = -1
    least_tokens: int | None = None
    most_tokens: int | None = None
