from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.services import Services
from app.vision import sight as sight_module
from tests.api.serving import client_of
from tests.fakes.sight import scripted_sight

ADDRESS = "/v1/images/ocr"
BASE64 = base64.b64encode(b"Closed on Mondays").decode()


@pytest.fixture
def client(services: Services) -> Iterator[FlaskClient]:
    with scripted_sight() as sight:
        yield client_of(replace(services, sight=sight))


def form(client: FlaskClient, content: bytes) -> TestResponse:
    return client.post(ADDRESS, data={"file": (io.BytesIO(content), "a.png")})


def test_a_form_and_json_give_the_same(client: FlaskClient) -> None:
    told = form(client, b"Closed on Mondays").json
    box = [[0, 0], [9.5, 0], [9.5, 4], [0, 4]]
    assert told == {
        **{"object": "image.ocr", "text": "Closed on Mondays", "width": 10, "height": 5},
        "lines": [{"text": "Closed on Mondays", "box": box, "confidence": 0.9}],
    }
    for image in (
        *(BASE64, f"data:image/png;base64,{BASE64}", f"data:;BASE64,{BASE64[:8]}\n{BASE64[8:]}"),
        *("data:image/png;name=a.png;base64," + BASE64, "data:,Closed%20on%20Mondays"),
    ):
        assert client.post(ADDRESS, json={"image": image}).json == told


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("https://example.org/a.png", "data URL"),
        ("file:///etc/passwd", "data URL"),
        ("§", "base64"),
        ("data:image/png;base64,a", "base64"),
        ("", "no picture"),
        ("data:image/png;base64,", "no picture"),
    ],
)
def test_what_brings_no_picture_is_refused_by_its_field(
    client: FlaskClient, image: str, told: str
) -> None:
    response = client.post(ADDRESS, json={"image": image})
    assert (response.status_code, response.json["error"]["param"]) == (400, "image")
    assert told in response.json["error"]["message"]


def test_a_form_without_a_picture_is_refused(client: FlaskClient) -> None:
    response = client.post(ADDRESS, data={"file": "x"}, content_type="multipart/form-data")
    assert (response.status_code, response.json["error"]["param"]) == (400, "file")
    assert client.post(ADDRESS, data=b"x", content_type="image/png").status_code == 415


@pytest.mark.parametrize("reason", ["not-a-picture", "heic", "damaged-heic", "too-many-pixels"])
def test_what_cannot_be_read_is_refused_in_both_languages(client: FlaskClient, reason: str) -> None:
    for language in ("en", "zh"):
        image = base64.b64encode(f"refuse {reason}".encode()).decode()
        headers = {"Accept-Language": language}
        response = client.post(ADDRESS, json={"image": image}, headers=headers)
        assert (response.status_code, response.json["error"]["code"]) == (400, "picture_refused")
        assert response.json["error"]["message"] == sight_module.REFUSED[reason].of(language)


def test_a_file_that_is_too_large_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight_module, "MOST_BYTES", 3)
    assert form(client, b"four").json["error"]["code"] == "picture_refused"


def test_a_picture_that_crashes_its_reader_is_refused_and_a_bug_is_ours(
    client: FlaskClient,
) -> None:
    assert form(client, b"crash").status_code == 400
    assert form(client, b"fail").status_code == 503
    assert form(client, b"good").status_code == 200


def test_without_text_recognition_it_is_said_so(services: Services) -> None:
    response = form(client_of(services), b"a")
    assert (response.status_code, response.json["error"]["code"]) == (501, "switched_off")
