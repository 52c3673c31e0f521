"""Takes documents in until it is killed, over and over: `python -m tests.knowledge.killed FOLDER`.

Each line on its input is the number of the first document; a process of its own, which says its
id, then takes documents in, and prints each one's number as soon as it is acknowledged. When that
process is dead, "dead" is printed. So what all of them import is imported once.
"""

from __future__ import annotations

import itertools
import os
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


def take_in(folder: Path, first: int) -> None:
    """Without end."""
    print(os.getpid(), flush=True)
    library = opened(folder)
    for number in itertools.count(first):
        library.add(name(number), text(number).encode())
        print(number, flush=True)


def main(folder: Path) -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            take_in(folder, int(line))
        os.waitpid(process, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
