from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.knowledge.extraction.extractor import Extractor, Limits
from tests.knowledge import files

CHILD = "import sys; from app.knowledge.extraction.child import serve; sys.exit(serve({memory}))"
MIB = 1 << 20

# A child that does to each file what the file's name says.
SCRIPTED = """
import json, os, sys, time
for line in sys.stdin:
    name = json.loads(line)["name"]
    print(json.dumps({"blocks": [{"kind": "paragraph", "text": "begun", "page": 1}]}), flush=True)
    if name == "crash":
        os.abort()
    if name == "hang":
        time.sleep(60)
    if name == "babble":
        print("no JSON at all", flush=True)
    print(json.dumps({"blocks": [], "page": [1, 1]}))
    report = {"format": "text", "characters": 5, "problems": []}
    print(json.dumps({"blocks": [], "report": report}), flush=True)
"""

Start = Callable[..., Extractor]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Extractor] = []

    def make(script: str, **limits: float) -> Extractor:
        started.append(Extractor([sys.executable, "-c", script], Limits(**limits)))  # type: ignore[arg-type]
        return started[-1]

    yield make
    for extractor in started:
        extractor.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "content"
    path.write_bytes(files.pdf([[(12, "A first page")], [(12, "A second page")]]))
    return path


def test_a_file_is_read_in_the_child_with_its_progress(start: Start, path: Path):
    pages: list[tuple[int, int]] = []
    extractor = start(CHILD.format(memory=2048 * MIB))
    extraction = extractor.extract(path, "a.pdf", lambda *page: pages.append(page))
    assert [block.text for block in extraction.blocks] == ["A first page", "A second page"]
    assert pages == [(1, 2), (2, 2)]
    assert extraction.report.pages == 2


@pytest.mark.parametrize(
    ("name", "reason"), [("crash", "crashed"), ("hang", "too-slow"), ("babble", "crashed")]
)
def test_a_file_that_ends_its_reader_costs_only_itself(
    start: Start, path: Path, name: str, reason: str
):
    extractor = start(SCRIPTED, silent_s=1.0)
    failed = extractor.extract(path, name)
    assert [problem.reason for problem in failed.report.problems] == [reason]
    assert [block.text for block in failed.blocks] == ["begun"]  # what was read is kept
    assert not extractor.extract(path, "the next").report.problems


def test_a_file_may_not_take_all_memory(start: Start, tmp_path: Path):
    path = tmp_path / "content"
    path.write_bytes(files.zipped({f"{n}.txt": "x" * (200 * MIB) for n in range(2)}))
    extraction = start(CHILD.format(memory=256 * MIB)).extract(path, "bomb.zip")
    assert [problem.reason for problem in extraction.report.problems] == ["memory"]


def test_a_file_over_the_limit_is_not_even_opened(start: Start, path: Path):
    extraction = start("raise SystemExit", file_bytes=10).extract(path, "large.pdf")
    assert extraction.report.refused is not None
    assert extraction.report.refused.reason == "too-large"


def test_reading_can_be_stopped(start: Start, path: Path):
    began = time.monotonic()
    extractor = start(SCRIPTED)
    extractor.extract(path, "hang", cancelled=lambda: True)
    assert time.monotonic() - began < 20


def test_halves_of_characters_are_replaced_on_their_way_to_the_parent(start: Start, tmp_path: Path):
    path = tmp_path / "content"
    path.write_text('{"word": "\\ud83d half"}')
    extraction = start(CHILD.format(memory=2048 * MIB)).extract(path, "half.json")
    assert "\ufffd half" in extraction.blocks[0].text
