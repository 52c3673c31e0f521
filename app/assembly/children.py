"""This program as its own child: how it is called, and what it does with its pipes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FROM_SOURCE = (
    "import sys; sys.path.insert(0, {root!r}); from app.__main__ import main; sys.exit(main())"
)


def own_command(verb: str, *arguments: str) -> list[str]:
    """What starts this program again, with one of its hidden verbs."""
    if getattr(sys, "frozen", False):
        return [sys.executable, verb, *arguments]
    code = _FROM_SOURCE.format(root=str(Path(__file__).parents[2]))
    return [sys.executable, "-c", code, verb, *arguments]


def sole_output(descriptor: int) -> int:
    """A pipe for our own words alone: what a library writes to `descriptor` goes nowhere."""
    ours = os.dup(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return ours


def limit_memory(most_bytes: int) -> None:
    """This process gets no more; what fails then is that process alone."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def be_nice(amount: int) -> None:
    """Let the rest of the program have the cores first, where the system knows such a thing."""
    if hasattr(os, "nice"):
        os.nice(amount)
