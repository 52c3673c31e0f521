from __future__ import annotations

import sys
from pathlib import Path

# As `python3 packaging` does; at the end, so that no installed package is hidden.
sys.path.append(str(Path(__file__).parents[2] / "packaging"))
