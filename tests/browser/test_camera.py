"""See and look up, on the built file: what the camera sees is read, and looked up in documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.shelf import REPORT, Shelf, written
from tests.browser.test_access import findings
from tests.browser.visit import PHONE, Visit, Visiting
from tests.frozen.pictures import picture
from tests.started import Started

pytestmark = [pytest.mark.browser, pytest.mark.frozen]

LENT = {"permissions": ["camera"]}
SCREENS = pytest.mark.parametrize("screen", [{}, PHONE], ids=["pc", "phone"])


class Finder:
    """The camera's view in one tab."""

    def __init__(self, tab: Visit) -> None:
        self.tab = tab
        self.page = tab.page
        tab.wait_ready()
        self.page.locator(".composer").get_by_role("link", name="See and look up").click()

    @property
    def boxes(self) -> Locator:
        """The lines that are drawn on the picture."""
        return self.page.locator(".scene .boxes polygon")

    @property
    def text(self) -> Locator:
        """What stands in it."""
        return self.page.locator(".results .read")

    def check_places(self, shown: str) -> None:
        """Every line lies on what is shown, where its letters are: in the upper left."""
        place = self.page.locator(f".scene {shown}").bounding_box()
        assert place is not None
        for line in self.boxes.all():
            box = line.bounding_box()
            assert box is not None
            assert place["x"] <= box["x"] <= place["x"] + place["width"] / 4
            assert place["y"] < box["y"] < place["y"] + place["height"] / 2

    def fits(self) -> bool:
        """Whether nothing is wider than the screen."""
        return bool(self.tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@SCREENS
def test_a_picture_is_taken_read_looked_up_and_asked_about(
    keeping: Started, visit: Visiting, tmp_path: Path, screen: dict[str, object]
) -> None:
    tab = visit(keeping.url, **LENT, **screen)
    shelf = Shelf(tab)
    shelf.open()
    shelf.add(written(tmp_path)[0])
    tab.page.get_by_role("link", name="Back to the chat").click()
    finder = Finder(tab)
    tab.button("Take a picture").click()
    expect(finder.boxes).to_have_count(2)
    finder.check_places("img")
    expect(finder.text).to_contain_text("Zebras eat grass")
    expect(shelf.passages.first).to_contain_text(REPORT)
    assert finder.fits()
    assert findings(tab) == []
    shelf.open_passage()
    assert "Zebras" in shelf.highlighted
    tab.page.go_back()
    expect(finder.boxes).to_have_count(2)
    tab.page.get_by_role("textbox", name="Ask about this picture").fill("What do they eat?")
    tab.page.keyboard.press("Enter")
    expect(tab.questions).to_have_text(["What do they eat?"])
    expect(tab.page.locator(".asked img")).to_be_visible()
    expect(shelf.passages.first).to_contain_text(REPORT)
    tab.read_a_little()


@SCREENS
def test_whatever_the_camera_sees_is_read_continuously(
    keeping: Started, visit: Visiting, screen: dict[str, object]
) -> None:
    finder = Finder(visit(keeping.url, **LENT, **screen))
    toggle = finder.tab.button("Continuous")
    toggle.click()
    expect(finder.boxes).to_have_count(2)
    finder.check_places("video")
    expect(finder.text).to_contain_text("standing up")
    toggle.click()
    expect(finder.boxes).to_have_count(0)
    finder.page.get_by_role("link", name="Back to the chat").click()
    expect(finder.page.locator("video")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "screen", "reason"),
    [("127.0.0.1", {}, "may not use the camera"), ("0.0.0.0", PHONE, "Over plain HTTP")],
    ids=["refused on a pc", "plain HTTP on a phone"],
)
def test_without_a_camera_a_picture_is_picked(
    keeping: Started,
    visit: Visiting,
    tmp_path: Path,
    name: str,
    screen: dict[str, object],
    reason: str,
) -> None:
    finder = Finder(visit(keeping.url.replace("127.0.0.1", name), **screen))
    expect(finder.page.get_by_text(reason)).to_be_visible()
    leads = finder.page.get_by_role("link", name="Open the secure address")
    expect(leads).to_have_count(1 if "HTTP" in reason else 0)
    assert findings(finder.tab) == []
    file = tmp_path / "sign.png"
    file.write_bytes(picture("Closed on Mondays"))
    finder.page.locator(".camera").get_by_label("Choose a picture").last.set_input_files(file)
    expect(finder.text).to_contain_text("Mondays")
    finder.check_places("img")
    blank = tmp_path / "blank.png"
    blank.write_bytes(picture(" "))
    finder.page.locator(".camera").get_by_label("Choose a picture").last.set_input_files(blank)
    expect(finder.page.get_by_text("No text was found in it.")).to_be_visible()
    finder.page.get_by_role("button", name="Ask in the chat").click()
    expect(finder.page.locator(".picked img")).to_be_visible()
