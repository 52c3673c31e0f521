"""One answer while other programs compute too, against llama.cpp's own server in the same run.

Same weights, CPU variant, threads and context, turn by turn: tokens per second of a prompt and of
its answer, beside no busy program, beside one, and beside one on every core.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.clients import Client, fresh_words, median
from bench.servers import Server
from bench.subjects import subjects, with_common

PROMPT_WORDS = 60
ANSWER_TOKENS = 48
BUSY = "while True: pass"


@contextlib.contextmanager
def busy(programs: int) -> Iterator[None]:
    """So many programs that never rest."""
    running = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(programs)]
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def speed(server: Server) -> tuple[float, float]:
    """Tokens per second of a fresh prompt, and of the answer to it."""
    question = f"Tell a story that uses these words: {fresh_words(PROMPT_WORDS)}"
    parameters: dict[str, object] = {"ignore_eos": True, "temperature": 0.8}
    timings = Client(server, question, ANSWER_TOKENS, parameters).ask().timings
    return timings["prompt_per_second"], timings["predicted_per_second"]


def compare(ours: Server, theirs: Server, programs: int, rounds: int) -> None:
    """Print one line: both, side by side."""
    with busy(programs):
        rows = [(speed(ours), speed(theirs)) for _ in range(rounds)]
    columns = []
    for part in (0, 1):
        mine, other = (median([row[who][part] for row in rows]) for who in (0, 1))
        columns.append(f"{mine:10.1f}{other:14.1f}{mine / other:8.2f}")
    print(f"{programs:13}{''.join(columns)}")


def run(executable: Path, llama_server: Path, model: Path, arguments: argparse.Namespace) -> None:
    """Measure and print."""
    settings = ["-t", str(arguments.threads), "-c", str(arguments.ctx_size), "-np", "1"]
    mine = [str(executable), "--no-browser", "--spec-type", "none", *settings]
    other = [str(llama_server), "-m", str(model), "-ngl", "0", *settings]
    print("tokens per second: the assistant's, llama-server's, and their ratio")
    print(f"{'busy programs':13}{'of the prompt':>32}{'of the answer':>32}")
    with Server("assistant", mine) as ours, Server("llama-server", other) as theirs:
        for server in (ours, theirs):
            server.wait_healthy()
            speed(server)
        for programs in (0, 1, arguments.threads):
            compare(ours, theirs, programs, arguments.rounds)


def main(argv: list[str]) -> int:
    """Build both where needed, measure, and print."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench crowded")
    parser.add_argument("--rounds", type=int, default=3, help="answers of each, turn by turn")
    arguments = with_common(parser).parse_args(argv)
    run(*subjects(arguments.model), arguments)
    return 0
