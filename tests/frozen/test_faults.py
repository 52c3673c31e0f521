"""The built file while what it rests on breaks: a plain message, and the rest goes on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import httpx
import pytest

from tests.started import Started, environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform != "linux", reason="a file in use cannot be cut elsewhere"),
]

CHAT = "/v1/chat/completions"


def test_a_model_file_that_is_cut_short_in_the_middle_of_an_answer(
    executable: Path, model_path: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model.gguf"
    shutil.copyfile(model_path, model)
    command = [executable, "-c", "4096", "-m", model]
    with Started(command, environment(tmp_path), tmp_path / "printed.txt") as running:
        running.wait_ready()
        with httpx.Client(base_url=running.url, timeout=60) as client:
            question = {"prompt": "One", "n_predict": 3000, "ignore_eos": True, "stream": True}
            with client.stream("POST", "/completion", json=question) as answer:
                lines = answer.iter_lines()
                next(lines)
                os.truncate(model, model.stat().st_size // 3)
                assert "model.gguf was changed or cut short" in "".join(lines)
            asked = {"messages": [{"role": "user", "content": "Hello?"}]}
            refused = client.post(CHAT, json=asked, headers={"Accept-Language": "zh"})
            assert refused.status_code == client.get("/health").status_code == 503
            assert refused.json()["error"]["code"] == "model_changed"
            assert "请在文件恢复完整后重新启动助手" in refused.json()["error"]["message"]
            added = client.post("/v1/documents", json={"text": "zebras", "name": "a.txt"})
            assert added.status_code == 202
            assert client.get("/v1/conversations").status_code == 200
            assert client.get("/").status_code == 200
        assert "model.gguf was changed or cut short" in running.printed
        assert running.end() == 0
