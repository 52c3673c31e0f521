"""Settings, keys, small screens, and being away: how the page behaves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scripted import Serve, answering
from tests.browser.visit import GLASSES, PATIENCE_MS, Visiting

pytestmark = pytest.mark.browser

# As a phone does it with what is shared with an installed page; tells what is opened next.
SHARE = """async () => {
    const form = new FormData();
    form.append("files", new File(["Zebras walk"], "笔记.txt", { type: "text/plain" }));
    return (await fetch("/share", { method: "POST", body: form })).url;
}"""
FEW_BYTES = 20_000


def test_at_a_glance_everything_is_done_without_a_pointer(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("word " * 200, step_s=0.002))
    tab = visit(f"{running.url}/glance", viewport=GLASSES)
    tab.page.keyboard.type("Tell me")
    tab.page.keyboard.press("Enter")
    text = tab.page.locator("#text")
    expect(text).to_contain_text("word word")
    tab.page.keyboard.press("Escape")
    expect(tab.button("Ask")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") == GLASSES["width"]
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert tab.evaluate(ground) == "rgb(0, 0, 0)"
    sent = tab.evaluate(
        "performance.getEntries().filter(each => !each.name.includes('/v1/'))"
        ".reduce((sum, each) => sum + (each.encodedBodySize ?? 0), 0)"
    )
    assert 0 < sent < FEW_BYTES
    # What was asked there is in the history.
    main = visit(running.url)
    expect(main.page.locator(".chat-row")).to_have_text(["Tell me"])


def test_the_page_opens_while_the_assistant_is_away(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("Back."))
    tab = visit(running.url)
    tab.wait_ready()
    tab.evaluate(
        "navigator.serviceWorker.register('sw.js').then(() => navigator.serviceWorker.ready)"
    )
    tab.page.wait_for_function("caches.match('/').then(kept => Boolean(kept))")
    running.stop()
    tab.page.reload()
    expect(tab.page.get_by_text("cannot be reached")).to_be_visible()
    running.start()
    expect(tab.page.get_by_text("cannot be reached")).to_have_count(0, timeout=PATIENCE_MS)
    tab.forgive("ERR_")


def test_settings_are_kept_and_count(serve: Serve, visit: Visiting) -> None:
    running = serve(answering(lambda prompt: "as told" if "Say as told." in prompt else "plain"))
    tab = visit(running.url)
    tab.page.get_by_role("link", name="Settings").click()
    tab.page.get_by_role("radio", name="Dark").check()
    tab.page.get_by_role("radio", name="Largest").check()
    tab.button("New persona").click()
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Parrot")
    dialog.get_by_label("What it should be like").fill("Say as told.")
    dialog.get_by_role("button", name="Save").click()
    expect(tab.page.get_by_role("radio", name="Parrot")).to_be_checked()
    expect(tab.page.get_by_text("/home/me/assistant-data")).to_be_visible()
    tab.page.get_by_role("link", name="Back to the chat").click()
    tab.ask("hello")
    expect(tab.answer).to_have_text("as told")
    tab.page.reload()
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert tab.evaluate(ground) == "rgb(18, 22, 20)"
    assert tab.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 21
    other = visit(running.url)  # the persona is the person's, wherever they are
    other.ask("hello")
    expect(other.answer).to_have_text("as told")


def test_keys_are_listed_and_work(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("Yes."))
    tab = visit(running.url)
    tab.ask("hello")
    tab.wait_answered()
    tab.page.locator(".frame").focus()
    tab.page.keyboard.press("?")
    expect(tab.page.get_by_role("dialog")).to_contain_text("Search conversations")
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+Shift+O")
    expect(tab.questions).to_have_count(0)
    tab.page.keyboard.press("Control+Shift+F")
    expect(tab.page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    tab.page.keyboard.press("Control+Shift+E")
    expect(tab.page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()


def test_the_first_steps_are_three_cards_that_can_be_put_away(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("Yes."))
    tab = visit(running.url)
    expect(tab.page.locator(".steps li")).to_have_count(3)
    expect(tab.page.locator(".examples button")).to_have_count(1)
    tab.button("Got it").click()
    expect(tab.page.locator(".steps")).to_have_count(0)
    tab.page.reload()
    expect(tab.page.locator(".examples button")).to_have_count(3)
    expect(tab.page.locator(".steps")).to_have_count(0)


def test_text_from_right_to_left_begins_at_the_right(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("مرحبا بالعالم"))
    tab = visit(running.url)
    tab.ask("مرحبا")
    tab.wait_answered()
    direction = "element => getComputedStyle(element).direction"
    assert tab.answer.locator("p").evaluate(direction) == "rtl"
    assert tab.questions.evaluate(direction) == "rtl"


def test_what_is_shared_with_the_page_can_be_asked_about(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("Yes."))
    tab = visit(f"{running.url}/?title=News&text=Zebras%20fly")
    expect(tab.field).to_have_value("News\nZebras fly")
    assert tab.page.url == f"{running.url}/"
    tab.evaluate(
        "navigator.serviceWorker.register('sw.js').then(() => navigator.serviceWorker.ready)"
    )
    tab.page.wait_for_function("navigator.serviceWorker.controller")
    opens = tab.evaluate(SHARE)
    tab.page.goto(opens)
    expect(tab.page.locator(".picked")).to_contain_text("笔记.txt")
    assert tab.page.url == f"{running.url}/"
    tab.page.reload()
    expect(tab.field).to_have_value("News\nZebras fly")
    expect(tab.page.locator(".picked")).to_have_count(0)
