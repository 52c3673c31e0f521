"""Who is let in, over the real guard: this machine, other machines, devices, keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from app.security.devices import Devices
from app.security.hosts import Hosts
from app.security.security import Security
from tests.api.conftest import PAGE
from tests.api.serving import CHAT, client_of, conversation

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.77"}
LANDING = {
    **PAGE,
    "pair.html": b'<link href="/assets/pair.css" /><script src="/assets/pair.js"></script>',
    "assets/pair.css": b"p {}",
    "assets/pair.js": b"pair()",
}


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[Devices]:
    devices = Devices(tmp_path)
    yield devices
    devices.close()


@pytest.fixture
def security(devices: Devices) -> Security:
    return Security(Hosts("0.0.0.0"), devices=devices, reachable=lambda: ["192.168.1.5"])


@pytest.fixture
def guarded(services: Services, security: Security) -> Services:
    return replace(services, page=PageFiles(lambda: LANDING), security=security)


@pytest.fixture
def here(guarded: Services) -> FlaskClient:
    return client_of(guarded)


@pytest.fixture
def there(here: FlaskClient) -> FlaskClient:
    """Another machine's browser."""
    return elsewhere(here)


def elsewhere(client: FlaskClient) -> FlaskClient:
    other: FlaskClient = client.application.test_client()
    other.environ_base.update(ELSEWHERE)
    return other


def pair(here: FlaskClient, there: FlaskClient, name: str = "Phone") -> Any:
    pin = here.get("/v1/pairing").json["pin"]
    response = there.post("/v1/pairing", json={"code": pin, "name": name})
    assert response.status_code == 201
    return response


def addresses(client: FlaskClient) -> list[tuple[str, str]]:
    """Every method at every address of the app."""
    return [
        (method, rule.rule.replace("<path:path>", "sw.js").replace("<uid>", "x"))
        for rule in client.application.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD"})
    ]


def status_of(client: FlaskClient, method: str, path: str) -> int:
    with client.open(path, method=method, json={}) as response:
        return response.status_code


def test_to_an_unpaired_device_nothing_answers_but_health_and_the_landing_page(
    there: FlaskClient,
) -> None:
    answered = {
        (method, path)
        for method, path in [*addresses(there), ("GET", "/nothing"), ("GET", "/index.html")]
        if status_of(there, method, path) != 401
    }
    public = ("/health", "/v1/health", "/assistant-ca.crt")
    assert answered == {
        *((method, path) for path in public for method in ("GET", "OPTIONS")),
        *(("POST", "/v1/pairing"), ("GET", "/")),
    }


def test_the_landing_page_brings_its_own_files_and_no_others(there: FlaskClient) -> None:
    for path in ("/", "/pair", "/glance"):
        assert there.get(path).data == LANDING["pair.html"]
    assert there.get("/assets/pair.js").data == b"pair()"
    assert there.get("/assets/app-5X7KQ2LM.js").status_code == 401
    refused = there.get("/v1/models")
    assert refused.json["error"]["code"] == "not_paired"


@pytest.mark.parametrize("part", ["pin", "code"])
def test_a_scan_or_the_digits_set_a_cookie_that_lets_the_device_in(
    here: FlaskClient, there: FlaskClient, part: str
) -> None:
    invitation = here.get("/v1/pairing").json
    response = there.post("/v1/pairing", json={"code": invitation[part], "name": "Phone"})
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert there.get("/").data == PAGE["index.html"]
    assert there.post(CHAT, json=conversation()).status_code == 200
    again = elsewhere(here).post("/v1/pairing", json={"code": invitation[part]})
    assert again.status_code == 403
    assert again.json["error"]["code"] == "wrong_code"


def test_over_https_the_cookie_is_secure(here: FlaskClient) -> None:
    body = {"code": here.get("/v1/pairing").json["code"]}
    response = elsewhere(here).post("/v1/pairing", json=body, base_url="https://192.168.1.5")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-assistant=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_devices_are_listed_renamed_and_revoked_at_once(
    here: FlaskClient, there: FlaskClient
) -> None:
    pair(here, there)
    told = here.get("/v1/devices").json
    assert (told["owner"], told["network"], told["unpaired"]) == (True, True, False)
    (device,) = told["data"]
    assert (device["name"], device["here"]) == ("Phone", False)
    address = f"/v1/devices/{device['id']}"
    assert here.patch(address, json={"name": "Mine"}).json["name"] == "Mine"
    assert there.get("/v1/devices").json["data"][0]["here"] is True
    assert here.delete(address).json["deleted"] is True
    assert there.get("/v1/models").status_code == 401
    assert there.get("/").data == LANDING["pair.html"]


def test_a_device_sees_and_removes_itself_alone(here: FlaskClient, there: FlaskClient) -> None:
    other = elsewhere(here)
    pair(here, other, "Other")
    pair(here, there)
    theirs = other.get("/v1/devices").json["data"][0]["id"]
    (own,) = there.get("/v1/devices").json["data"]
    assert own["name"] == "Phone"
    for method, path in (
        ("GET", "/v1/pairing"),
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("DELETE", f"/v1/devices/{theirs}"),
        ("PATCH", f"/v1/devices/{theirs}"),
    ):
        assert there.open(path, method=method, json={"name": "x"}).status_code == 403
    assert there.delete(f"/v1/devices/{own['id']}").status_code == 200
    assert there.get("/v1/models").status_code == 401


def test_keys_are_made_told_once_and_revoked(here: FlaskClient, there: FlaskClient) -> None:
    made = here.post("/v1/keys", json={"name": "Script"}).json
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert there.get("/v1/models", headers=headers).status_code == 200
    assert there.get("/v1/models", headers={"x-api-key": made["key"]}).status_code == 200
    assert made["key"] not in here.get("/v1/keys").text
    assert there.get("/v1/keys", headers=headers).status_code == 403
    here.delete(f"/v1/keys/{made['id']}")
    assert there.get("/v1/models", headers=headers).status_code == 401


def test_with_a_key_of_the_start_everyone_needs_one_and_it_pairs_devices(
    guarded: Services, security: Security
) -> None:
    here = client_of(replace(guarded, security=replace(security, keys=("sesame", "other"))))
    there = elsewhere(here)
    assert here.get("/v1/models").status_code == 401
    assert here.get("/v1/pairing").status_code == 401
    headers = {"Authorization": "Bearer other"}
    assert there.get("/v1/models", headers=headers).status_code == 200
    assert there.get("/v1/pairing", headers=headers).json["links"] == [
        {"url": "http://192.168.1.5:80", "secure": "https://192.168.1.5:80"}
    ]
    assert there.post("/v1/pairing", json={"code": "sesame"}).status_code == 201
    assert there.get("/v1/models").status_code == 200


def test_who_comes_through_a_proxy_on_this_machine_is_not_taken_for_its_owner(
    here: FlaskClient,
) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert here.get("/v1/models", headers={name: "192.168.1.9"}).status_code == 401
    assert here.get("/v1/models").status_code == 200


def test_without_pairing_everyone_is_let_in_and_nobody_else_becomes_owner(
    guarded: Services, security: Security
) -> None:
    there = elsewhere(client_of(replace(guarded, security=replace(security, open_to_all=True))))
    assert there.get("/").data == PAGE["index.html"]
    assert there.post(CHAT, json=conversation()).status_code == 200
    assert there.get("/v1/pairing").status_code == 403


def test_another_sites_page_pairs_nothing(here: FlaskClient, there: FlaskClient) -> None:
    code = here.get("/v1/pairing").json["code"]
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        response = there.post("/v1/pairing", json={"code": code}, headers=headers)
        assert response.status_code == 403
    assert there.post("/v1/pairing", data=json.dumps({"code": code})).status_code == 201


def test_guesses_are_slowed_down(here: FlaskClient, there: FlaskClient) -> None:
    pin = here.get("/v1/pairing").json["pin"]
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    statuses = [there.post("/v1/pairing", json={"code": wrong}).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert "Retry-After" in there.post("/v1/pairing", json={"code": pin}).headers


def test_only_on_this_machine_there_is_nothing_to_pair(services: Services) -> None:
    response = client_of(services).get("/v1/pairing")
    assert response.status_code == 501
    assert "--host 0.0.0.0" in response.json["error"]["message"]


def test_no_secret_is_printed_with_the_services(guarded: Services, security: Security) -> None:
    text = repr(replace(guarded, security=replace(security, keys=("sesame",))))
    assert "sesame" not in text
    assert security.pairing.current().pin not in text
