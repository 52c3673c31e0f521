"""Starts child processes that are to last longer than whoever first needs them.

Linux ends a child that dies with its parent already when the thread that started it ends.
Source: prctl(2), PR_SET_PDEATHSIG.
"""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # importing it takes time that the start does not have
    from concurrent.futures import ThreadPoolExecutor


def started(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """A child of the one thread that stays as long as this process. Raises: OSError."""
    return _starter().submit(lambda: subprocess.Popen[bytes]([*command], **options)).result()


@functools.cache
def _starter() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "children")
