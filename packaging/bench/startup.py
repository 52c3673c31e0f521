"""From the start to /health and to the first streamed token, against llama.cpp's own server.

Both run the same weights, context, threads and CPU variant, turn by turn in one run; the medians
and their ratio are printed, then what the very first start costs (nothing unpacked yet, no
variant proved yet), and the memory each holds after an answer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from bench.servers import Memory, Server
from bench.subjects import subjects, with_common

QUESTION = "Say hello."


def start_once(server: Server) -> tuple[float, float, Memory]:
    """Seconds to /health, seconds to the first token, memory after a short answer."""
    with server:
        healthy = server.wait_healthy()
        answer = server.stream(QUESTION, max_tokens=16, temperature=0)
        next(answer)
        first_token = server.seconds()
        for _ in answer:
            pass
        return healthy, first_token, server.memory()


def ours(executable: Path, settings: list[str], cache: str | None = None) -> Server:
    """Our server; with `cache`, one that finds its cache folder empty."""
    environment = dict(os.environ)
    if cache is not None:
        environment["XDG_CACHE_HOME"] = cache
    return Server("assistant", [str(executable), "--no-browser", *settings], environment)


def theirs(llama_server: Path, model: Path, settings: list[str]) -> Server:
    """llama.cpp's server on the same weights."""
    return Server("llama-server", [str(llama_server), "-m", str(model), "-ngl", "0", *settings])


def report(rows: dict[str, list[tuple[float, float, Memory]]]) -> None:
    """Print medians side by side, ours over theirs."""
    columns = {
        "to /health, s": lambda row: row[0],
        "to first token, s": lambda row: row[1],
        "resident, MB": lambda row: row[2].resident / 1e6,
        "of it anonymous, MB": lambda row: row[2].anonymous / 1e6,
    }
    print(f"{'':22}{'assistant':>12}{'llama-server':>14}{'ratio':>8}{'difference':>12}")
    for name, value in columns.items():
        mine, other = (statistics.median(map(value, rows[who])) for who in rows)
        print(f"{name:22}{mine:12.2f}{other:14.2f}{mine / other:8.2f}{mine - other:12.2f}")


def main(argv: list[str]) -> int:
    """Build both servers where needed, measure, and print."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench startup")
    parser.add_argument("--rounds", type=int, default=7, help="starts of each server")
    arguments = with_common(parser).parse_args(argv)
    run(*subjects(arguments.model), arguments)
    return 0


def run(executable: Path, llama_server: Path, model: Path, arguments: argparse.Namespace) -> None:
    """Measure and print."""
    settings = ["-t", str(arguments.threads), "-c", str(arguments.ctx_size), "-np", "1"]
    with tempfile.TemporaryDirectory() as cache:
        first = start_once(ours(executable, settings, cache))
    start_once(ours(executable, settings))
    start_once(theirs(llama_server, model, settings))
    rows: dict[str, list[tuple[float, float, Memory]]] = {"assistant": [], "llama-server": []}
    for _ in range(arguments.rounds):
        rows["assistant"].append(start_once(ours(executable, settings)))
        rows["llama-server"].append(start_once(theirs(llama_server, model, settings)))
    print(f"{executable.name}: {executable.stat().st_size / 1e6:.1f} MB")
    print(f"  of it weights: {model.stat().st_size / 1e6:.1f} MB")
    print(f"{model.name}, {' '.join(settings)}, medians of {arguments.rounds} starts each, warm:")
    report(rows)
    print(f"the first start ever: {first[0]:.2f} s to /health, {first[1]:.2f} s to the first token")
