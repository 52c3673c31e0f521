"""Many people asking one server at the same time, as threads with a clock."""

from __future__ import annotations

import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

from bench.servers import Server

_WORDS = """
river stone market window garden letter engine summer winter bridge paper silver teacher doctor
island harbor forest candle mirror village kitchen journey history science music painting machine
language number question answer mountain valley station ticket coffee morning evening yellow
purple orange quiet loud narrow wide early late simple
"""


def fresh_words(count: int) -> str:
    """`count` words in an order that no earlier prompt began with, so that no cache can answer."""
    return " ".join(random.choices(_WORDS.split(), k=count))


@dataclass
class Client:
    """One person's request; `arrivals` holds the time of each piece of text, in seconds."""

    server: Server
    question: str
    max_tokens: int
    parameters: dict[str, object] = field(default_factory=dict)
    arrivals: list[float] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    text: str = ""
    failure: BaseException | None = None
    leaves: bool = False  # goes away with the next piece of text

    def ask(self) -> Client:
        """Ask and read the whole answer."""
        self.asked = time.perf_counter()
        try:
            for piece in self.server.stream(
                self.question, self.max_tokens, self.timings, **self.parameters
            ):
                self.arrivals.append(time.perf_counter())
                self.text += piece
                if self.leaves:
                    break
        except BaseException as failure:
            self.failure = failure
        return self

    @property
    def first_token_s(self) -> float:
        """Seconds from asking to the first text."""
        return self.arrivals[0] - self.asked

    @property
    def gaps_s(self) -> list[float]:
        """Seconds between one piece of text and the next."""
        return [after - before for before, after in pairwise(self.arrivals)]


def ask_together(clients: list[Client]) -> float:
    """Let all ask at once; seconds until the last has its answer."""
    threads = [threading.Thread(target=client.ask) for client in clients]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        if client.failure is not None:
            raise client.failure
    return time.perf_counter() - started


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)
