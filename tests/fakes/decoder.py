"""Stands in for the child that decodes: the file holds seconds of speech and silence by turns.

"text" in its place is refused; "crash" ends in the middle.
"""

from __future__ import annotations

import array
import json
import sys
from pathlib import Path

RATE = 16_000


def main() -> int:
    words = Path(sys.argv[1]).read_text("utf-8").split()
    if words == ["text"]:
        print(json.dumps({"problem": "not-audio", "detail": "text"}), file=sys.stderr)
        return 0
    lengths = [float(word) for word in words if word != "crash"]
    if sum(lengths) > float(sys.argv[3]):
        print(json.dumps({"problem": "too-long"}), file=sys.stderr)
        return 0
    print(json.dumps({"seconds": sum(lengths)}), file=sys.stderr, flush=True)
    for index, seconds in enumerate(lengths):
        loud = 0 if index % 2 else 8000
        sys.stdout.buffer.write(array.array("h", [loud] * round(seconds * RATE)).tobytes())
    sys.stdout.buffer.flush()
    return 1 if "crash" in words else 0


if __name__ == "__main__":
    sys.exit(main())
