"""What the page says, and lets one do, while the assistant cannot answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.engine.engine import Engine
from tests.browser.scripted import Loading, Serve, answering
from tests.browser.visit import PATIENCE_MS, Visiting
from tests.fakes.llama import ScriptedLlama

pytestmark = pytest.mark.browser


def test_while_the_model_loads_there_is_a_bar_and_one_can_write(
    serve: Serve, visit: Visiting
) -> None:
    load = Loading(0.25, ScriptedLlama(lambda prompt: "Ready now."))
    running = serve(Engine(load))
    tab = visit(running.url)
    bar = tab.page.get_by_role("progressbar", name="Loading the model…")
    expect(bar).to_have_attribute("value", "0.25")
    expect(tab.page.get_by_text("25%")).to_be_visible()
    tab.field.fill("early")
    tab.field.press("Enter")
    expect(tab.questions).to_have_count(0)
    load.finish()
    expect(bar).to_have_count(0)
    tab.field.press("Enter")
    expect(tab.answer).to_have_text("Ready now.")
    tab.forgive("503")


def test_a_key_is_asked_for_checked_and_kept_in_the_tab(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("Open."), api_key="sesame")
    tab = visit(running.url)
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_label("API key").fill("wrong")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not accepted")
    dialog.get_by_label("API key").fill("sesame")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_have_count(0)
    tab.ask("hello")
    expect(tab.answer).to_have_text("Open.")
    tab.page.reload()
    tab.ask("again")
    expect(tab.questions).to_have_count(2)
    assert "sesame" not in str(tab.evaluate("Object.values(localStorage)"))
    assert "sesame" not in tab.page.url
    tab.forgive("401")


def test_a_key_can_be_put_off(serve: Serve, visit: Visiting) -> None:
    running = serve(answering("Open."), api_key="sesame")
    tab = visit(running.url)
    tab.page.get_by_role("dialog").press("Escape")
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    tab.button("Enter the key").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    tab.forgive("401")


def test_when_the_server_is_gone_it_is_said_and_retried_when_it_is_back(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("Back again."))
    tab = visit(running.url)
    tab.wait_ready()
    tab.page.wait_for_load_state("networkidle")  # nothing on its way that would notice first
    running.stop()
    tab.ask("hello?")
    expect(tab.page.get_by_text("cannot be reached")).to_be_visible()
    expect(tab.page.get_by_text("This message was not answered.")).to_be_visible()
    running.start()
    expect(tab.page.get_by_text("cannot be reached")).to_have_count(0, timeout=PATIENCE_MS)
    tab.button("Try again").click()
    expect(tab.answer).to_have_text("Back again.")
    expect(tab.questions).to_have_count(1)
    tab.forgive("ERR_CONNECTION_REFUSED")


def test_an_answer_that_breaks_off_keeps_what_was_written_and_can_go_on(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("word " * 400, step_s=0.02))
    tab = visit(running.url)
    tab.ask("talk")
    tab.lengths_while_writing(enough=3)
    running.stop()
    expect(tab.page.get_by_text("Stopped.")).to_be_visible(timeout=PATIENCE_MS)
    running.start()
    expect(tab.answer).to_contain_text("word")
    tab.button("Continue").click()
    tab.lengths_while_writing(enough=2)
    tab.button("Stop").click()
    tab.wait_answered()
    tab.forgive("ERR_")


def test_a_message_that_does_not_fit_is_refused_in_the_pages_language_and_can_be_changed(
    serve: Serve,
    visit: Visiting,
) -> None:
    running = serve(answering(""))
    tab = visit(running.url)
    tab.button("简体中文").click()
    tab.ask("长" * 3000)
    expect(tab.page.locator(".answer .notice")).to_contain_text("上下文只能容纳")
    tab.button("修改消息").click()
    expect(tab.questions).to_have_count(0)
    expect(tab.field).to_have_value("长" * 3000)
    tab.forgive("400")
