"""A model that sees, in the built file: a small one of chance, made here."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.engine.pictures import seeing_files
from tests.started import Started, environment

pytestmark = pytest.mark.frozen

CHAT = "/v1/chat/completions"
ONE_ANSWER = {"grammar": 'root ::= "a fine picture"', "max_tokens": 6, "temperature": 0}
FAR = 0.2


@pytest.fixture(scope="module")
def client(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    home = tmp_path_factory.mktemp("seeing")
    model, eyes = seeing_files.write(home, seeing_files.QWEN2VL)
    flags = ("--data", home / "data", "--ctx-size", "2048")
    command = [executable, "-m", model, "--mmproj", eyes, *flags]
    with (
        Started(command, environment(home), home / "output.txt") as started,
        httpx.Client(base_url=started.url, timeout=300) as client,
    ):
        started.wait_ready()
        yield client


def url(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def colour(name: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (300, 200), name).save(content, "PNG")
    return content.getvalue()


def asked(client: httpx.Client, content: bytes, **more: Any) -> Any:
    parts = [
        {"type": "text", "text": "Look at this: "},
        {"type": "image_url", "image_url": {"url": url(content)}},
        {"type": "text", "text": " What is it?"},
    ]
    body = {"messages": [{"role": "user", "content": parts}], **ONE_ANSWER, **more}
    return client.post(CHAT, json=body)


def chances(client: httpx.Client, content: bytes) -> tuple[list[float], dict[str, Any]]:
    told = asked(client, content, logprobs=True, top_logprobs=5)
    assert told.status_code == 200, told.text
    (choice,) = told.json()["choices"]
    assert choice["message"]["content"] == "a fine"
    first = choice["logprobs"]["content"][0]["top_logprobs"]
    return [each["logprob"] for each in first], told.json()["usage"]


def test_other_pictures_lead_elsewhere_and_the_same_is_not_looked_at_again(
    client: httpx.Client,
) -> None:
    red, cold = chances(client, colour("red"))
    blue, _ = chances(client, colour("blue"))
    again, warm = chances(client, colour("red"))
    assert again == pytest.approx(red, abs=0.02)
    assert max(abs(one - other) for one, other in zip(red, blue, strict=True)) > FAR
    assert cold["prompt_tokens_details"]["cached_tokens"] < 20
    assert warm["prompt_tokens_details"]["cached_tokens"] == warm["prompt_tokens"] - 1


def test_it_says_that_it_sees(client: httpx.Client) -> None:
    assert client.get("/props").json()["modalities"]["vision"] is True
    assert "multimodal" in client.get("/v1/models").json()["models"][0]["capabilities"]


def test_what_is_no_picture_or_lies_elsewhere_is_refused(client: httpx.Client) -> None:
    answer = asked(client, b"Dear diary,")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "picture_refused")
    many = [{"type": "image_url", "image_url": {"url": url(colour("red"))}}] * 140
    parts = [*many, {"type": "text", "text": "?"}]
    long = client.post(CHAT, json={"messages": [{"role": "user", "content": parts}]})
    assert long.json()["error"]["code"] == "context_length_exceeded"
    remote = [{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}, parts[-1]]
    far = client.post(CHAT, json={"messages": [{"role": "user", "content": remote}]})
    assert "--remote-pictures" in far.json()["error"]["message"]


def test_a_projector_of_another_kind_is_refused(executable: Path, tmp_path: Path) -> None:
    model, eyes = seeing_files.write(tmp_path, seeing_files.LLAVA)
    eyes.write_bytes(model.read_bytes())
    command = [executable, "-m", model, "--mmproj", eyes, "--lang", "zh"]
    output = tmp_path / "output.txt"
    with Started(command, environment(tmp_path), output) as started:
        assert started.process.wait(120) != 0
    assert "mmproj.gguf 中的视觉投影器" in output.read_text("utf-8")
