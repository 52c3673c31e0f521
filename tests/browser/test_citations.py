"""Documents with an engine that answers what a test has written: citations, choices, troubles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.knowledge.library import Library
from tests.browser.scripted import Serve, Serving, answering
from tests.browser.shelf import ANSWER, DEPOSIT, GRASS, LEASE, REPORT, SPEED, Shelf, written
from tests.browser.test_access import findings
from tests.browser.visit import GLASSES, PHONE, Visiting
from tests.knowledge import files

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(serve: Serve, filled: Library) -> Serving:
    return serve(answering(ANSWER), library=filled)


def shelf_of(visit: Visiting, running: Serving, **options: object) -> Shelf:
    tab = visit(running.url, **options)
    tab.wait_ready()
    return Shelf(tab)


def test_each_sentence_that_a_document_bears_out_leads_to_its_place(
    asked: Serving, visit: Visiting
) -> None:
    shelf = shelf_of(visit, asked)
    shelf.open()
    shelf.use()
    shelf.tab.ask("What do zebras eat, and what are 月租金和押金?")
    shelf.tab.wait_answered()
    cited = shelf.tab.answer.locator(".reference a")
    expect(cited).to_have_count(2)
    expect(shelf.tab.answer.locator("li strong").first).to_have_text(GRASS)
    cited.first.click()
    expect(shelf.viewer.get_by_role("heading", name=REPORT)).to_be_focused()
    assert shelf.highlighted.replace(" ", "") == GRASS.rstrip(".").replace(" ", "")
    cited.last.click()
    expect(shelf.viewer.get_by_role("heading", name=LEASE)).to_be_focused()
    assert shelf.highlighted.strip() == DEPOSIT
    shelf.tab.page.get_by_role("button", name="Close the document").click()
    expect(shelf.viewer).to_have_count(0)
    shelf.tab.page.reload()
    expect(cited).to_have_count(2)


def test_only_the_chosen_documents_are_looked_into(asked: Serving, visit: Visiting) -> None:
    shelf = shelf_of(visit, asked)
    shelf.open()
    row = shelf.report(REPORT)
    row.get_by_role("button", name="Ask about it").click()
    expect(shelf.tab.field).to_be_focused()
    chosen = shelf.tab.page.get_by_role("button", name=f"Look into: {REPORT}")
    chosen.click()
    menu = shelf.tab.page.get_by_role("group", name="Look into")
    expect(menu.get_by_role("checkbox", name=REPORT)).to_be_checked()
    shelf.tab.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(chosen).to_be_focused()
    shelf.tab.ask("zebras eat grass; 月租金 押金")
    expect(shelf.passages.first).to_be_visible()
    expect(shelf.passages.filter(has_text=LEASE)).to_have_count(0)
    shelf.tab.wait_answered()
    phone = visit(shelf.page.url, **PHONE)  # what was chosen is known on every device
    expect(phone.button(f"Look into: {REPORT}")).to_be_visible()
    phone.button("Documents").tap()
    phone.button("Show conversations").tap()
    phone.page.get_by_role("dialog").get_by_role("link", name="New chat").tap()
    expect(phone.button("Documents")).to_have_attribute("aria-pressed", "false")
    shelf.page.reload()
    expect(shelf.passages.first).to_be_visible()
    toggle = shelf.tab.button("Documents")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    chosen.click()
    menu.get_by_role("radio", name="All documents").check()
    shelf.tab.page.keyboard.press("Escape")
    shelf.tab.ask("zebras eat grass; 月租金 押金")
    expect(shelf.passages.filter(has_text=LEASE).first).to_be_visible()


def test_without_the_toggle_a_question_looks_into_no_documents(
    asked: Serving, visit: Visiting
) -> None:
    shelf = shelf_of(visit, asked)
    shelf.tab.ask("What do zebras eat?")
    shelf.tab.wait_answered()
    expect(shelf.passages).to_have_count(0)


def test_at_a_glance_answers_name_their_documents_where_that_is_switched_on(
    asked: Serving, visit: Visiting
) -> None:
    tab = visit(f"{asked.url}/glance", viewport=GLASSES)
    toggle, sources = tab.button("Documents"), tab.page.locator("#sources")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    tab.page.keyboard.type("Hello?")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#text")).to_contain_text("That is all.")
    expect(sources).to_be_empty()
    tab.page.keyboard.press("ArrowRight")
    expect(toggle).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    tab.page.reload()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    tab.page.keyboard.type("What do zebras eat?")
    tab.page.keyboard.press("Enter")
    expect(sources).to_have_text(f"From: {REPORT}, p. 1")
    expect(tab.page.locator("#text")).to_contain_text("That is all.")
    assert findings(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == GLASSES["width"]


def test_what_cannot_be_read_says_why_in_the_pages_language(
    serve: Serve, library: Library, visit: Visiting, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 broken")
    shelf = shelf_of(visit, serve(answering(""), library=library))
    shelf.tab.button("简体中文").click()
    shelf.page.get_by_role("link", name="文档").click()
    shelf.page.locator(".documents input[type=file]").set_input_files(str(broken))
    failed = shelf.page.get_by_role("region", name="出了问题")
    expect(failed).to_contain_text("文件已损坏或不完整")
    failed.get_by_role("button", name="不再显示 broken.pdf").click()
    expect(failed).to_have_count(0)
    expect(shelf.row("broken.pdf")).to_contain_text("1 个问题")


def test_a_folder_is_added_by_its_path_and_followed(
    serve: Serve, library: Library, visit: Visiting, tmp_path: Path
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    (folder / "first.txt").write_text(GRASS)
    shelf = shelf_of(visit, serve(answering(""), library=library))
    shelf.open()
    shelf.tab.button("From a folder").click()
    dialog = shelf.page.get_by_role("dialog", name="From a folder")
    field = dialog.get_by_label("File or folder on the assistant's computer")
    field.fill(str(tmp_path / "nowhere"))
    dialog.get_by_label("Tags").fill("animals")
    dialog.get_by_label(re.compile("Watch the folder")).check()
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no file or folder")
    field.fill(str(folder))
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_have_count(0)
    expect(shelf.row("first.txt").locator(".chips")).to_have_text("#animals")
    (folder / "second.txt").write_text(SPEED)
    expect(shelf.row("second.txt")).to_be_visible()
    shelf.tab.forgive("400")


def test_a_pasted_text_is_a_document_and_a_private_address_is_refused(
    serve: Serve, library: Library, visit: Visiting
) -> None:
    running = serve(answering(""), library=library)
    shelf = shelf_of(visit, running)
    shelf.open()
    shelf.tab.button("Paste text").click()
    dialog = shelf.page.get_by_role("dialog", name="Paste text")
    dialog.get_by_label("Text").fill(GRASS)
    dialog.get_by_label("Name").fill("Zebras")
    dialog.get_by_role("button", name="Add").click()
    expect(shelf.row("Zebras")).to_be_visible()
    shelf.tab.button("From the web").click()
    shelf.page.get_by_role("dialog").get_by_label("Web address").fill(running.url)
    shelf.page.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect(shelf.page.locator(".job.trouble")).to_contain_text("private")


def test_a_document_is_dropped_anywhere_on_the_view(
    serve: Serve, library: Library, visit: Visiting
) -> None:
    shelf = shelf_of(visit, serve(answering(""), library=library))
    shelf.open()
    expect(shelf.page.get_by_text("Ask your own documents")).to_be_visible()
    dropped = shelf.page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["Dropped zebras"], "dropped.txt", { type: "text/plain" }));
            return data;
        }"""
    )
    view = shelf.page.locator("main.documents")
    view.dispatch_event("dragenter", {"dataTransfer": dropped})
    expect(shelf.page.get_by_text("Drop to add")).to_be_visible()
    view.dispatch_event("drop", {"dataTransfer": dropped})
    expect(shelf.row("dropped.txt")).to_be_visible()
    expect(shelf.page.get_by_text("Drop to add")).to_have_count(0)


def test_with_a_key_documents_are_sent_and_opened_too(
    serve: Serve, library: Library, visit: Visiting, tmp_path: Path
) -> None:
    running = serve(answering(""), api_key="sesame", library=library)
    tab = visit(running.url)
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_label("API key").fill("sesame")
    dialog.get_by_role("button", name="Continue").click()
    tab.wait_ready()
    shelf = Shelf(tab)
    shelf.open()
    shelf.add(written(tmp_path)[0])
    shelf.row(REPORT).get_by_role("link", name=REPORT).click()
    expect(shelf.viewer.locator(".textLayer").first).to_contain_text(GRASS)
    with tab.page.expect_download() as download:
        shelf.viewer.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_bytes() == written(tmp_path)[0].read_bytes()
    assert "sesame" not in tab.page.url
    tab.forgive("401")


def test_a_pdf_is_turned_over_and_enlarged(
    serve: Serve, library: Library, visit: Visiting, tmp_path: Path
) -> None:
    long = tmp_path / "long.pdf"
    long.write_bytes(files.pdf([[(12, f"This is leaf {n}")] for n in range(1, 41)]))
    shelf = shelf_of(visit, serve(answering(""), library=library))
    shelf.open()
    shelf.add(long)
    shelf.row(long.name).get_by_role("link").click()
    number = shelf.viewer.get_by_role("spinbutton", name="Page")
    expect(shelf.viewer.get_by_text("of 40")).to_be_visible()
    number.fill("30")
    number.press("Enter")
    expect(shelf.viewer.locator("[data-page='30'] .textLayer")).to_contain_text("This is leaf 30")
    expect(number).to_have_value("30")
    # Pages out of sight are not kept drawn.
    expect(shelf.viewer.locator("[data-page='1'] .textLayer")).to_be_empty()
    paper = shelf.viewer.locator("[data-page='30'] .paper")
    width = paper.evaluate("paper => paper.clientWidth")
    shelf.viewer.get_by_role("button", name="Larger").click()
    expect(paper).not_to_have_css("width", f"{width}px")
    expect(shelf.viewer.locator("[data-page='30'] .textLayer")).to_contain_text("leaf 30")


def test_a_document_that_is_gone_says_so(serve: Serve, library: Library, visit: Visiting) -> None:
    running = serve(answering(""), library=library)
    tab = visit(f"{running.url}/#chat?document=doc-gone&page=3&from=0&to=10")
    expect(tab.page.get_by_text("This document is no longer here.")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(".viewer")).to_have_count(0)
    tab.forgive("404")


def test_where_no_documents_are_kept_nothing_speaks_of_them(serve: Serve, visit: Visiting) -> None:
    tab = visit(f"{serve(answering('')).url}/#documents")
    tab.wait_ready()
    expect(tab.page.get_by_role("link", name="Documents")).to_have_count(0)
    expect(tab.field).to_be_visible()
