"""The built file over plain HTTP, as programs and browsers reach it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app import __version__
from tests.patterns import CERTAIN, repeated
from tests.started import Started

pytestmark = pytest.mark.frozen

CHAT = "/v1/chat/completions"
HELLO = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8, "temperature": 0}


@pytest.fixture
def client(server: Started) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def test_it_is_healthy(client: httpx.Client) -> None:
    health = client.get("/health").json()
    assert (health["status"], health["assistant"]) == ("ok", __version__)


def test_the_page_and_all_that_it_names_are_inside(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Content-Encoding"] == "gzip"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    names = [part.split('"')[0] for part in page.text.split('src="')[1:]]
    assert names
    for name in names:
        script = client.get("/" + name.lstrip("./"))
        assert script.headers["Content-Type"].startswith("text/javascript")
        assert "immutable" in script.headers["Cache-Control"]


def test_an_answer_has_timings(client: httpx.Client) -> None:
    timings = client.post(CHAT, json=HELLO).json()["timings"]
    assert timings["predicted_n"] > 0
    assert timings["predicted_per_second"] > 0


def test_several_at_once_get_what_each_gets_alone(client: httpx.Client) -> None:
    patterns = CERTAIN[:4]

    def ask(pattern: str) -> str:
        body = {"prompt": repeated(pattern), "max_tokens": 8, "temperature": 0}
        answer = client.post("/v1/completions", json=body).json()
        return str(answer["choices"][0]["text"])

    alone = [ask(pattern) for pattern in patterns]
    assert len(set(alone)) == len(patterns)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, patterns)) == alone


def test_a_stop_string_ends_an_answer(client: httpx.Client) -> None:
    text = client.post(CHAT, json=HELLO).json()["choices"][0]["message"]["content"]
    stop = text[len(text) // 2 :]
    [choice] = client.post(CHAT, json=HELLO | {"stop": stop}).json()["choices"]
    assert choice["message"]["content"] == text[: len(text) // 2]
    assert choice["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b'{"messages": 1}', 400), (b"x" * 40_000_000, 413)],
)
def test_what_is_wrong_is_refused(client: httpx.Client, body: bytes, status: int) -> None:
    response = client.post(CHAT, content=body)
    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_llama_servers_own_endpoints_answer(client: httpx.Client) -> None:
    tokens = client.post("/tokenize", json={"content": "One, two,"}).json()["tokens"]
    assert client.post("/detokenize", json={"tokens": tokens}).json() == {"content": "One, two,"}
    sent = {"prompt": tokens, "n_predict": 4, "temperature": 0, "n_probs": 2}
    answer = client.post("/completion", json=sent).json()
    assert answer["tokens_predicted"] == len(answer["completion_probabilities"]) == 4
    prompt = client.post("/apply-template", json={"messages": HELLO["messages"]}).json()["prompt"]
    assert "Hello" in prompt
    props = client.get("/props").json()
    assert props["total_slots"] == len(client.get("/slots").json())
    assert client.get("/metrics").status_code == 501


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/v1/completions", "prompt"),
        ("/v1/responses", "input"),
        ("/completion", "prompt"),
        ("/v1/messages", "messages"),
        ("/api/chat", "messages"),
    ],
)
def test_each_protocol_refuses_by_the_field(client: httpx.Client, path: str, where: str) -> None:
    response = client.post(path, json={where: 5.5})
    assert response.status_code == 400
    assert where in response.text


def test_other_sites_are_kept_out(client: httpx.Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
    response = client.post(CHAT, json=HELLO, headers={"Origin": "http://evil.example"})
    assert response.status_code == 403
