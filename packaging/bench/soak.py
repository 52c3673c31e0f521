"""Thousands of requests from many clients: no wrong answer, no leaked slot, no growing memory.

A quarter leave midway, a tenth are malformed, and the rest ask for what goes on a pattern, which
is certain whatever else shares a decode call: each must get exactly what it got alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from bench.clients import fresh_words
from bench.malformed import MALFORMED, Malformed
from bench.servers import Memory, Server
from bench.subjects import ours
from bench.wire import Request, completion, opened, pieces, sent

CLIENTS = 16
ENOUGH_TO_TELL = 1000  # requests, of whether memory is flat
# A small cache is full after the warm-up; one that still fills would look like a leak.
FLAGS = ("-c", "8192", "-np", str(CLIENTS), "-kvu", "--metrics", "--cache-ram", "8")
GROWTH_BYTES = 8e6  # what an allocator may keep: over 1,500 requests, 5 kB of each
WARM_UP = 100  # requests, at least, until every buffer and thread has been in use
SETTLED_S = 10.0
ANSWER_TOKENS = 8
ABANDONED_TOKENS = 300  # of an answer to which nobody listens to the end
LONG_PROMPT_WORDS = 80  # it is still being read when its client leaves
CERTAIN = 0.5  # how far the likeliest token leads, in logits: more than roundings move it
PATTERNS = (
    *("a b c d", "A B C", "x y z", "ja nein", "sun moon star", "bread and butter", "p q r s"),
    *("red green blue white", "north east south west", "one and two or", "salt and pepper"),
)


class Trial(NamedTuple):
    """One request: its kind, and how to make it, which gives what was wrong, if anything."""

    kind: str
    make: Callable[[Server], str | None]


def question(pattern: str, stream: bool) -> Request:
    """What goes on this pattern?"""
    return completion(" ".join([pattern] * 12), ANSWER_TOKENS, stream)


def certainties(server: Server) -> dict[str, str]:
    """The patterns of which every next token is certain, and what goes on them, asked alone."""
    found = {}
    for pattern in PATTERNS:
        fields = json.loads(question(pattern, stream=True).body) | {"stream": False, "n_probs": 2}
        status, text = sent(server, Request("/completion", json.dumps(fields).encode()))
        if status != 200:
            raise SystemExit(f"{pattern!r} alone: {status} {text}")
        told = json.loads(text)
        if min(map(_lead, told["completion_probabilities"])) > CERTAIN:
            found[pattern] = told["content"]
    if len(found) < len(PATTERNS) // 2:
        raise SystemExit(f"This model is certain of {len(found)} of {len(PATTERNS)} patterns only.")
    return found


def _lead(token: dict[str, Any]) -> float:
    first, second = token["top_logprobs"]
    return float(first["logprob"] - second["logprob"])


def compare(pattern: str, stream: bool, alone: str, server: Server) -> str | None:
    """Ask among others what was asked alone."""
    request = question(pattern, stream)
    if stream:
        with opened(server, request).getresponse() as response:
            found = "".join(pieces(response))
    else:
        status, text = sent(server, request)
        found = json.loads(text)["choices"][0]["text"] if status == 200 else text
    return None if found == alone else f"{pattern} …: {found!r}, and alone {alone!r}"


def refuse(wrong: Malformed, server: Server) -> str | None:
    """Ask what must be refused by its field or its reason."""
    status, text = sent(server, wrong.request)
    if 400 <= status < 500 and wrong.names in text:
        return None
    return f"{wrong.request.path} with a wrong {wrong.names}: {status} {text[:200]}"


def leave_reading(count: int, server: Server) -> str | None:
    """Hang up after some pieces of a streamed answer."""
    with opened(server, _abandoned(10, stream=True)).getresponse() as response:
        arrived = len(list(islice(pieces(response), count)))
    return None if arrived == count else f"{arrived} pieces came, not {count}"


def leave_waiting(words: int, stream: bool, seconds: float, server: Server) -> str | None:
    """Hang up before anything was read: while the prompt is read, or the answer written."""
    connection = opened(server, _abandoned(words, stream))
    time.sleep(seconds)
    connection.close()
    return None


def _abandoned(words: int, stream: bool) -> Request:
    return completion(fresh_words(words), ABANDONED_TOKENS, stream, ignore_eos=True)


def trials(count: int, alone: dict[str, str], chance: random.Random) -> list[Trial]:
    """So many requests of all kinds, in no order."""
    left, malformed = count // 4, count // 10
    asked = islice(cycle((*alone.items(),)), count - left - malformed)
    mixed = [
        *(Trial("left midway", _leaving(chance)) for _ in range(left)),
        *(Trial("malformed", partial(refuse, w)) for w in islice(cycle(MALFORMED), malformed)),
        *(Trial("whole", partial(compare, *_either(chance, one))) for one in asked),
    ]
    chance.shuffle(mixed)
    return mixed


def _either(chance: random.Random, one: tuple[str, str]) -> tuple[str, bool, str]:
    pattern, alone = one
    return pattern, chance.random() < 0.5, alone


def _leaving(chance: random.Random) -> Callable[[Server], str | None]:
    if chance.random() < 0.5:
        return partial(leave_reading, chance.randint(1, 12))
    words = chance.choice((10, LONG_PROMPT_WORDS))
    return partial(leave_waiting, words, chance.random() < 0.5, chance.uniform(0, 0.4))


def made(trial: Trial, server: Server) -> str | None:
    """What was wrong; a broken connection or answer is, too."""
    try:
        return trial.make(server)
    except (OSError, http.client.HTTPException, ValueError, LookupError) as error:
        return f"{type(error).__name__}: {error}"


def carry_out(server: Server, wanted: list[Trial]) -> Iterator[str]:
    """Make them all, many at a time; what was wrong."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        faults = list(clients.map(partial(made, server=server), wanted))
    for trial, fault in zip(wanted, faults, strict=True):
        if fault is not None:
            yield f"{trial.kind}: {fault}"


def occupied(server: Server) -> str | None:
    """What still runs or waits, once all should be over."""
    until = time.monotonic() + SETTLED_S
    while (found := _busy(server)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _busy(server: Server) -> str | None:
    slots = json.loads(sent(server, Request("/slots", method="GET"))[1])
    busy = [slot["id"] for slot in slots if slot["is_processing"]]
    told = metrics(server)
    running, waiting = told["requests_processing"], told["requests_deferred"]
    if not busy and not running and not waiting:
        return None
    return f"slots {busy} are busy, {running:.0f} requests run and {waiting:.0f} wait"


def metrics(server: Server) -> dict[str, float]:
    """What GET /metrics tells, by name."""
    _, text = sent(server, Request("/metrics", method="GET"))
    return {name: float(value) for name, value in re.findall(r"^llamacpp:(\S+) (\S+)$", text, re.M)}


def run(server: Server, requests: int) -> list[str]:
    """Soak it, print what was measured, and give everything that was wrong."""
    alone = certainties(server)
    wanted = trials(requests, alone, random.Random(requests))
    first = max(requests // 4, min(WARM_UP, requests * 2 // 3))
    warm_up, rest = wanted[:first], wanted[first:]
    faults = [*carry_out(server, warm_up), *filter(None, [occupied(server)])]
    before, began = server.memory(), time.perf_counter()
    faults += carry_out(server, rest)
    rate = len(rest) / (time.perf_counter() - began)
    faults += filter(None, [occupied(server)])
    after = server.memory()
    report(Counter(trial.kind for trial in wanted), rate, metrics(server))
    growth = list(grown(before, after))
    # Few requests end before every buffer has had its largest use.
    return [*faults, *(growth if requests >= ENOUGH_TO_TELL else ())]


def report(kinds: Counter[str], rate: float, told: dict[str, float]) -> None:
    """Print what was asked, and how fast."""
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"{kinds.total()} requests from {CLIENTS} clients: {counts}; {rate:.1f} a second")
    read, cached = told["prompt_tokens_total"], told["prompt_tokens_cached_total"]
    written = told["tokens_predicted_total"]
    print(f"{written:.0f} tokens written, {read:.0f} read, {cached:.0f} found in a cache")


def grown(before: Memory, after: Memory) -> Iterator[str]:
    """Print the memory after the warm-up and at the end; whether it grew by more than may be."""
    for name in ("resident", "anonymous"):
        first, last = getattr(before, name), getattr(after, name)
        told = (
            f"memory, {name}: {first / 1e6:.1f} MB after the warm-up, {last / 1e6:.1f} at the end"
        )
        print(told)
        if last - first > GROWTH_BYTES:
            yield f"{told}: it grows"


def main(argv: list[str]) -> int:
    """Build the file where needed, soak it, and print; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench soak")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--model", default="tiny", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="soak this file, and build none")
    arguments = parser.parse_args(argv)
    executable = arguments.executable or ours(arguments.model)
    with tempfile.TemporaryDirectory() as data:
        command = [str(executable), "--no-browser", "--data", data, *FLAGS]
        with Server("assistant", command) as server:
            server.wait_healthy()
            faults = run(server, arguments.requests)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} wrong")
    return 1 if faults else 0
