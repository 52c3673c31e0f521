"""The built file while what it rests on breaks: a plain message, and the rest goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.frozen.keeper import LONG_S
from tests.frozen.pictures import picture
from tests.requirements import missing
from tests.started import Started, environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform != "linux", reason="a file in use cannot be cut elsewhere"),
]

CHAT = "/v1/chat/completions"
QUESTION = {"messages": [{"role": "user", "content": "Hello?"}], "max_tokens": 4}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all, in which what is unpacked once is unpacked once."""
    return tmp_path_factory.mktemp("home")


def test_a_model_file_that_is_cut_short_in_the_middle_of_an_answer(
    executable: Path, model_path: Path, home: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model.gguf"
    shutil.copyfile(model_path, model)
    command = [executable, "-c", "4096", "-m", model]
    command += ["--data", tmp_path / "data"]
    with Started(command, environment(home), tmp_path / "printed.txt") as running:
        running.wait_ready()
        with httpx.Client(base_url=running.url, timeout=60) as client:
            question = {"prompt": "One", "n_predict": 3000, "ignore_eos": True, "stream": True}
            with client.stream("POST", "/completion", json=question) as answer:
                lines = answer.iter_lines()
                next(lines)
                os.truncate(model, model.stat().st_size // 3)
                assert "model.gguf was changed or cut short" in "".join(lines)
            refused = client.post(CHAT, json=QUESTION, headers={"Accept-Language": "zh"})
            assert refused.status_code == client.get("/health").status_code == 503
            assert refused.json()["error"]["code"] == "model_changed"
            assert "请在文件恢复完整后重新启动助手" in refused.json()["error"]["message"]
            added = client.post("/v1/documents", json={"text": "zebras", "name": "a.txt"})
            assert added.status_code == 202
            assert client.get("/v1/conversations").status_code == 200
            assert client.get("/").status_code == 200
        assert "model.gguf was changed or cut short" in running.printed
        assert running.end() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own."""
    if os.geteuid() != 0:
        missing("only root mounts disks")
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "small", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_is_full_and_a_network_that_is_down(
    executable: Path, small_disk: Path, home: Path, tmp_path: Path
) -> None:
    command = [executable, "--data", small_disk]
    with (
        Started(command, environment(home), tmp_path / "printed.txt") as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        running.wait_ready()
        (job,) = client.post("/v1/documents", json={"url": "http://nowhere.invalid/"}).json()[
            "data"
        ]
        until = time.monotonic() + LONG_S
        while job["state"] in ("waiting", "reading"):
            assert time.monotonic() < until
            time.sleep(0.1)
            job = client.get(f"/v1/jobs/{job['id']}").json()
        assert (job["state"], "nowhere.invalid" in job["problem"]) == ("failed", True)
        begun = {"title": "Of zebras"}
        assert client.post("/v1/conversations", json=begun).is_success
        with (small_disk / "filler").open("wb") as filler, suppress(OSError):
            while True:
                filler.write(bytes(1 << 20))
        for path, body in (
            ("/v1/documents", {"text": "zebras", "name": "a.txt"}),
            ("/v1/conversations", begun),
        ):
            refused = client.post(path, json=body)
            assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
        assert client.post(CHAT, json=QUESTION).status_code == 200
        (small_disk / "filler").unlink()
        assert client.post("/v1/conversations", json=begun).is_success
        assert running.end() == 0


def test_what_is_being_written_when_it_is_told_to_end_is_kept(
    executable: Path, home: Path, tmp_path: Path
) -> None:
    command = [executable, "-c", "4096", "--data", tmp_path / "data"]
    with (
        Started(command, environment(home), tmp_path / "first.txt") as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        running.wait_ready()
        where = f"/v1/conversations/{client.post('/v1/conversations', json={}).json()['id']}"
        asked = {"text": "One", "options": {"max_tokens": 3000, "ignore_eos": True}}
        assert client.post(f"{where}/answer", json=asked).is_success
        with client.stream("GET", f"{where}/events") as events:
            written = ""
            lines = events.iter_lines()
            while len(written) < 200:
                written += next(lines)
            asked_s = time.monotonic()
            assert running.end() == 0
        assert time.monotonic() - asked_s < 5
    with (
        Started(command, environment(home), tmp_path / "second.txt") as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        running.wait_ready()
        question, answer = client.get(where).json()["messages"]
        assert question["text"] == "One"
        assert answer["text"]


def test_the_programs_own_file_that_is_replaced_while_it_runs(
    executable: Path, home: Path, tmp_path: Path
) -> None:
    program = tmp_path / "assistant"
    shutil.copyfile(executable, program)
    program.chmod(0o755)
    command = [program, "--data", tmp_path / "data"]
    with Started(command, environment(home), tmp_path / "printed.txt") as running:
        running.wait_ready()
        other = tmp_path / "other"
        other.write_text("a newer one, say")
        other.replace(program)
        with httpx.Client(base_url=running.url, timeout=60) as client:
            refused = client.post("/v1/images/ocr", files={"file": ("a.png", picture("Hello"))})
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "program_replaced"
            job = client.post("/v1/documents", json={"text": "zebras", "name": "a.txt"}).json()
            answered = client.post(CHAT, json=QUESTION)
            assert answered.status_code == 200, answered.text
            until = time.monotonic() + LONG_S
            while "was replaced, moved or deleted" not in running.printed:
                assert time.monotonic() < until
                time.sleep(0.1)
            (kept,) = job["data"]
            state = client.get(f"/v1/jobs/{kept['id']}").json()["state"]
            assert state in ("waiting", "reading")  # until the next start
