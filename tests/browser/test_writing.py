"""The message field: keys, input methods, drafts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scripted import Serve, Serving, answering
from tests.browser.visit import PHONE, Visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def echo(serve: Serve) -> Serving:
    return serve(answering("An answer."))


def test_enter_sends_and_shift_enter_begins_a_line(echo: Serving, visit: Visiting) -> None:
    tab = visit(echo.url)
    tab.wait_ready()
    tab.page.keyboard.type("one")
    tab.page.keyboard.press("Shift+Enter")
    tab.page.keyboard.type("two")
    expect(tab.questions).to_have_count(0)
    tab.page.keyboard.press("Enter")
    expect(tab.questions).to_have_text(["one\ntwo"])
    expect(tab.field).to_have_value("")
    expect(tab.field).to_be_focused()


def test_enter_that_chooses_a_word_of_an_input_method_does_not_send(
    echo: Serving, visit: Visiting
) -> None:
    tab = visit(echo.url)
    tab.wait_ready()
    keyboard = tab.page.context.new_cdp_session(tab.page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5}
    )
    tab.page.keyboard.press("Enter")
    expect(tab.questions).to_have_count(0)
    keyboard.send("Input.insertText", {"text": "你好"})
    expect(tab.questions).to_have_count(0)
    tab.page.keyboard.press("Enter")
    expect(tab.questions).to_have_text(["你好"])


def test_an_empty_message_is_not_sent(echo: Serving, visit: Visiting) -> None:
    tab = visit(echo.url)
    tab.ask("  \n ")
    expect(tab.questions).to_have_count(0)


def test_a_draft_and_the_conversation_survive_a_reload(echo: Serving, visit: Visiting) -> None:
    tab = visit(echo.url)
    tab.ask("before")
    tab.wait_answered()
    tab.field.fill("half a thought")
    tab.page.reload()
    expect(tab.field).to_have_value("half a thought")
    expect(tab.questions).to_have_text(["before"])
    expect(tab.answer).to_have_text("An answer.")


def test_the_chosen_language_is_remembered(echo: Serving, visit: Visiting) -> None:
    tab = visit(echo.url)
    tab.button("简体中文").click()
    expect(tab.field).to_have_attribute("placeholder", "想问什么都可以")
    tab.page.reload()
    expect(tab.button("English")).to_be_visible()
    assert tab.page.title() == "助手"


def test_an_example_asks_its_question(echo: Serving, visit: Visiting) -> None:
    tab = visit(echo.url)
    tab.wait_ready()
    example = tab.page.locator(".examples button").first
    question = example.text_content() or ""
    example.click()
    expect(tab.questions).to_have_text([question])


def test_on_a_phone_the_keyboard_does_not_cover_the_answer(echo: Serving, visit: Visiting) -> None:
    tab = visit(echo.url, **PHONE)
    expect(tab.field).not_to_be_focused()
    tab.ask("hello")
    expect(tab.answer).to_have_text("An answer.")
    expect(tab.field).not_to_be_focused()
