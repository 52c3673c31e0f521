"""The text of pictures, through the built file."""

from __future__ import annotations

import base64
import contextlib
import io
import sys
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.frozen.keeper import LONG_S, Keeper
from tests.frozen.pictures import MOST_MB, PHOTOGRAPH, peak_mb, photograph, picture
from tests.knowledge import shared
from tests.vision.heic import HEIC

pytestmark = pytest.mark.frozen

ADDRESS = "/v1/images/ocr"
CHINESE = [path for path in [shared.data("docs", "chi_sim_image.jpeg")] if path]


@pytest.fixture(scope="module")
def client(keeper: Keeper) -> httpx.Client:
    return keeper.http


def sent(client: httpx.Client, content: bytes) -> httpx.Response:
    return client.post(ADDRESS, files={"file": ("picture", content)})


def test_words_are_found_where_they_stand(client: httpx.Client) -> None:
    content = picture("Closed on Mondays")
    told = sent(client, content).json()
    assert (told["width"], told["height"]) == (900, 160)
    assert told["text"].replace(" ", "") == "ClosedonMondays"
    for line in told["lines"]:
        assert line["confidence"] > 0.5
        assert all(0 <= x <= 900 and 20 <= y <= 130 for x, y in line["box"])
    image = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    assert client.post(ADDRESS, json={"image": image}).json() == told


def test_a_photograph_of_48_megapixels_that_lies_on_its_side(
    client: httpx.Client, executable: Path
) -> None:
    told = sent(client, photograph("Closed on Mondays")).json()
    assert (told["width"], told["height"]) == PHOTOGRAPH
    assert told["text"].replace(" ", "") == "ClosedonMondays"
    corners = [corner for line in told["lines"] for corner in line["box"]]
    assert all(1400 <= x <= 6100 and 1900 <= y <= 2900 for x, y in corners)
    if sys.platform == "linux":
        assert 0 < peak_mb_of_reader(executable) < MOST_MB


def peak_mb_of_reader(executable: Path) -> int:
    """The most memory that the process which reads pictures has taken."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[:2] == [str(executable).encode(), b"read-pictures"]:
                found.append(peak_mb(int(process.name)))
    return max(found)


def test_a_page_on_its_side_or_upside_down_is_read_in_its_order(client: httpx.Client) -> None:
    page = Image.new("RGB", (900, 420), "white")
    for row, text in enumerate(("Closed on Mondays", "Open on Tuesdays")):
        page.paste(Image.open(io.BytesIO(picture(text))), (0, 40 + 180 * row))
    for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270):
        content = io.BytesIO()
        page.transpose(turn).save(content, "PNG")
        told = sent(client, content.getvalue()).json()
        words = told["text"].replace(" ", "").split("\n")
        assert words == ["ClosedonMondays", "OpenonTuesdays"], turn
        x, y = told["lines"][0]["box"][0]  # where the first line begins
        assert (x > told["width"] / 2) == (turn != Image.Transpose.ROTATE_90)
        assert (y > told["height"] / 2) == (turn != Image.Transpose.ROTATE_270)


def test_what_phones_make_is_read(client: httpx.Client) -> None:
    told = sent(client, HEIC).json()
    assert (told["width"], told["height"]) == (32, 64)
    content = io.BytesIO()
    Image.open(io.BytesIO(picture("Closed on Mondays"))).save(content, "AVIF")
    told = sent(client, content.getvalue()).json()
    assert told["text"].replace(" ", "") == "ClosedonMondays"
    damaged = sent(client, HEIC[:300]).json()["error"]
    assert (damaged["code"], "HEIC" in damaged["message"]) == ("picture_refused", True)


@pytest.mark.parametrize("path", CHINESE)
def test_chinese_is_read(client: httpx.Client, path: Path) -> None:
    told = sent(client, path.read_bytes()).json()
    assert any("\u4e00" <= character <= "\u9fff" for character in told["text"])


def test_a_photograph_looks_up_what_is_written_in_it(client: httpx.Client) -> None:
    rules = "The library is closed on Mondays and on public holidays."
    (job,) = client.post("/v1/documents", json={"text": rules, "name": "rules.txt"}).json()["data"]
    until = time.monotonic() + LONG_S
    while client.get(f"/v1/jobs/{job['id']}").json()["state"] in ("waiting", "reading"):
        assert time.monotonic() < until
        time.sleep(0.1)
    files = {"file": ("sign.png", picture("Closed on Mondays"))}
    told = client.post("/v1/search", files=files, data={"limit": "1"}).json()
    assert told["query"].replace(" ", "") == "ClosedonMondays"
    assert [each["text"] for each in told["data"]] == [rules]
    wordless = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(wordless, "PNG")
    refused = client.post("/v1/search", files={"file": ("white.png", wordless.getvalue())})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "picture_refused")


def test_what_is_no_picture_is_refused(client: httpx.Client) -> None:
    answer = sent(client, b"Dear diary,")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "picture_refused")


def test_in_a_conversation_a_picture_is_its_text(client: httpx.Client) -> None:
    image = f"data:image/png;base64,{base64.b64encode(picture('Closed on Mondays')).decode()}"
    parts = [{"type": "image_url", "image_url": {"url": image}}, {"type": "text", "text": "When?"}]
    asked = {"messages": [{"role": "user", "content": parts}], "max_tokens": 4}
    prompt = client.post("/apply-template", json=asked).json()["prompt"]
    assert "[Text in the picture: Closed on Mondays]" in prompt
    assert client.post("/v1/chat/completions", json=asked).status_code == 200
    parts[0]["image_url"] = {"url": "https://example.org/a.png"}
    refused = client.post("/v1/chat/completions", json=asked)
    assert refused.status_code == 400
    assert "data URL" in refused.json()["error"]["message"]
