"""Documents through the built file: read, recognized, kept, found, and nothing left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from tests.frozen.keeper import LONG_S, Keeper
from tests.frozen.pictures import MOST_MB, peak_mb, photograph, picture
from tests.knowledge import files, office97, shared
from tests.started import environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and folders"),
]

EXPECTED = [
    pytest.param(*row, id=row[0]) for row in shared.table(shared.data("docs", "expected.tsv"))
]

SPEECH = [path for path in [shared.data("audio", "jfk.wav")] if path]

NOTE = "Quinces ripen in October."
GENERATED = {
    "note.enex": (files.enex("Garden", NOTE), NOTE),
    "letters.mbox": (files.mbox([files.mail("Garden", NOTE)]), NOTE),
    "chinese.txt": (("榅桲在十月成熟，香气浓郁，适合做果酱。" * 5).encode("gbk"), "榅桲在十月成熟"),
    "taiwan.txt": (("這種水果在十月成熟，香氣濃郁，適合做果醬。" * 5).encode("big5"), "香氣濃郁"),
    "japan.txt": (("マルメロは十月に熟し、香りがよい。" * 5).encode("shift-jis"), "香りがよい"),
    "wide.txt": (NOTE.encode("utf-16"), NOTE),
    "western.txt": ("Les coings mûrissent à l’automne.".encode("cp1252"), "mûrissent à l’automne"),
    "table.tsv": (f"Fruit\tNote\nQuince\t{NOTE}\n".encode(), f"| Quince | {NOTE} |"),
    "data.json": (f'{{"fruit": {{"note": "{NOTE}"}}}}'.encode(), NOTE),
    "data.xml": (f'<?xml version="1.0"?><fruit><note>{NOTE}</note></fruit>'.encode(), NOTE),
    "garden.py": (f'def ripe():\n    return "{NOTE}"\n'.encode(), NOTE),
    "letter.docx": (files.docx(files.word_table([["Quince", NOTE]])), f"| Quince | {NOTE} |"),
    "talk.pptx": (files.pptx(["Garden", NOTE]), NOTE),
    "letter.odt": (files.odt(f"<text:p>{NOTE}</text:p>"), NOTE),
    "book.epub": (files.epub([f"<p>{NOTE}</p>"]), NOTE),
    "letter.rtf": (rb"{\rtf1\ansi " + NOTE.encode() + b"}", NOTE),
    "page.html": (f"<html><h1>Garden</h1><p>{NOTE}</p></html>".encode(), NOTE),
    "several.zip": (files.zipped({"a/note.md": "# Garden", "b.html": f"<p>{NOTE}</p>"}), NOTE),
    "pages.pdf": (files.pdf([[(12, "First page.")], [(12, NOTE)]]), NOTE),
    "old.doc": (office97.doc(NOTE), NOTE),
    "old.ppt": (office97.ppt([("Garden", NOTE)]), NOTE),
    "old.xls": (office97.xls("Garden", [["Fruit", "Note"], ["Quince", NOTE]]), NOTE),
    "message.msg": (office97.msg("Garden", NOTE), NOTE),
    "picture.png": (picture("Golden quinces"), "quince"),
}


@pytest.mark.parametrize(("name", "outcome", "wanted"), EXPECTED)
def test_every_shared_document_is_read_or_refused_with_a_clear_word(
    keeper: Keeper, name: str, outcome: str, wanted: str
) -> None:
    path = shared.data("docs", name)
    assert path is not None
    job = keeper.over(keeper.add(path))
    if outcome.startswith("clear"):
        assert job["state"] == "failed"
        assert outcome.split(": ")[1].split()[0] in job["problem"].lower().replace("no text", "no")
        return
    document = keeper.document(job)
    assert not document["problems"]
    assert document["ocr_pages"] == (1 if "OCR" in outcome else 0)
    if wanted == "-":
        assert document["characters"] > 0
        return
    assert wanted in " ".join(keeper.text(job).split())
    found = keeper.search(wanted, job)
    assert wanted in " ".join(" ".join(passage["text"] for passage in found).split())
    # Else the vectors of a whole book would have to be waited for by those that come after it.
    assert keeper.http.delete(f"/v1/documents/{job['document']}").is_success


@pytest.mark.parametrize("name", GENERATED)
def test_what_the_shared_documents_lack_is_read_too(
    keeper: Keeper, name: str, tmp_path: Path
) -> None:
    content, wanted = GENERATED[name]
    path = tmp_path / name
    path.write_bytes(content)
    job = keeper.over(keeper.add(path))
    assert job["problem"] is None
    assert wanted in keeper.text(job)


@pytest.mark.parametrize("path", SPEECH, ids=lambda path: path.name)
def test_a_recording_is_found_by_what_is_said_in_it(keeper: Keeper, path: Path) -> None:
    job = keeper.over(keeper.add(path))
    assert job["problem"] is None
    [passage] = keeper.search("What can you do for your country?", job)
    assert passage["text"].startswith("[0:00:0")
    assert passage["words"] > 0


def test_a_recording_in_which_nobody_speaks_says_so(keeper: Keeper, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000))
    job = keeper.over(keeper.add(path))
    assert (job["state"], job["problem"].split(":")[0]) == (
        "failed",
        "Nobody speaks in this recording",
    )


def test_recordings_inside_other_files_are_heard(keeper: Keeper, tmp_path: Path) -> None:
    sentence = {
        "input": "Please remember to bring three bottles of water.",
        "response_format": "wav",
    }
    said = keeper.http.post("/v1/audio/speech", json=sentence).raise_for_status().content
    path = tmp_path / "letter.eml"
    inner = files.zipped({"memo.wav": said, "note.txt": NOTE})
    path.write_bytes(files.mail("Shopping", "Listen to this.", {"all.zip": inner}))
    job = keeper.over(keeper.add(path))
    text = keeper.text(job)
    assert text.index("memo.wav") < text.index("[0:00:00]") < text.index(NOTE)
    assert "water" in text
    assert keeper.document(job)["problems"] == []


def test_of_an_archive_that_would_fill_the_memory_the_rest_is_read(
    keeper: Keeper, tmp_path: Path
) -> None:
    huge, said = 3 << 30, 1000
    inner = bytearray(files.zipped({"huge.txt": "x" * said, "note.txt": NOTE}))
    at = inner.index(b"PK\x01\x02") + 24  # what the archive says of its first file's size
    assert inner[at : at + 4] == said.to_bytes(4, "little")
    inner[at : at + 4] = huge.to_bytes(4, "little")
    path = tmp_path / "bomb.zip"
    path.write_bytes(files.zipped({"inner.zip": bytes(inner)}))
    job = keeper.over(keeper.add(path))
    assert NOTE in keeper.text(job)
    (problem,) = keeper.document(job)["problems"]
    assert "huge.txt" in problem


def test_a_photograph_of_48_megapixels_costs_little_memory(keeper: Keeper, tmp_path: Path) -> None:
    path = tmp_path / "photograph.jpg"
    path.write_bytes(photograph("Golden quinces"))
    assert keeper.text(keeper.add(path)).replace(" ", "") == "Goldenquinces"
    if sys.platform == "linux":
        assert 0 < max(map(peak_mb, keeper.readers())) < MOST_MB


def test_it_is_found_by_its_meaning_once_its_vectors_are_there(
    keeper: Keeper, tmp_path: Path
) -> None:
    path = tmp_path / "capital.txt"
    path.write_text("The seat of the French government is Paris.", encoding="utf-8")
    job = keeper.over(keeper.add(path))
    until = time.monotonic() + LONG_S
    while job["state"] == "embedding":
        assert time.monotonic() < until
        time.sleep(0.1)
        job = keeper.http.get(f"/v1/jobs/{job['id']}").json()
    [passage] = keeper.search("法国的首都在哪里？", job)
    assert passage["similarity"] > 0.5


def test_a_verb_asks_the_assistant_that_runs_on_the_same_documents(
    keeper: Keeper, tmp_path: Path
) -> None:
    path = tmp_path / "tree.md"
    path.write_text("# Trees\n\nThe medlar was planted in 1987.", encoding="utf-8")
    taken = keeper.run("ingest", str(path), "--collection", "garden", "--tag", "tree")
    assert (taken.returncode, taken.stderr) == (0, "")
    assert taken.stdout.startswith("tree.md: ")
    listed = keeper.http.get("/v1/documents", params={"collection": "garden"}).json()["data"]
    assert [(each["name"], each["tags"]) for each in listed] == [("tree.md", ["tree"])]
    asked = keeper.run("ask", "--collection", "garden", "When was the medlar planted?")
    assert asked.returncode == 0
    assert asked.stdout.startswith("[1] tree.md\n    ")
    chinese = keeper.run("ingest", str(tmp_path / "missing.txt"), language="zh")
    assert chinese.returncode == 1
    assert "没有" in chinese.stderr


def test_a_reader_that_dies_costs_its_file_alone(keeper: Keeper, tmp_path: Path) -> None:
    victim, next_one = tmp_path / "long.tiff", tmp_path / "short.txt"
    victim.write_bytes(picture(*(f"Page number {page}" for page in range(40))))
    next_one.write_text(NOTE, encoding="utf-8")
    job = keeper.add(victim)
    until = time.monotonic() + LONG_S
    while job["page"] == 0:  # it is in the middle of its pages
        assert time.monotonic() < until
        time.sleep(0.05)
        job = keeper.http.get(f"/v1/jobs/{job['id']}").json()
    killed = keeper.readers()
    for process in killed:
        subprocess.run(["kill", "-KILL", str(process)], check=False)
    document = keeper.document(job)
    assert "The reader stopped working on this file." in document["problems"]
    # The others were killed at rest: what is sent to one before its end is noticed is lost, too.
    while set(killed) & set(keeper.readers()):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert NOTE in keeper.text(keeper.add(next_one))


def test_alone_it_takes_in_and_answers_and_leaves_nothing_behind(
    executable: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tree.md"
    path.write_text("# Trees\n\nThe medlar was planted in 1987.", encoding="utf-8")
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    def run(*arguments: str | Path) -> str:
        done = subprocess.run(
            [executable, *arguments, "--data", tmp_path / "data"],
            env=environment(tmp_path, TMPDIR=str(temporary)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG_S,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("ingest", path).startswith("tree.md: ")
    assert run("ask", "When was the medlar planted?").startswith("[1] tree.md\n")
    assert "1 documents" in run("doctor")
    assert list(temporary.iterdir()) == []


def test_nothing_is_opened_until_it_is_needed_and_readers_end_however_the_assistant_ends(
    executable: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tree.txt"
    path.write_text(NOTE, encoding="utf-8")
    with Keeper(executable, tmp_path) as keeper:
        keeper.running.ask("Hello")
        assert not (tmp_path / ".cache/assistant/packages").exists()
        assert [each.name for each in (keeper.data / "documents").iterdir()] == ["claimed.json"]
        keeper.over(keeper.add(path))
        assert keeper.readers()
        keeper.running.end(signal.SIGKILL)
        until = time.monotonic() + 30
        while keeper.readers():
            assert time.monotonic() < until
            time.sleep(0.05)
    with Keeper(executable, tmp_path) as again:
        assert [each["name"] for each in again.http.get("/v1/documents").json()["data"]] == [
            "tree.txt"
        ]
        again.running.end()
        assert list(again.temporary.glob("_MEI*")) == []
