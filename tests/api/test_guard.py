from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.security.hosts import Hosts
from app.security.security import Security
from tests.api.serving import CHAT, client_of, conversation

KEY = "sk-秘密"


@pytest.fixture
def locked(services: Services) -> FlaskClient:
    return client_of(replace(services, security=Security(keys=(KEY,))))


def test_a_rebound_name_gets_nothing(client: FlaskClient) -> None:
    for path in ("/", "/health", "/v1/models", "/nothing"):
        response = client.get(path, headers={"Host": "evil.example"})
        assert response.status_code == 403
        assert "evil.example" in response.json["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_may_change_nothing(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    response = client.post(CHAT, json=conversation(), headers=headers)
    assert response.status_code == 403
    assert response.json["error"]["type"] == "permission_error"


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}]
)
def test_programs_and_our_own_page_pass(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post(CHAT, json=conversation(), headers=headers).status_code == 200


def test_a_form_that_another_page_sends_is_not_json(client: FlaskClient) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        response = client.post(CHAT, data="{}", content_type=content_type)
        assert response.status_code == 415


@pytest.mark.parametrize("path", ["/v1/models", "/models", "/v1/models/scripted"])
def test_the_api_asks_for_the_key(locked: FlaskClient, path: str) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {KEY.encode().decode('latin-1')}"},
        {"x-api-key": "wrong"},
    ):
        response = locked.get(path, headers=headers)
        assert response.status_code == 401
        assert response.json["error"]["code"] == "invalid_api_key"
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_key_opens_in_either_header(locked: FlaskClient) -> None:
    sent = KEY.encode().decode("latin-1")  # as its bytes come out of a header
    for headers in (
        {"Authorization": f"Bearer {sent}"},
        {"Authorization": f"bearer  {sent}"},
        {"x-api-key": sent},
    ):
        assert locked.get("/v1/models", headers=headers).status_code == 200


def test_health_and_the_page_need_no_key(locked: FlaskClient) -> None:
    for path in ("/", "/assets/app-5X7KQ2LM.js", "/health"):
        assert locked.get(path).status_code == 200


def test_a_key_is_not_shown_where_the_services_are_printed(services: Services) -> None:
    assert KEY not in repr(replace(services, security=Security(keys=(KEY,))))


def test_every_response_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/health", "/nothing", "/v1/models"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


def test_over_plain_http_from_elsewhere_a_browser_is_told_nothing_that_it_complains_of(
    services: Services,
) -> None:
    client = client_of(replace(services, security=Security(Hosts("0.0.0.0"))))
    told = {
        address: "Cross-Origin-Opener-Policy" in client.get("/health", base_url=address).headers
        for address in ("http://192.168.1.5:8080", "https://192.168.1.5", "http://[::1]:8080")
    }
    assert list(told.values()) == [False, True, True]


PREFLIGHT = {"Access-Control-Request-Method": "POST"}


def _asked_by(services: Services, origin: str, *allowed: str) -> tuple[int, str | None]:
    client = client_of(replace(services, origins=allowed))
    response = client.post(CHAT, json=conversation(), headers={"Origin": origin})
    return response.status_code, response.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        (("*",), "https://any.example"),
        (("https://a.example",), "https://a.example"),
        (("localhost",), "http://localhost:3000"),
        (("localhost",), "http://[::1]:3000"),
        (("localhost",), "http://127.0.0.1"),
    ],
)
def test_a_page_of_a_site_that_was_named_may_ask(
    services: Services, allowed: tuple[str, ...], origin: str
) -> None:
    assert _asked_by(services, origin, *allowed) == (200, origin)
    client = client_of(replace(services, origins=allowed, security=Security(keys=("k",))))
    response = client.options(CHAT, headers={"Origin": origin, **PREFLIGHT})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST, PATCH, DELETE, OPTIONS"
    assert response.headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        ((), "https://a.example"),
        (("https://a.example",), "https://b.example"),
        (("localhost",), "http://localhost.evil.example"),
        (("localhost",), "http://[bad"),
        (("localhost",), "null"),
    ],
)
def test_a_page_of_another_site_may_not(
    services: Services, allowed: tuple[str, ...], origin: str
) -> None:
    assert _asked_by(services, origin, *allowed) == (403, None)
    client = client_of(replace(services, origins=allowed))
    response = client.options(CHAT, headers={"Origin": origin, **PREFLIGHT})
    assert "Access-Control-Allow-Origin" not in response.headers
