"""Other devices, on the built file: let in by what the settings show, named there, and removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import findings
from tests.browser.visit import PHONE, Visiting
from tests.started import Started

pytestmark = [pytest.mark.browser, pytest.mark.frozen]

# A proxy's words are enough to count as somebody else's machine.
ELSEWHERE = {**PHONE, "extra_http_headers": {"X-Forwarded-For": "10.0.0.2"}}


def test_a_phone_is_let_in_by_the_settings_and_led_back_to_the_door_when_removed(
    keeping: Started, visit: Visiting
) -> None:
    owner = visit(keeping.url, color_scheme="dark")
    owner.wait_ready()
    owner.page.get_by_role("link", name="Settings").click()
    devices = owner.page.get_by_role("region", name="Devices")
    devices.get_by_role("button", name="Pair a device").click()
    expect(devices.get_by_role("img", name="QR code that pairs one device")).to_be_visible()
    pin = devices.locator(".pin").text_content() or ""
    assert findings(owner) == []

    phone = visit(f"{keeping.url}/", **ELSEWHERE)
    phone.forgive("Failed to load resource")  # refused, wrong digits, and removed
    expect(phone.page.get_by_role("heading", name="Let this device in")).to_be_visible()
    assert findings(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.page.get_by_label("Six digits").fill("000000")
    phone.button("Pair").tap()
    expect(phone.page.get_by_role("alert")).not_to_be_empty()
    phone.page.get_by_label("Six digits").fill(pin)
    phone.page.get_by_label("Name of this device").fill("My phone")
    phone.button("Pair").tap()
    phone.page.get_by_role("link", name="Open the assistant").tap()
    phone.wait_ready()

    row = devices.get_by_role("listitem").filter(has_text="My phone")
    expect(row).to_be_visible()
    assert findings(owner) == []
    row.get_by_role("button", name="Rename My phone").click()
    devices.get_by_role("textbox", name="Rename").fill("Ada's phone")
    owner.page.keyboard.press("Enter")
    row = devices.get_by_role("listitem").filter(has_text="Ada's phone")
    row.get_by_role("button", name="Remove Ada's phone").click()
    expect(row).to_have_count(0)
    phone.ask("Still here?")
    phone.page.wait_for_url("**/pair")
    expect(phone.page.get_by_role("heading", name="Let this device in")).to_be_visible()


def test_a_program_gets_a_key_that_is_told_once(keeping: Started, visit: Visiting) -> None:
    tab = visit(f"{keeping.url}/#settings")
    devices = tab.page.get_by_role("region", name="Devices")
    devices.get_by_label("New API key for").fill("My script")
    devices.get_by_role("button", name="Make a key").click()
    key = devices.get_by_role("status").locator("code").text_content() or ""
    asked = tab.page.request.get(
        f"{keeping.url}/v1/models",
        headers={"Authorization": f"Bearer {key}", "X-Forwarded-For": "10.0.0.2"},
    )
    assert asked.ok
    tab.page.reload()
    expect(devices.get_by_role("listitem").filter(has_text="My script")).to_be_visible()
    expect(devices).not_to_contain_text(key)
    devices.get_by_role("button", name="Remove My script").click()
    expect(devices.get_by_role("listitem").filter(has_text="My script")).to_have_count(0)
