"""This program as its own child: how it is called, its pipes, and the walls around it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.security.sandbox import Reach, confine_child

_FROM_SOURCE = (
    "import sys; sys.path.insert(0, {root!r}); from app.__main__ import main; sys.exit(main())"
)


UNCONFINED = "--no-sandbox"


def own_command(verb: str, *arguments: str, sandbox: bool = True) -> list[str]:
    """What starts this program again, with one of its hidden verbs; in its sandbox or not."""
    words = [verb, *([] if sandbox else [UNCONFINED]), *arguments]
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    code = _FROM_SOURCE.format(root=str(Path(__file__).parents[2]))
    return [sys.executable, "-c", code, *words]


def confined(arguments: Sequence[str], reach: Callable[[Sequence[str]], Reach]) -> Sequence[str]:
    """The arguments of a child's verb, which is in its sandbox from now on, unless told otherwise.

    `reach`: what it may reach, told by its arguments.
    """
    if arguments[:1] == [UNCONFINED]:
        return arguments[1:]
    confine_child(reach(arguments))
    return arguments


def sole_output(descriptor: int) -> int:
    """A pipe for our own words alone: what a library writes to `descriptor` goes nowhere."""
    ours = os.dup(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return ours


def be_nice(amount: int) -> None:
    """Let the rest of the program have the cores first, where the system knows such a thing."""
    if hasattr(os, "nice"):
        os.nice(amount)
