"""The built file from another machine: unpaired, paired, trusted, and removed."""

from __future__ import annotations

import shlex
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Error, Playwright, expect

from tests.browser.chromium import ARGUMENTS
from tests.frozen.house import Machine, house
from tests.requirements import program
from tests.security.mdns.asking import resolved
from tests.started import READY_S, Started, environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="network namespaces"),
]

PORT = 8080
LOG = "log.txt"
SECRETS: list[str] = []  # that were used, and are to stand in no log
URL = f"http://10.77.0.1:{PORT}"
SECURE = f"https://10.77.0.1:{PORT}"
MICROPHONE = """navigator.mediaDevices
    ? navigator.mediaDevices.getUserMedia({ audio: true }).then(() => "heard", ({ name }) => name)
    : "refused" """
FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def machines() -> Iterator[tuple[Machine, Machine]]:
    """That of the owner, and a phone."""
    with house(("owner", "10.77.0.1"), ("phone", "10.77.0.2")) as both:
        yield both


@pytest.fixture(scope="module")
def owner(
    machines: tuple[Machine, Machine], executable: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """The machine on which the file serves the network."""
    home = tmp_path_factory.mktemp("owner")
    serve = [executable, "--no-browser", "--host", "0.0.0.0", "--no-documents"]
    log = ["--verbose", "--log-file", home / LOG]
    command = [*machines[0].command, *serve, *log, "--port", str(PORT)]
    with Started(command, environment(home), home / "printed.txt", PORT) as running:
        until = time.monotonic() + READY_S
        while "Ready" not in running.printed and time.monotonic() < until:
            time.sleep(0.1)
        assert f"Other devices in the network reach it at {URL}/" in running.printed
        yield machines[0]
        written = [*(home / LOG).read_text().splitlines(), *running.printed.splitlines()]
        assert written
        assert SECRETS
        assert not [line for line in written for each in SECRETS if each in line]


@pytest.fixture
def phone(machines: tuple[Machine, Machine], owner: Machine) -> Machine:
    """The other machine, before which somebody sits."""
    assert owner is machines[0]
    return machines[1]


def get(machine: Machine, path: str) -> httpx.Response:
    return machine.do(lambda: httpx.get(URL + path, timeout=30, verify=False))


def own(owner: Machine, method: str, path: str) -> Any:
    """What the owner's machine is answered."""
    address = f"http://127.0.0.1:{PORT}{path}"
    return owner.do(lambda: httpx.request(method, address, timeout=30, verify=False)).json()


def pin_of(owner: Machine) -> str:
    invitation = own(owner, "GET", "/v1/pairing")
    SECRETS.append(invitation["code"])
    return str(invitation["pin"])


def test_unpaired_paired_and_revoked(owner: Machine, phone: Machine) -> None:
    assert get(phone, "/health").status_code == 200
    for path in ("/v1/models", "/v1/devices", "/v1/pairing", "/v1/conversations", "/index.html"):
        assert get(phone, path).status_code == 401
    with httpx.Client(base_url=URL, timeout=30, verify=False) as client:
        body = {"code": pin_of(owner), "name": "Phone"}
        assert phone.do(lambda: client.post("/v1/pairing", json=body)).status_code == 201
        SECRETS.append(str(client.cookies["assistant"]))
        assert phone.do(lambda: client.get("/v1/models")).status_code == 200
        (device,) = own(owner, "GET", "/v1/devices")["data"]
        question = {"prompt": "One", "max_tokens": 4000, "ignore_eos": True, "stream": True}
        asking = client.build_request("POST", "/v1/completions", json=question)
        answer = phone.do(lambda: client.send(asking, stream=True))
        own(owner, "DELETE", f"/v1/devices/{device['id']}")
        with pytest.raises(httpx.TransportError):  # in the middle of its answer
            phone.do(answer.read)
        assert phone.do(lambda: client.get("/v1/models")).status_code == 401


def test_the_network_finds_it_by_a_name_that_its_certificate_covers(
    owner: Machine, phone: Machine
) -> None:
    name = "assistant.local"
    assert phone.do(lambda: resolved(name, phone.address)) == owner.address
    link = {"url": f"http://{name}:{PORT}", "secure": f"https://{name}:{PORT}"}
    until = time.monotonic() + READY_S  # asked before its thread has told it is
    while link not in own(owner, "GET", "/v1/pairing")["links"]:
        assert time.monotonic() < until
    assert (
        phone.do(lambda: httpx.get(f"{URL}/v1/models", headers={"Host": f"{name}:{PORT}"})).json()[
            "error"
        ]["code"]
        == "not_paired"
    )
    trusted = ssl.create_default_context(cadata=get(phone, "/assistant-ca.crt").content)

    def verified() -> None:
        with (
            socket.create_connection((owner.address, PORT), timeout=30) as raw,
            trusted.wrap_socket(raw, server_hostname=name),
        ):
            pass

    phone.do(verified)


def browser_of(playwright: Playwright, phone: Machine, home: Path) -> Browser:
    """The phone's Chromium; its home holds what it trusts."""
    script = home / "chromium"
    command = shlex.join([*phone.command, "env", f"HOME={home}", program("chromium")])
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    script.chmod(0o755)
    arguments = [*ARGUMENTS, *FAKE_MICROPHONE]
    return playwright.chromium.launch(executable_path=script, args=arguments)


def trust(certificate: Path, home: Path) -> None:
    """What a person does by hand, as the page tells."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    tool, where = program("certutil"), f"sql:{store}"
    subprocess.run([tool, "-N", "-d", where, "--empty-password"], check=True)
    add = ["-A", "-d", where, "-n", "assistant", "-t", "C,,", "-i", str(certificate)]
    subprocess.run([tool, *add], check=True)


def test_a_browser_is_paired_trusts_the_certificate_and_may_listen(
    playwright: Playwright, owner: Machine, phone: Machine, tmp_path: Path
) -> None:
    certificate = tmp_path / "assistant-ca.crt"
    browser = browser_of(playwright, phone, tmp_path)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(URL)
    page.get_by_label("Six digits").fill(pin_of(owner))
    page.get_by_label("Name of this device").fill("Chromium")
    page.get_by_role("button", name="Pair").click()
    expect(page.get_by_text("This device is paired.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the certificate").click()
    download.value.save_as(certificate)
    page.get_by_role("link", name="Open the assistant").click()
    expect(page.locator("textarea")).to_be_visible()
    assert page.evaluate(MICROPHONE) == "refused"
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(SECURE)
    kept = context.storage_state()
    browser.close()

    trust(certificate, tmp_path)
    browser = browser_of(playwright, phone, tmp_path)
    page = browser.new_context(locale="en-US", storage_state=kept).new_page()
    page.goto(SECURE)
    expect(page.locator("textarea")).to_be_visible()
    assert page.evaluate(MICROPHONE) == "heard"
    (device,) = own(owner, "GET", "/v1/devices")["data"]
    assert device["name"] == "Chromium"
    own(owner, "DELETE", f"/v1/devices/{device['id']}")
    page.goto(f"{SECURE}/pair")
    expect(page.get_by_role("heading", name="Let this device in")).to_be_visible()
    browser.close()


def test_the_owners_page_shows_what_lets_a_device_in_and_a_new_one_when_it_was_used(
    playwright: Playwright, owner: Machine, phone: Machine, tmp_path: Path
) -> None:
    browser = browser_of(playwright, owner, tmp_path)
    page = browser.new_context(locale="en-US").new_page()
    page.goto(f"http://127.0.0.1:{PORT}/")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Pair a device").click()
    pin = pin_of(owner)
    expect(page.locator(".pin")).to_have_text(f"{pin[:3]} {pin[3:]}")
    expect(page.get_by_role("img", name="QR code that pairs one device")).to_be_visible()
    expect(page.get_by_text(URL).first).to_be_visible()
    body = {"code": pin, "name": "A tablet"}
    phone.do(lambda: httpx.post(f"{URL}/v1/pairing", json=body, timeout=30)).raise_for_status()
    expect(page.get_by_text("A tablet")).to_be_visible()
    new = pin_of(owner)
    expect(page.locator(".pin")).to_have_text(f"{new[:3]} {new[3:]}")
    page.get_by_role("button", name="Remove A tablet").click()
    expect(page.get_by_text("A tablet")).to_have_count(0)
    assert own(owner, "GET", "/v1/devices")["data"] == []
    browser.close()


def test_a_scan_pairs_without_typing(
    playwright: Playwright, owner: Machine, phone: Machine, tmp_path: Path
) -> None:
    code = own(owner, "GET", "/v1/pairing")["code"]
    browser = browser_of(playwright, phone, tmp_path)
    page = browser.new_context(locale="zh-CN").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{URL}/pair#{code}")
    expect(page.get_by_text("此设备已配对。")).to_be_visible()
    assert page.url == f"{URL}/pair"
    assert not any(code in each.partition("#")[0] for each in asked)
    browser.close()
    for device in own(owner, "GET", "/v1/devices")["data"]:
        own(owner, "DELETE", f"/v1/devices/{device['id']}")
