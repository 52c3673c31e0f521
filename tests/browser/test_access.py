"""What axe finds in each view: nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.engine.engine import Engine
from app.knowledge.library import Library
from tests.browser.scripted import PAGE, Loading, Serve, answering
from tests.browser.shelf import ANSWER, LEASE, REPORT, Shelf
from tests.browser.test_reading import MARKDOWN
from tests.browser.visit import PHONE, Visit, Visiting
from tests.fakes.llama import ScriptedLlama
from tests.requirements import missing

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("scheme", ["light", "dark"])]

AXE = PAGE.parent / "node_modules" / "axe-core" / "axe.min.js"


def findings(tab: Visit) -> list[str]:
    """What is wrong with the view, each with the first place where it is."""
    if not AXE.is_file():
        missing("axe-core is not installed: npm ci in web/")
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    violations = tab.evaluate("axe.run().then(({ violations }) => violations)")
    return [f"{each['help']}: {each['nodes'][0]['html']}" for each in violations]


def test_the_welcome_and_an_answer(serve: Serve, visit: Visiting, scheme: str) -> None:
    running = serve(answering(MARKDOWN + "\n- [x] done\n\n> quoted\n"))
    tab = visit(running.url, color_scheme=scheme)
    tab.wait_ready()
    assert findings(tab) == []
    tab.ask("show me")
    tab.wait_answered()
    tab.button("Speed").click()
    expect(tab.answer.locator(".hljs-keyword").first).to_be_visible()
    assert findings(tab) == []


def test_the_loading_bar(serve: Serve, visit: Visiting, scheme: str) -> None:
    load = Loading(0.5, ScriptedLlama())
    running = serve(Engine(load))
    tab = visit(running.url, color_scheme=scheme)
    expect(tab.page.get_by_role("progressbar")).to_be_visible()
    assert findings(tab) == []
    load.finish()
    tab.forgive("503")


def test_the_question_for_a_key(serve: Serve, visit: Visiting, scheme: str) -> None:
    running = serve(answering(""), api_key="sesame")
    tab = visit(running.url, color_scheme=scheme)
    tab.page.get_by_role("textbox", name="API key").fill("wrong")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
    assert findings(tab) == []
    tab.forgive("401")


def test_the_conversations_and_the_settings(serve: Serve, visit: Visiting, scheme: str) -> None:
    running = serve(answering("An answer."))
    tab = visit(running.url, color_scheme=scheme)
    tab.ask("show me")
    tab.wait_answered()
    tab.button("Answer again").click()
    tab.wait_answered()
    tab.page.get_by_role("searchbox", name="Search conversations").fill("answer")
    expect(tab.page.locator(".excerpt mark")).to_be_visible()
    tab.page.locator(".chat-row .icon").click()
    expect(tab.page.get_by_role("menu")).to_be_visible()
    assert findings(tab) == []
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("link", name="Settings").click()
    tab.page.get_by_role("radio", name="By hand").check()
    expect(tab.page.get_by_text("/home/me/assistant-data")).to_be_visible()
    assert findings(tab) == []
    tab.page.keyboard.press("?")
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    assert findings(tab) == []


def test_the_drawer_of_a_phone_and_the_glance(serve: Serve, visit: Visiting, scheme: str) -> None:
    running = serve(answering("An answer."))
    phone = visit(running.url, color_scheme=scheme, **PHONE)
    phone.wait_ready()
    phone.button("Show conversations").click()
    expect(phone.page.get_by_role("dialog")).to_be_visible()
    assert findings(phone) == []
    glance = visit(f"{running.url}/glance", color_scheme=scheme)
    assert findings(glance) == []


def test_the_documents(serve: Serve, visit: Visiting, filled: Library, scheme: str) -> None:
    running = serve(answering(""), library=filled)
    filled.add("broken.pdf", b"%PDF-1.4 broken")
    shelf = Shelf(visit(running.url, color_scheme=scheme))
    shelf.open()
    row = shelf.report(REPORT)
    row.get_by_label("Tags").fill("animals")
    row.get_by_role("button", name="Save").click()
    row.get_by_role("button", name="Delete").click()
    shelf.page.get_by_role("searchbox", name="Search names").fill("zebras")
    expect(shelf.passages.first).to_be_visible()
    assert findings(shelf.tab) == []
    shelf.tab.button("From a folder").click()
    expect(shelf.page.get_by_role("dialog")).to_be_visible()
    assert findings(shelf.tab) == []


def test_an_answer_from_documents_and_the_document_beside_it(
    serve: Serve, visit: Visiting, filled: Library, scheme: str
) -> None:
    running = serve(answering(ANSWER), library=filled)
    shelf = Shelf(visit(running.url, color_scheme=scheme))
    shelf.open()
    shelf.use()
    shelf.tab.ask("What do zebras eat, and what are 月租金和押金?")
    shelf.tab.wait_answered()
    cited = shelf.tab.answer.locator(".reference a")
    shelf.tab.button("Look into: All documents").click()
    assert findings(shelf.tab) == []
    for number, name in enumerate((REPORT, LEASE)):
        cited.nth(number).click()
        expect(shelf.viewer.get_by_role("heading", name=name)).to_be_focused()
        assert shelf.highlighted
        assert findings(shelf.tab) == []
