"""How much room there is on a disk."""

from __future__ import annotations

import shutil
from pathlib import Path

MARGIN_BYTES = 64 << 20  # stay free


def has_room(folder: Path, bytes_: int) -> bool:
    """Whether the disk of a folder takes so much more, and a little for all the rest."""
    try:
        return shutil.disk_usage(folder).free >= bytes_ + MARGIN_BYTES
    except OSError:  # not to be found out; whoever writes is told
        return True
