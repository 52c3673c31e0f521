"""The engine under many clients, against llama.cpp's own server in the same run.

Same weights, same CPU variant, same threads, batch and context; prompts are fresh in every
request, so that no cache answers. Printed per number of clients: tokens per second over all, and
the median time to the first token; then how a long prompt and a running answer bear each other,
what a restart costs a pinned document, and what prompt lookup brings to a copying edit.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.bandwidth import read_bandwidth
from bench.clients import Client, ask_together, fresh_words, median, percentile
from bench.servers import Server
from bench.subjects import subjects, with_common

CLIENTS = (1, 4, 8, 16)
PROMPT_WORDS = 150
ANSWER_TOKENS = 64
FEW_TOKENS = 8  # the first ones may be parts of a character, or control tokens: no text
LONG_PROMPT_WORDS = 5_400  # about 6,000 tokens
EXACT = {"ignore_eos": True, "temperature": 0.8}


def question(words: int) -> str:
    """A prompt of about so many words."""
    return f"Tell a story that uses these words: {fresh_words(words)}"


def throughput(server: Server, clients: int) -> tuple[float, float]:
    """Tokens per second over all clients, and the median seconds to the first token."""
    people = [
        Client(server, question(PROMPT_WORDS), ANSWER_TOKENS, dict(EXACT)) for _ in range(clients)
    ]
    seconds = ask_together(people)
    return clients * ANSWER_TOKENS / seconds, median([person.first_token_s for person in people])


def together(ours: Server, theirs: Server, rounds: int) -> None:
    """Print total speed and time to first token side by side, turn by turn."""
    print(f"{'clients':>8}{'tokens/s':>18}{'ratio':>8}{'first token, s':>20}{'ratio':>8}")
    for clients in CLIENTS:
        mine, other = [], []
        for _ in range(rounds):
            mine.append(throughput(ours, clients))
            other.append(throughput(theirs, clients))
        speed, their_speed = (median([row[0] for row in rows]) for rows in (mine, other))
        first, their_first = (median([row[1] for row in rows]) for rows in (mine, other))
        print(
            f"{clients:8}{speed:9.1f}{their_speed:9.1f}{speed / their_speed:8.2f}"
            f"{first:10.2f}{their_first:10.2f}{first / their_first:8.2f}"
        )


def long_prompt(server: Server) -> None:
    """Print how much a long prompt slows another's answer, and what that costs the prompt."""
    alone = Client(server, question(LONG_PROMPT_WORDS), FEW_TOKENS, dict(EXACT)).ask()
    idle = Client(server, question(20), 100, dict(EXACT)).ask()
    reader = Client(server, question(20), 4_000, dict(EXACT))
    writer = Client(server, question(LONG_PROMPT_WORDS), FEW_TOKENS, dict(EXACT))
    _overlap(reader, writer)
    during = [
        after - before
        for before, after in zip(reader.arrivals, reader.arrivals[1:], strict=False)
        if writer.asked <= before and after <= writer.arrivals[0]
    ]
    ratio = percentile(during, 0.95) / percentile(idle.gaps_s, 0.95)
    print(
        f"{server.name}: between tokens, p95: {percentile(idle.gaps_s, 0.95) * 1e3:.0f} ms idle, "
        f"{percentile(during, 0.95) * 1e3:.0f} ms while a long prompt comes in (x {ratio:.2f}); "
        f"the prompt: {alone.first_token_s:.1f} s alone, {writer.first_token_s:.1f} s beside the "
        f"answer (x {writer.first_token_s / alone.first_token_s:.2f})"
    )


def _overlap(reader: Client, writer: Client) -> None:
    reading = threading.Thread(target=reader.ask)
    reading.start()
    while len(reader.arrivals) < 10 and reading.is_alive():
        time.sleep(0.01)
    writer.ask()
    reader.leaves = True
    reading.join()


def bandwidth_share(server: Server, model: Path, threads: int) -> None:
    """Print what share of the memory's speed one stream's decoding reaches."""
    limit = read_bandwidth(threads)
    person = Client(server, question(20), 100, dict(EXACT)).ask()
    per_second = 1 / median(person.gaps_s)
    share = per_second * model.stat().st_size / limit
    print(
        f"memory: {limit / 1e9:.1f} GB/s read by {threads} threads; one stream: "
        f"{per_second:.1f} tokens/s x {model.stat().st_size / 1e9:.2f} GB of weights = "
        f"{share:.0%} of it"
    )


def main(argv: list[str]) -> int:
    """Build both servers where needed, measure, and print."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench engine")
    parser.add_argument("--rounds", type=int, default=3, help="runs for each number of clients")
    arguments = with_common(parser).parse_args(argv)
    run(*subjects(arguments.model), arguments)
    return 0


def restart(ours: Callable[..., Server]) -> None:
    """Print what the first question about a pinned document costs after a restart."""
    document = f"Here is a document: {fresh_words(LONG_PROMPT_WORDS)}"
    times = []
    with tempfile.TemporaryDirectory() as data:
        for asked in ("What is it about?", "Which words does it repeat?"):
            with ours("--data", data) as server:
                server.wait_healthy()
                question = f"{document}\n\n{asked}"
                person = Client(server, question, 8, {"pinned": True, "temperature": 0}).ask()
                times.append(person.first_token_s)
                time.sleep(2)  # what is pinned is written beside the answers
    cold, warm = times
    print(
        f"pinned document: first token after {cold:.2f} s at first, {warm:.2f} s after a restart "
        f"({warm / cold:.1%})"
    )


def copying(ours: Callable[..., Server]) -> None:
    """Print what prompt lookup brings where an answer repeats most of its prompt."""
    speeds = []
    for flags in (("--spec-type", "ngram-simple"), ("--spec-type", "none")):
        with ours(*flags) as server:
            server.wait_healthy()
            throughput(server, 1)
            edits = [_edit(server) for _ in range(3)]
            speeds.append(median(edits))
    print(
        f"a copying edit: {speeds[0]:.1f} tokens/s with prompt lookup, {speeds[1]:.1f} without "
        f"(x {speeds[0] / speeds[1]:.2f})"
    )


def _edit(server: Server) -> float:
    """Tokens per second of one answer that copies a listing and changes a name in it."""
    body = "\n".join(f"    {word} = read({word!r})" for word in fresh_words(24).split())
    listing = f"def settings():\n{body}\n    return locals()"
    request = f"Rename settings to options and write the whole function again:\n\n{listing}"
    person = Client(server, request, 220, {"temperature": 0}).ask()
    return person.timings["predicted_n"] / (person.arrivals[-1] - person.arrivals[0])


def run(executable: Path, llama_server: Path, model: Path, arguments: argparse.Namespace) -> None:
    """Measure and print."""
    settings = ["-t", str(arguments.threads), "-c", "20480", "-np", "16", "-kvu"]
    ours = Server("assistant", [str(executable), "--no-browser", *settings])
    theirs = Server("llama-server", [str(llama_server), "-m", str(model), "-ngl", "0", *settings])
    with ours, theirs:
        ours.wait_healthy(), theirs.wait_healthy()
        for server in (ours, theirs):
            throughput(server, 1)
        bandwidth_share(ours, model, arguments.threads)
        together(ours, theirs, arguments.rounds)
        for server in (ours, theirs):
            long_prompt(server)
    alone = partial(_ours_alone, executable, arguments.threads)
    restart(alone)
    copying(alone)


def _ours_alone(executable: Path, threads: int, *flags: str) -> Server:
    settings = ["-t", str(threads), "-c", "8192", "-np", "1"]
    return Server("assistant", [str(executable), "--no-browser", *settings, *flags])
