"""The verbs of `python3 packaging`."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import checks
import failures
import llama_source
import locks
import models
from app.language import Text, of_system
from build import Wanted, build
from conformance import command as conformance
from console import say

BENCHES = Path(__file__).parent / "bench"


def main(arguments: Sequence[str]) -> int:
    """Carry out one verb; returns the exit status."""
    wanted = _parser().parse_args(arguments)
    try:
        status: int = wanted.carry_out(wanted)
    except failures.BuildFailed as failure:
        print(failure.in_language(of_system()), file=sys.stderr)
        return 1
    except OSError as error:
        print(failures.of_system(error).in_language(of_system()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say(Text("\nStopped; what was finished is kept.", "\n已停止；已完成的部分会保留。"))
        return 130
    return status


def run(wanted: argparse.Namespace) -> int:
    """Build what has changed and start it; what follows `--` goes to the program."""
    target = build(Wanted(wanted.model, wanted.gpu))
    say(Text(f"Starting {target}", f"正在启动 {target}"))
    command = [str(target), *wanted.arguments]
    if os.name == "posix":
        os.execv(target, command)
    return subprocess.run(command, check=False).returncode


def only_build(wanted: argparse.Namespace) -> int:
    """Build what has changed."""
    target = build(Wanted(wanted.model, wanted.gpu))
    say(Text(f"{target} is ready", f"{target} 已就绪"))
    return 0


def test(wanted: argparse.Namespace) -> int:
    """Every check and every test; what follows `--` goes to pytest."""
    return checks.main(wanted.arguments)


def bench(wanted: argparse.Namespace) -> int:
    """One benchmark: a module of packaging/bench/ with a function `main(argv)`."""
    files = sorted(BENCHES.glob("[a-z]*.py"))
    known = [path.stem for path in files if "\ndef main(" in path.read_text(encoding="utf-8")]
    if wanted.name not in known:
        names = ", ".join(known)
        raise failures.BuildFailed(
            Text(
                f"The benchmarks are: {names}. Name one: python3 packaging bench NAME",
                f"可用的基准测试：{names}。请指定一个：python3 packaging bench NAME",
            )
        )
    return int(importlib.import_module(f"bench.{wanted.name}").main(wanted.arguments) or 0)


def conform(wanted: argparse.Namespace) -> int:
    """llama.cpp's own server tests, against its server and ours; what follows `--` to pytest."""
    return conformance.main(wanted.arguments)


def lock(_wanted: argparse.Namespace) -> int:
    """Make the lock files anew (needs uv)."""
    locks.main()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 packaging", description="Builds, runs and tests the assistant."
    )
    verbs = parser.add_subparsers(metavar="run|test|build|bench|conformance|lock", required=True)
    for name, function in _VERBS.items():
        verb = verbs.add_parser(name, help=function.__doc__, description=function.__doc__)
        verb.set_defaults(carry_out=function)
        if name in ("run", "build"):
            _add_build_options(verb)
        if name == "bench":
            verb.add_argument("name", nargs="?", help="which one")
        if name in ("run", "test", "bench", "conformance"):
            verb.add_argument("arguments", nargs="*", help="passed on; begin them with --")
    return parser


_VERBS = {
    "run": run,
    "test": test,
    "build": only_build,
    "bench": bench,
    "conformance": conform,
    "lock": lock,
}


def _add_build_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--model",
        default=models.DEFAULT,
        help=f"{', '.join(models.KNOWN)}, or a GGUF file (default: {models.DEFAULT})",
    )
    verb.add_argument(
        "--gpu",
        choices=llama_source.GPUS,
        default="none",
        help="compile this GPU backend, too; on macOS Metal is always there",
    )
