from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.conversations.history import History
from tests.api.conversations.talking import Talk
from tests.api.serving import client_of


@pytest.fixture
def client(services: Services, history: History) -> FlaskClient:
    return client_of(replace(services, history=history))


def test_conversations_are_listed_found_renamed_and_brought_back(client: FlaskClient) -> None:
    talk = Talk(client)
    talk.say("Tell me about zebras")
    address = f"/v1/conversations/{talk.id}"
    found = client.get("/v1/conversations?query=zebras").json["data"]
    assert [each["id"] for each in found] == [talk.id]
    assert "zebras" in found[0]["excerpt"]
    changed = client.patch(address, json={"title": "Stripes", "folder": "Animals", "pinned": True})
    assert (changed.json["title"], changed.json["folder"]) == ("Stripes", "Animals")
    looking = client.patch(address, json={"filter": {"tags": ["zoo"]}})
    assert (looking.json["title"], looking.json["filter"]["tags"]) == ("Stripes", ["zoo"])
    assert client.get("/v1/conversations").json["data"][0]["filter"]["tags"] == ["zoo"]
    assert "filter" not in client.patch(address, json={"filter": None}).json
    client.delete(address)
    assert client.get("/v1/conversations").json["data"] == []
    assert client.get("/v1/conversations?deleted=true").json["data"][0]["id"] == talk.id
    client.post(f"{address}/restore")
    assert client.get("/v1/conversations").json["data"][0]["title"] == "Stripes"
    client.delete(f"{address}?forever=true")
    assert client.get(address).status_code == 404


def test_what_is_exported_can_be_imported(client: FlaskClient) -> None:
    talk = Talk(client)
    talk.say("Hello")
    talk.say(again=talk.whole()["messages"][0]["id"])
    exported = client.get("/v1/export")
    assert "attachment" in exported.headers["Content-Disposition"]
    made = client.post("/v1/import", json=exported.json).json["data"]
    again = client.get(f"/v1/conversations/{made[0]['id']}").json
    assert [each["text"] for each in again["messages"]] == ["Hello"] * 3
    assert again["messages"][2]["parent"] == again["messages"][0]["id"]
    assert again["leaf"] == again["messages"][2]["id"]
    markdown = client.get(f"/v1/conversations/{talk.id}/export?format=markdown").text
    assert markdown == "# Hello\n\n## You\n\nHello\n\n## Assistant\n\nHello\n"
    made = client.post("/v1/import", json={"markdown": markdown}).json["data"]
    assert made[0]["title"] == "Hello"
    refused = client.post("/v1/import", json={"markdown": "Dear all"})
    assert refused.status_code == 400


def test_profiles_keep_apart_and_a_pin_keeps_out(client: FlaskClient) -> None:
    mine = Talk(client)
    mine.say("My secret")
    made = client.post("/v1/profiles", json={"name": "Ada", "pin": "1234"}).json
    ada = {"Assistant-Profile": made["profile"]["id"]}
    assert client.get("/v1/conversations", headers=ada).status_code == 403
    unlock = f"/v1/profiles/{made['profile']['id']}/unlock"
    assert client.post(unlock, json={"pin": "0000"}).json["error"]["code"] == "profile_locked"
    key = client.post(unlock, json={"pin": "1234"}).json["key"]
    opened = {"Assistant-Profile": f"{made['profile']['id']}:{key}"}
    assert client.get("/v1/conversations", headers=opened).json["data"] == []
    assert client.get(f"/v1/conversations/{mine.id}", headers=opened).status_code == 404
    Talk(client, **opened).say("Hers")
    own = f"/v1/profiles/{made['profile']['id']}"
    assert client.patch(own, json={"settings": {"a": 1}}).status_code == 400  # not who asks
    client.patch(own, json={"settings": {"a": 1}}, headers=opened)
    assert client.get(own, headers=opened).json["settings"] == {"a": 1}
    assert client.delete(own, headers=opened).json["deleted"] is True
    assert len(client.get("/v1/profiles").json["data"]) == 1


def test_pins_cannot_be_guessed_quickly(client: FlaskClient) -> None:
    made = client.post("/v1/profiles", json={"name": "Ada", "pin": "1234"}).json
    unlock = f"/v1/profiles/{made['profile']['id']}/unlock"
    statuses = [client.post(unlock, json={"pin": "0000"}).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert int(client.post(unlock, json={"pin": "1234"}).headers["Retry-After"]) > 10


def test_without_a_history_it_is_said(services: Services) -> None:
    assert client_of(services).get("/v1/conversations").status_code == 501
