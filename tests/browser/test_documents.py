"""One's own documents, on the built file: they come in, are asked, are opened, and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.shelf import (
    GRASS,
    LEASE,
    REPORT,
    SPEED,
    WATCH_ARRIVING,
    WATCH_PASSAGES,
    Shelf,
    written,
)
from tests.browser.visit import PHONE, Visit, Visiting
from tests.started import Started

pytestmark = [pytest.mark.browser, pytest.mark.frozen]

NARROW = {**PHONE, "viewport": {"width": 360, "height": 740}}


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    return written(tmp_path)


def shelf_of(visit: Visiting, server: Started, **options: object) -> Shelf:
    tab: Visit = visit(server.url, **options)
    tab.wait_ready()
    return Shelf(tab)


def test_documents_come_in_with_progress_and_tell_how_they_were_read(
    keeping: Started, visit: Visiting, documents: list[Path]
) -> None:
    shelf = shelf_of(visit, keeping)
    shelf.open()
    shelf.tab.evaluate(WATCH_ARRIVING)
    shelf.add(*documents)
    seen = " ".join(shelf.tab.evaluate("window.seen"))
    assert REPORT in seen
    assert LEASE in seen
    report = shelf.report(REPORT)
    expect(report).to_contain_text("PDF · 2 pages")
    expect(report.locator(".report")).to_contain_text("2 pages, ")
    expect(shelf.report(LEASE).locator(".report")).to_contain_text("characters.")


def test_a_question_shows_its_passages_before_the_answer_and_each_opens_at_its_place(
    keeping: Started, visit: Visiting, documents: list[Path]
) -> None:
    shelf = shelf_of(visit, keeping)
    shelf.open()
    shelf.add(*documents)
    shelf.use()
    shelf.tab.evaluate(WATCH_PASSAGES)
    shelf.tab.ask("What do zebras eat, and where do they sleep?")
    passage = shelf.passages.first
    expect(passage).to_contain_text(REPORT)
    assert "Zebras" in passage.locator(".snippet mark").all_text_contents()
    assert shelf.tab.evaluate("window.writtenBefore") == ""
    shelf.open_passage()
    expect(shelf.viewer.locator(".sheet")).to_have_count(2)
    assert GRASS.replace(" ", "")[:30] in shelf.highlighted.replace(" ", "")
    shelf.tab.page.keyboard.press("Escape")
    expect(shelf.viewer).to_have_count(0)
    expect(passage.get_by_role("link", name="Open in the document")).to_be_focused()


def test_chinese_text_is_asked_in_chinese_and_opened_at_its_passage(
    keeping: Started, visit: Visiting, documents: list[Path]
) -> None:
    shelf = shelf_of(visit, keeping)
    shelf.open()
    shelf.add(*documents)
    shelf.use()
    shelf.tab.ask("月租金和押金是多少？")
    passage = shelf.passages.filter(has_text=LEASE).first
    expect(passage.locator(".snippet mark").filter(has_text="租金").first).to_be_visible()
    passage.locator("summary").click()
    passage.get_by_role("link", name="Open in the document").click()
    assert "押金为两个月租金" in shelf.highlighted


def test_names_and_texts_are_searched(
    keeping: Started, visit: Visiting, documents: list[Path]
) -> None:
    shelf = shelf_of(visit, keeping)
    shelf.open()
    shelf.add(*documents)
    search = shelf.tab.page.get_by_role("searchbox", name="Search names and texts")
    search.fill("zebras")
    expect(shelf.rows).to_have_count(1)
    search.fill("65 kilometres")
    expect(shelf.rows).to_have_count(0)
    expect(shelf.passages.first).to_contain_text(SPEED[:20])


def test_a_document_is_labelled_filtered_and_deleted_for_good(
    keeping: Started, visit: Visiting, tmp_path: Path
) -> None:
    other = tmp_path / "gone soon.txt"
    other.write_text("Penguins cannot fly, but they swim well.")
    shelf = shelf_of(visit, keeping)
    shelf.open()
    shelf.add(other, *written(tmp_path))
    row = shelf.report(other.name)
    row.get_by_label("Tags").fill("birds, sea")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".chips li")).to_have_text(["#birds", "#sea"])
    shelf.tab.page.get_by_role("combobox", name="All tags").select_option("birds")
    expect(shelf.rows).to_have_count(1)
    row.get_by_role("button", name="Delete").click()
    row.get_by_role("button", name="Keep").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name="Delete").click()
    row.get_by_role("group", name="Delete it for good?").get_by_role("button").first.click()
    expect(shelf.row(other.name)).to_have_count(0)
    shelf.tab.page.reload()
    expect(shelf.row(REPORT)).to_be_visible()
    expect(shelf.row(other.name)).to_have_count(0)
    found = keeping.post("/v1/search", {"query": "penguins swim"})
    assert other.name not in [passage["name"] for passage in found["data"]]


def test_on_a_phone_everything_fits_and_the_document_covers_the_chat(
    keeping: Started, visit: Visiting, documents: list[Path]
) -> None:
    shelf = shelf_of(visit, keeping, **NARROW)
    shelf.open()
    shelf.add(*documents)
    shelf.report(REPORT)
    width = "document.documentElement.scrollWidth"
    assert shelf.tab.evaluate(width) == 360
    shelf.use()
    shelf.tab.ask("What do zebras eat?")
    expect(shelf.passages.first).to_be_visible()
    assert shelf.tab.evaluate(width) == 360
    shelf.open_passage()
    expect(shelf.viewer).to_have_attribute("role", "dialog")
    assert shelf.viewer.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert "Zebras" in shelf.highlighted
    expect(shelf.tab.page.locator(".desk")).to_have_attribute("inert", "")
    shelf.tab.page.go_back()
    expect(shelf.viewer).to_have_count(0)
