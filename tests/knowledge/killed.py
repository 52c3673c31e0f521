"""Takes documents in until it is killed: `python -m tests.knowledge.killed FOLDER FIRST`.

Prints each document's number as soon as it is acknowledged.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from tests.knowledge.libraries import opened

REPEATED = 5  # every so many documents, an earlier one comes in a new version


def name(number: int) -> str:
    """The name of a document; some numbers are a later version of an earlier one."""
    return f"document{number - REPEATED if number % REPEATED == 0 and number else number}.txt"


def text(number: int) -> str:
    """Several chunks of words that no other document has."""
    paragraphs = (f"unique{number}x{part} " + f"word{number} " * 150 for part in range(4))
    return "\n\n".join(paragraph.strip() for paragraph in paragraphs)


def main(folder: Path, first: int) -> None:
    library = opened(folder)
    for number in itertools.count(first):
        library.add(name(number), text(number).encode())
        print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
