"""A person with documents at the page, and what they have: a report in two pages, a lease."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.visit import PATIENCE_MS, Visit
from tests.knowledge import files

REPORT = "zebras.pdf"
GRASS = "Zebras eat grass and sleep standing up in the shade of acacia trees."
GRASS_IN_LINES = "Zebras eat grass\nand sleep standing up"
SPEED = "A zebra can run at 65 kilometres per hour when a lion is near."
LEASE = "租房合同.txt"
DEPOSIT = "第三条 月租金为人民币6800元，押金为两个月租金，共计13600元。"
LEASE_TEXT = f"房屋租赁合同\n\n第二条 租赁期限为两年，自三月一日起。\n\n{DEPOSIT}\n"

# What a model might write with both before it.
ANSWER = f"The file says:\n\n- **{GRASS}**\n- {DEPOSIT}\n\nThat is all.\n"
# Tells how the rows of what is being added looked, however quickly they went by.
WATCH_ARRIVING = """
    window.seen = [];
    new MutationObserver(() => {
        for (const row of document.querySelectorAll(".job")) {
            if (row.querySelector("progress")) window.seen.push(row.textContent);
        }
    }).observe(document.body, { childList: true, subtree: true });
"""
# Tells what was written of the answer when the first passage was there.
WATCH_PASSAGES = """
    window.writtenBefore = null;
    new MutationObserver(() => {
        if (window.writtenBefore !== null || !document.querySelector(".passage")) return;
        window.writtenBefore = document.querySelector(".answer .markdown").textContent;
    }).observe(document.body, { childList: true, subtree: true });
"""


def written(folder: Path) -> list[Path]:
    """Both documents as files."""
    report, lease = folder / REPORT, folder / LEASE
    report.write_bytes(files.pdf([[(24, "Animals"), (12, GRASS)], [(12, SPEED)]]))
    lease.write_text(LEASE_TEXT, encoding="utf-8")
    return [report, lease]


class Shelf:
    """The documents in one tab."""

    def __init__(self, tab: Visit) -> None:
        self.tab = tab
        self.page = tab.page

    def open(self) -> None:
        """Goes to the documents; on a phone, the way leads through the drawer."""
        link, drawer = self.page.get_by_role("link", name="Documents"), "Show conversations"
        expect(link.or_(self.tab.button(drawer))).to_be_visible()
        if not link.is_visible():
            self.tab.button(drawer).click()
        link.click()
        expect(self.page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()

    def add(self, *paths: Path) -> None:
        """Picks files, and waits until each is listed: it can be found by its words then."""
        self.page.locator(".documents input[type=file]").set_input_files(
            [str(path) for path in paths]
        )
        for path in paths:
            expect(self.row(path.name)).to_be_visible(timeout=PATIENCE_MS)

    @property
    def rows(self) -> Locator:
        """The documents in the list."""
        return self.page.locator(".document")

    def row(self, name: str) -> Locator:
        """One document in the list."""
        return self.rows.filter(has_text=name)

    def report(self, name: str) -> Locator:
        """Unfolds the report on a document."""
        row = self.row(name)
        row.get_by_role("button", name=f"Report on {name}").click()
        return row

    def use(self) -> None:
        """Returns to the chat; from now on questions look into the documents."""
        self.page.get_by_role("link", name="Back to the chat").click()
        toggle = self.page.get_by_role("button", name="Documents", exact=True)
        toggle.click()
        expect(toggle).to_have_attribute("aria-pressed", "true")

    @property
    def passages(self) -> Locator:
        """What was found for the last question."""
        return self.page.locator(".passage")

    @property
    def viewer(self) -> Locator:
        """The document that is open."""
        return self.page.locator(".viewer")

    def open_passage(self, index: int = 0) -> None:
        """Unfolds a passage and opens it in its document."""
        passage = self.passages.nth(index)
        passage.locator("summary").click()
        passage.get_by_role("link", name="Open in the document").click()
        expect(self.viewer).to_be_visible()

    @property
    def highlighted(self) -> str:
        """The text that is marked in the open document, once there is some."""
        marks = self.viewer.locator("mark")
        expect(marks.first).to_be_visible(timeout=PATIENCE_MS)
        return "".join(marks.all_text_contents())
