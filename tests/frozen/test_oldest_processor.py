"""The built file reads documents and pictures on the oldest processor that it runs on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cpu
from tests.frozen.emulation import Emulation
from tests.frozen.pictures import picture
from tests.knowledge import files

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.emulated,
    pytest.mark.skipif(cpu.machine() != "x86_64", reason="emulates x86-64 on x86-64"),
]

OLDEST = "Conroe"


def test_it_reads_and_keeps_documents(emulation: Emulation, tmp_path: Path) -> None:
    contents = {
        "letter.pdf": files.pdf([[(12, "Quinces ripen in October.")]]),
        "note.html": b"<p>Medlars ripen in November.</p>",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in contents]
    done = emulation.run(OLDEST, ["ingest", *paths, "--data", tmp_path / "data"], tmp_path)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert told.keys() == contents.keys()


def test_it_recognizes_text_in_pictures(emulation: Emulation, tmp_path: Path) -> None:
    # Its reader is asked without an assistant, which would not wait as long as emulation takes.
    path = tmp_path / "picture.png"
    path.write_bytes(picture("Quince", size=(320, 320)))
    wanted = json.dumps({"path": str(path), "name": path.name}) + "\n"
    done = emulation.run(OLDEST, ["read-documents", "1"], tmp_path, given=wanted)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    [block] = [block for each in said for block in each["blocks"]]
    assert "quince" in block["text"].lower()
    assert said[-1]["report"]["ocr_pages"] == 1
