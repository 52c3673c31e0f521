"""Pictures of the page by the built file: `python -m tests.browser.screenshots`.

What else is named goes to the file: `-m model.gguf`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.chromium import camera, filmed, launched
from tests.browser.shelf import GRASS_IN_LINES, written
from tests.browser.visit import GLASSES, Visit
from tests.frozen.pictures import picture as drawn
from tests.started import Started, environment

ROOT = Path(__file__).parents[2]
ANSWERED_MS = 600_000  # the larger model on a slow machine
SETTLED_MS = 400
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS: dict[str, ViewportSize] = {
    "pc": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who uses the page in one language."""

    locale: str
    question: str
    about_documents: str
    documents: str  # what the page calls them, and other things
    settings: str
    conversations: str
    camera: str
    shutter: str


SPEAKERS = {
    "en": Speaker(
        "en-US",
        "In two short points: how does a hash table work? Then show three lines of Python.",
        "What do zebras eat, and how fast do they run?",
        *("Documents", "Settings", "Show conversations", "See and look up", "Take a picture"),
    ),
    "zh": Speaker(
        "zh-CN",
        "用两个要点说明哈希表的原理，再给出三行 Python 示例。",
        "月租金和押金是多少？",
        *("文档", "设置", "显示对话列表", "拍照查找", "拍照"),
    ),
}


def main() -> None:
    """Writes every picture into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--executable", type=Path, default=ROOT / "dist" / "assistant")
    parser.add_argument("--folder", type=Path, default=ROOT / "screenshots")
    wanted, more = parser.parse_known_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as kept,
        serving([wanted.executable, *more]) as server,
        sync_playwright() as playwright,
    ):
        sheet = drawn(GRASS_IN_LINES, size=(1280, 720))
        browser = launched(playwright, *camera(filmed(sheet, Path(kept) / "sheet.mjpeg")))
        for name, speaker in SPEAKERS.items():
            photograph(browser, server.url, name, speaker, wanted.folder)
            photograph_documents(browser, server.url, name, speaker, wanted.folder)
            photograph_camera(browser, server.url, name, speaker, wanted.folder)
            photograph_rest(browser, server.url, name, speaker, wanted.folder)
        browser.close()


@contextmanager
def serving(command: Sequence[str | Path]) -> Iterator[Started]:
    """The executable with a home of its own, ready."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Started(command, environment(home), home / "printed.txt") as server:
            yield server.wait_ready()


def photograph(browser: Browser, url: str, name: str, speaker: Speaker, folder: Path) -> None:
    """The welcome and an answer to one speaker, on each screen, light and dark."""
    visit = Visit(browser.new_context(locale=speaker.locale, device_scale_factor=2), url)
    visit.wait_ready()
    take(visit, folder, f"welcome-{name}")
    visit.ask(speaker.question)
    visit.wait_answered(ANSWERED_MS)
    visit.button("Speed" if name == "en" else "速度").click()
    take(visit, folder, f"answer-{name}")
    visit.page.context.close()


def photograph_documents(
    browser: Browser, url: str, name: str, speaker: Speaker, folder: Path
) -> None:
    """The documents, an answer from them, and a passage in its document."""
    visit = Visit(browser.new_context(locale=speaker.locale, device_scale_factor=2), url)
    page = visit.page
    page.get_by_role("link", name=speaker.documents).click()
    with tempfile.TemporaryDirectory() as kept:
        page.locator(".documents input[type=file]").set_input_files(
            list(map(str, written(Path(kept))))
        )
        page.locator(".document").nth(1).wait_for(timeout=ANSWERED_MS)
        expect(page.locator(".job")).to_have_count(0, timeout=ANSWERED_MS)
    page.locator(".document .fold").first.click()
    take(visit, folder, f"documents-{name}")
    page.locator(".head a").click()
    page.get_by_role("button", name=speaker.documents, exact=True).click()
    visit.ask(speaker.about_documents)
    visit.wait_answered(ANSWERED_MS)
    take(visit, folder, f"sources-{name}")
    page.locator(".passage summary").first.click()
    page.locator(".passage > a").first.click()
    page.locator(".viewer mark").first.wait_for()
    take(visit, folder, f"viewer-{name}")
    page.context.close()


def photograph_camera(
    browser: Browser, url: str, name: str, speaker: Speaker, folder: Path
) -> None:
    """What the camera sees, and a picture with what is found for it."""
    lent = browser.new_context(locale=speaker.locale, device_scale_factor=2, permissions=["camera"])
    visit = Visit(lent, url)
    visit.wait_ready()
    visit.page.get_by_role("link", name=speaker.camera).first.click()
    visit.page.locator("video").wait_for()
    visit.page.wait_for_timeout(SETTLED_MS)
    take(visit, folder, f"camera-{name}")
    visit.button(speaker.shutter).click()
    visit.page.locator(".passage").first.wait_for()
    take(visit, folder, f"picture-{name}")
    visit.page.context.close()


def photograph_rest(browser: Browser, url: str, name: str, speaker: Speaker, folder: Path) -> None:
    """The settings, the drawer of a phone, and what glasses show."""
    visit = Visit(browser.new_context(locale=speaker.locale, device_scale_factor=2), url)
    visit.wait_ready()
    visit.page.get_by_role("link", name=speaker.settings).click()
    visit.page.locator(".facts dd").first.wait_for()
    take(visit, folder, f"settings-{name}")
    visit.page.set_viewport_size({"width": 1280, "height": 3400})
    picture(visit, folder / f"settings-{name}-whole.png")
    visit.page.set_viewport_size(SCREENS["phone"])
    visit.button(speaker.conversations).click()
    visit.page.wait_for_timeout(SETTLED_MS)
    picture(visit, folder / f"conversations-{name}-phone-dark.png")
    visit.page.set_viewport_size(GLASSES)
    visit.page.goto(f"{url}/glance")
    visit.page.keyboard.type(speaker.question)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_timeout(2000)
    visit.page.keyboard.press("Escape")
    picture(visit, folder / f"glance-{name}.png")
    visit.page.context.close()


def take(visit: Visit, folder: Path, name: str) -> None:
    """One view on each screen, light and dark."""
    for (screen, size), scheme in product(SCREENS.items(), SCHEMES):
        visit.page.set_viewport_size(size)
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.locator(".frame").evaluate("frame => { frame.scrollTop = 0; }")
        visit.page.wait_for_timeout(SETTLED_MS)
        picture(visit, folder / f"{name}-{screen}-{scheme}.png")


def picture(visit: Visit, path: Path) -> None:
    """What is seen just now."""
    visit.page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    main()
