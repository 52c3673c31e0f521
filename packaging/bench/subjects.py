"""What a benchmark compares: our built file, llama.cpp's own server, and the weights of both."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
from collections.abc import Callable
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
    executable = ours(model)
    return executable, same_variant(executable, executable.parent), weights.fetched(model)[1]


def ours(model: str) -> Path:
    """Our file with this model inside, built where something has changed."""
    folder = places.BUILD / f"bench-{Path(model).stem}"
    return build(Wanted(model, target=folder / places.PROGRAM))


def same_variant(executable: Path, folder: Path) -> Path:
    """llama.cpp's server with no CPU variant beside it but the one that ours runs."""
    report = subprocess.run([executable, "doctor", "--json"], stdout=subprocess.PIPE, check=False)
    variant = json.loads(report.stdout)["processor"]["variant"]
    server = llama_server.built()
    alone = folder / f"llama-server-{variant}"
    shutil.rmtree(alone, ignore_errors=True)
    shutil.copytree(server.parent, alone, symlinks=True, ignore=_others(variant))
    return alone / server.name


def _others(variant: str) -> Callable[[object, list[str]], set[str]]:
    def ignored(_folder: object, names: list[str]) -> set[str]:
        return {name for name in names if "ggml-cpu-" in name and f"-{variant}." not in name}

    return ignored
