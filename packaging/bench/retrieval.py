"""How often a question finds its passage: Chinese, English, paraphrased, and across the two.

The built file takes in twelve English PDFs and 424 Chinese passages, each a file, and is asked over
HTTP. A Chinese question is answered by the passage that it was made for; an English one by the
words that its answer hangs on. "alone" searches one language's documents, "mixed" all of them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.clients import percentile
from bench.documents import Documents, data, served
from bench.subjects import ours

MOST = 10  # passages; one that comes later counts as not found
PLACES = ("alone", "mixed")
WAYS = {"words": "keyword alone", "meaning": "vectors alone", "both": "fused"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the documents of one language.

    `passage`: the name of the file that answers it; else `expected`: the words that do, of which
    one or all must be found.
    """

    text: str
    about: str
    passage: str | None = None
    expected: tuple[str, ...] = ()
    all_of_them: bool = False

    def rank(self, found: Sequence[dict[str, Any]]) -> int | None:
        """At which place, from 1, the answer is found."""
        for place in range(1, len(found) + 1):
            if self._answered(found[:place]):
                return place
        return None

    def _answered(self, found: Sequence[dict[str, Any]]) -> bool:
        if self.passage is not None:
            return any(each["name"] == self.passage for each in found)
        held = [_plain(each["text"]) for each in found]
        there = [any(_plain(words) in text for text in held) for words in self.expected]
        return all(there) if self.all_of_them else any(there)


@dataclass(frozen=True, slots=True)
class Score:
    """Of many questions: the share whose answer is first, in the first five; the mean of 1/rank."""

    first: float
    five: float
    mean_reciprocal: float

    def __str__(self) -> str:
        """The three numbers."""
        return f"{self.first:.3f} {self.five:.3f} {self.mean_reciprocal:.3f}"


@dataclass(frozen=True, slots=True)
class Set:
    """Questions with what at least they should reach."""

    name: str
    questions: Sequence[Question]
    first: float = 0.0
    five: float = 0.0


def sets() -> list[Set]:
    """All questions."""
    about_english, about_chinese = [list(_across(about)) for about in ("en", "zh")]
    return [
        Set("zh", list(_chinese()), first=0.97, five=0.995),
        Set("en", list(_english()), five=0.97),
        Set("en, paraphrased", list(_english(_paraphrases())), five=0.92),
        Set("zh about en", about_english),
        Set("en about zh", about_chinese),
        Set("across, all 40", about_english + about_chinese, five=0.85),
    ]


def _chinese() -> Iterator[Question]:
    for line in _lines(data("retrieval", "zh", "questions.jsonl")):
        yield Question(line["query"], "zh", _file(line["passage"]))


def _english(other_words: dict[str, str] | None = None) -> Iterator[Question]:
    for path in sorted(data("retrieval", "en").glob("*.questions.jsonl")):
        for line in _lines(path):
            text = line["query"] if other_words is None else other_words[line["id"]]
            whole = line.get("match", "any") == "all"
            yield Question(text, "en", None, tuple(line["expected"]), whole)


def _paraphrases() -> dict[str, str]:
    path = data("retrieval", "en", "paraphrases.jsonl")
    return {line["id"]: line["query"] for line in _lines(path)}


def _across(about: str) -> Iterator[Question]:
    for line in _lines(Path(__file__).with_name("cross_language.jsonl")):
        if about == "en" and "expected" in line:
            yield Question(line["query"], "en", None, tuple(line["expected"]))
        elif about == "zh" and "passage" in line:
            yield Question(line["query"], "zh", _file(line["passage"]))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _file(passage: str) -> str:
    return f"{passage}.txt"


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def take_in(documents: Documents, folder: Path) -> None:
    """Put everything into two collections, and wait for the vectors; what is known is skipped."""
    began = time.perf_counter()
    folder.mkdir(exist_ok=True)
    for line in _lines(data("retrieval", "zh", "passages.jsonl")):
        (folder / _file(line["id"])).write_text(line["text"], "utf-8")
    jobs = documents.add(folder, "zh")
    for path in sorted(data("retrieval", "en").glob("*.pdf")):
        jobs += documents.add(path, "en")
    documents.wait(jobs)
    print(f"{len(jobs)} files taken in, with vectors, in {time.perf_counter() - began:.0f} s")


def score(questions: Sequence[Question], search: Callable[[Question], Any]) -> Score:
    """Ask them all, two at a time."""
    with ThreadPoolExecutor(2) as people:
        ranks = list(people.map(lambda question: question.rank(search(question)), questions))
    places = [rank for rank in ranks if rank is not None]
    count = len(ranks)
    return Score(
        sum(place == 1 for place in places) / count,
        sum(place <= 5 for place in places) / count,
        sum(1 / place for place in places) / count,
    )


def table(documents: Documents, wanted: Sequence[Set], places: Sequence[str]) -> list[str]:
    """Print every score; the aims that were missed."""
    missed: list[str] = []
    times: list[float] = []
    print(f"{'recall@1 recall@5 MRR':24}" + "".join(f"{way:>22}" for way in WAYS.values()))
    for where in places:
        for each in wanted:
            scores = {
                by: score(each.questions, _asking(documents, by, where, times)) for by in WAYS
            }
            row = f"{each.name + ', ' + where:24}" + "".join(f"{scores[by]!s:>22}" for by in WAYS)
            print(row, flush=True)
            missed += _missed(each, scores["both"], where)
    print(f"a search over HTTP: p95 {percentile(times, 0.95) * 1e3:.0f} ms, two at a time")
    return missed


def _asking(
    documents: Documents, by: str, where: str, times: list[float]
) -> Callable[[Question], Any]:
    def search(question: Question) -> Any:
        began = time.perf_counter()
        within = question.about if where == "alone" else None
        found = documents.search(question.text, MOST, by, within)
        times.append(time.perf_counter() - began)
        return found

    return search


def _missed(each: Set, reached: Score, where: str) -> Iterator[str]:
    for name, aim, value in (
        ("recall@1", each.first, reached.first),
        ("recall@5", each.five, reached.five),
    ):
        if aim:
            verdict = "reached" if value >= aim else "MISSED"
            print(f"{'':8}{name}: aim {aim:.3f}, fused {value:.3f}: {verdict}")
            if value < aim:
                yield f"{each.name}, {where}: {name} {value:.3f} of {aim:.3f}"


def main(argv: list[str]) -> int:
    """Build the file where needed, ask everything, and print; 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="python3 packaging bench retrieval")
    parser.add_argument("--model", default="tiny", help="what is built in where needed")
    parser.add_argument("--executable", type=Path, help="measure this file, and build none")
    parser.add_argument("--only", choices=[each.name for each in sets()], help="one row alone")
    parser.add_argument("--where", choices=PLACES, help="one half of the table alone")
    parser.add_argument("--data", type=Path, help="keep what is taken in here, for the next run")
    arguments = parser.parse_args(argv)
    executable = arguments.executable or ours(arguments.model)
    chosen = [each for each in sets() if arguments.only in (None, each.name)]
    where = [arguments.where] if arguments.where else PLACES
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        folder.mkdir(exist_ok=True)
        with served(executable, folder / "data") as server:
            server.wait_healthy()
            documents = Documents(server)
            take_in(documents, folder / "passages")
            missed = table(documents, chosen, where)
    for miss in missed:
        print(f"missed: {miss}")
    return 1 if missed else 0
