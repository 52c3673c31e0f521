from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from tests.api.serving import client_of


def test_the_page_comes_in_the_best_encoding_that_the_browser_takes(client: FlaskClient) -> None:
    for accepted, encoding, data in (
        ("gzip, deflate, br, zstd", "br", b"as brotli"),
        ("gzip", "gzip", b"as gzip"),
        ("br;q=0, gzip", "gzip", b"as gzip"),
        ("identity", None, b"<!doctype html><title>Assistant</title>"),
    ):
        response = client.get("/", headers={"Accept-Encoding": accepted})
        assert response.headers.get("Content-Encoding") == encoding
        assert response.data == data
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.mimetype == "text/html"


def test_the_page_is_asked_for_again_and_its_hashed_files_never(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    script = client.get("/assets/app-5X7KQ2LM.js")
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.mimetype == "text/javascript"


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/").headers["ETag"]
    response = client.get("/", headers={"If-None-Match": etag})
    assert (response.status_code, response.data) == (304, b"")
    compressed = client.get("/", headers={"If-None-Match": etag, "Accept-Encoding": "br"})
    assert compressed.status_code == 200


def test_head_has_the_length_and_no_body(client: FlaskClient) -> None:
    response = client.head("/assets/app-5X7KQ2LM.js")
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == "7"


def test_there_is_nothing_elsewhere(client: FlaskClient) -> None:
    for path in ("/nothing", "/../etc/passwd", "/%00", "/%ff", "/v1", "/v1/models/"):
        response = client.get(path)
        assert response.status_code == 404, path
        assert response.json["error"]["type"] == "not_found_error"


def test_only_the_frame_of_diagrams_may_write_styles_and_stand_within_the_page(
    services: Services,
) -> None:
    files = {"index.html": b"page", "diagram.html": b"frame"}
    client = client_of(replace(services, page=PageFiles(lambda: files)))
    frame, page = (client.get(path).headers for path in ("/diagram.html", "/"))
    assert "style-src 'unsafe-inline'" in frame["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
