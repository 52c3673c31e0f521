"""What stays when the talking is over, on the built file: history, settings, glance, manners."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import findings
from tests.browser.visit import GLASSES, PHONE, Visiting
from tests.started import Started

pytestmark = [pytest.mark.browser, pytest.mark.frozen]

MOST_AT_FIRST = 200 * 1024  # bytes, packed
DEEDS = (("Rename", "Rename", "Lease "), ("Move to a folder", "Folder", "Home "))
FIRST_LOAD = """performance.getEntries().filter(({ name }) => !name.includes("/v1/"))
    .reduce((sum, { encodedBodySize }) => sum + (encodedBodySize ?? 0), 0)"""


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["pc", "phone"])
def test_a_conversation_is_searched_in_chinese_renamed_filed_deleted_and_brought_back(
    server: Started, visit: Visiting, screen: dict[str, Any]
) -> None:
    words = "月租金和水电费" if screen else "押金为两个月租金"
    tab = visit(server.url, **screen)
    tab.wait_ready()
    said = [{"role": "user", "content": "租房"}, {"role": "assistant", "content": words}]
    tab.page.request.post(f"{server.url}/v1/import", data={"messages": said, "title": words})
    tab.page.reload()
    if screen:
        tab.button("Show conversations").tap()
    tab.page.get_by_role("searchbox", name="Search conversations").fill(words[:3])
    row = tab.page.locator(".chat-row").filter(has_text=words)
    expect(row.locator("mark").first).to_be_visible()
    for deed, field, value in DEEDS:
        row.get_by_role("button", name=re.compile("Actions")).click()
        tab.page.get_by_role("menuitem", name=deed).click()
        tab.page.get_by_label(field, exact=True).last.fill(value + words)
        tab.page.keyboard.press("Enter")
    expect(row).to_contain_text("Lease")
    assert findings(tab) == []
    row.get_by_role("button", name=re.compile("Actions")).click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(row).to_have_count(0)
    tab.button("Undo").click()
    expect(row).to_contain_text("Lease")
    found = tab.page.request.get(f"{server.url}/v1/conversations", params={"query": words})
    (kept,) = found.json()["data"]
    assert (kept["title"], kept["folder"]) == (f"Lease {words}", f"Home {words}")


def test_the_settings_tell_the_model_its_parts_and_what_can_be_chosen(
    server: Started, visit: Visiting
) -> None:
    tab = visit(f"{server.url}/#settings", locale="zh-CN", **PHONE)
    page = tab.page
    for title in ("外观", "回答", "模型", "用户", "设备", "对话", "文件内部"):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    parts = page.get_by_role("region", name="组件与许可证")
    expect(parts.get_by_role("row").nth(2)).to_be_visible()
    page.get_by_role("radio", name="深色").check()
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert findings(tab) == []
    licences = page.request.get(f"{server.url}/licences.txt")
    assert "katex" in licences.text()


def test_at_a_glance_the_model_answers_and_is_stopped(server: Started, visit: Visiting) -> None:
    tab = visit(f"{server.url}/glance", viewport=GLASSES)
    tab.page.keyboard.type("Write a long story about a river.")
    tab.page.keyboard.press("Enter")
    text = tab.page.locator("#text")
    expect(text).not_to_have_text(re.compile("^(One moment…)?$"))
    tab.page.keyboard.press("Escape")
    expect(tab.button("Ask")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") == GLASSES["width"]
    assert findings(tab) == []


def test_the_first_load_is_light_guarded_and_opens_without_a_network(
    server: Started, visit: Visiting
) -> None:
    tab = visit(server.url, **PHONE)
    tab.wait_ready()
    assert 0 < tab.evaluate(FIRST_LOAD) < MOST_AT_FIRST
    page = tab.page.request.get(f"{server.url}/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    script = re.search(r'src="(/?assets/[^"]+\.js)"', page.text())
    assert script is not None
    headers = tab.page.request.get(f"{server.url}/{script[1].lstrip('/')}").headers
    assert "immutable" in headers["cache-control"]
    assert headers["content-encoding"] in ("br", "gzip")
    tab.evaluate(
        "navigator.serviceWorker.register('sw.js').then(() => navigator.serviceWorker.ready)"
    )
    tab.page.wait_for_function("caches.match('/').then(kept => Boolean(kept))")
    tab.page.context.set_offline(True)
    tab.page.reload()
    expect(tab.page.get_by_text("cannot be reached")).to_be_visible()
    tab.forgive("ERR_")
