"""What a benchmark compares: our built file, llama.cpp's own server, and the weights of both."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import llama_server
import models
import places
import weights
from build import Wanted, build


def with_common(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The same parser with the options that every comparison takes."""
    parser.add_argument("--model", default="small", help=f"{', '.join(models.KNOWN)}, or a GGUF")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--ctx-size", type=int, default=4096)
    return parser


def subjects(model: str) -> tuple[Path, Path, Path]:
    """Our file with this model inside, llama.cpp's server, and the model as a file of its own."""
    folder = places.BUILD / f"bench-{Path(model).stem}"
    executable = build(Wanted(model, target=folder / places.PROGRAM))
    return executable, llama_server.built(), weights.fetched(model)[1]
