from __future__ import annotations

from dataclasses import replace

from app.api.services import Services
from app.bundle.directory import Entry
from tests.api.serving import client_of


def test_it_tells_what_is_inside_and_where_things_are_kept(services: Services) -> None:
    entry = Entry("m.gguf", "model", 0, 9, "ab", "Model", "MIT", "https://example.com")
    told = client_of(replace(services, entries=(entry,), data_folder="/home/me/data")).get(
        "/v1/about"
    )
    assert told.json["data"] == "/home/me/data"
    assert told.json["parts"][0]["licence"] == "MIT"
    assert client_of(services).get("/v1/about").json["data"] is None
