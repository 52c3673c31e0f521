"""What a person does first, on the built file with a real model in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visit import PHONE, Visiting
from tests.started import Started

pytestmark = [pytest.mark.browser, pytest.mark.frozen]

LONG = "Write a long story about a river that meets the sea."


def test_a_question_is_answered_while_one_watches(server: Started, visit: Visiting) -> None:
    tab = visit(server.url)
    tab.ask(LONG)
    lengths = tab.lengths_while_writing(enough=4)
    assert len(lengths) == 4
    expect(tab.button("Stop")).to_be_visible()
    tab.button("Stop").click()
    tab.wait_answered()


def test_an_answer_ends_by_itself_and_tells_its_speed(server: Started, visit: Visiting) -> None:
    tab = visit(server.url)
    tab.ask("Answer with one word: what is the capital of France?")
    tab.wait_answered(patience_ms=180_000)
    expect(tab.answer).not_to_be_empty()
    tab.button("Speed").click()
    expect(tab.page.get_by_text("tokens/s")).to_be_visible()


def test_a_stopped_answer_grows_no_more_and_the_next_question_is_answered(
    server: Started, visit: Visiting
) -> None:
    tab = visit(server.url)
    tab.ask(LONG)
    tab.lengths_while_writing(enough=2)
    tab.page.keyboard.press("Escape")
    tab.wait_answered()
    expect(tab.page.get_by_text("Stopped.")).to_be_visible()
    text = tab.answer.text_content()
    tab.page.wait_for_timeout(700)
    assert tab.answer.text_content() == text
    tab.ask("Say hello.")
    tab.read_a_little()


def test_a_conversation_is_found_again(server: Started, visit: Visiting) -> None:
    tab = visit(server.url)
    tab.ask("Say hello to Wilhelmina.")
    tab.read_a_little()
    tab.page.get_by_role("link", name="New chat").click()
    expect(tab.questions).to_have_count(0)
    expect(tab.field).to_be_focused()
    tab.page.get_by_role("searchbox", name="Search conversations").fill("wilhelmina")
    tab.page.get_by_role("link", name="Say hello to Wilhelmina.").click()
    expect(tab.questions).to_have_text(["Say hello to Wilhelmina."])


def test_a_chinese_browser_gets_a_chinese_page(server: Started, visit: Visiting) -> None:
    tab = visit(server.url, locale="zh-CN")
    expect(tab.page.get_by_role("heading", name="有什么可以帮你？")).to_be_visible()
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"
    tab.ask("你好")
    tab.read_a_little()


def test_on_a_phone_nothing_is_wider_than_the_screen(server: Started, visit: Visiting) -> None:
    tab = visit(server.url, **PHONE)
    tab.ask("Say hello.")
    tab.read_a_little()
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    for name in ("Send", "Show conversations", "Copy answer"):
        box = tab.button(name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40
