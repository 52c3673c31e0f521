"""The page in Chromium: its weight at first, how soon one can type, how smoothly 500 turns scroll.

The built file serves it; Chromium is the system's, headless, without a graphics card. Processor
time is the page's own thread's, since without a screen frames wait for nothing.
"""

from __future__ import annotations

import json
import statistics
import sys
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from bench.servers import Server

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
PHONE = {"width": 390, "height": 844}
SLOWDOWN = 4
TURNS = 500
STEP_PX = 60  # in each frame: a quick flick
FRAMES = 240
AIMS = {"weight, kB": 200.0, "interactive, s": 1.0, "frame, ms": 16.0}

ANSWER = """Point {number} of the answer, in a **few** words of which some are `code`.

1. The first item says this.
2. The second one says that, at greater length, so that it goes on into the next line.

```python
def step(value: int) -> int:
    return value + {number}
```

| name | value |
|---|---|
| a | {number} |
"""
# When the message field is there, and when the page's thread was last busy for long; in ms.
WATCH = """
    window.busyUntil = 0;
    window.fieldAt = 0;
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) window.busyUntil = each.startTime + each.duration;
    }).observe({ type: "longtask", buffered: true });
    new MutationObserver((_, observer) => {
        if (!document.querySelector("textarea")) return;
        window.fieldAt = performance.now();
        observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
"""
SCROLL = """
    async ([step, frames]) => {
        const frame = document.querySelector(".frame");
        const times = [];
        let last = performance.now();
        for (let count = 0; count < frames; count++) {
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            times.push(now - last);
            last = now;
            frame.scrollTop -= step;
        }
        return times;
    }
"""


def measure(executable: Path, rounds: int) -> None:
    """Measure, and print the figures beside what they should be."""
    with TemporaryDirectory() as data:
        command = [str(executable), "--no-browser", "-t", "1", "--data", data]
        with Server("assistant", command) as server, sync_playwright() as playwright:
            server.wait_healthy()
            url = f"http://127.0.0.1:{server.port}"
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            figures = measured(browser, url, rounds)
            browser.close()
    report(figures)


def measured(browser: Browser, url: str, rounds: int) -> dict[str, float]:
    """All figures, by their names."""
    conversation = long_conversation(url)
    loads = [first_load(browser, url) for _ in range(rounds)]
    frames, busy = scrolled(browser, f"{url}/#chat?id={conversation}")
    return {
        "weight, kB": loads[0][0],
        "interactive, s": statistics.median(seconds for _, seconds in loads),
        "frame, ms": busy,
        "frame to frame, median, ms": statistics.median(frames),
        "frame to frame, 95%, ms": statistics.quantiles(frames, n=20)[-1],
    }


def report(figures: dict[str, float]) -> None:
    """Each figure, and its aim where it has one."""
    for name, figure in figures.items():
        aim = AIMS.get(name)
        print(f"{name:28}{figure:10.2f}" + (f"   aim {aim:g}" if aim else ""))


def first_load(browser: Browser, url: str) -> tuple[float, float]:
    """The bytes that came, in kB, and the seconds until one could type, on a slowed processor."""
    context = browser.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.add_init_script(WATCH)
    cdp = context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    received = _count_bytes(cdp)
    page.goto(url)
    expect(page.locator(".model")).not_to_be_empty()
    page.wait_for_timeout(1500)
    interactive_ms = page.evaluate("Math.max(window.fieldAt, window.busyUntil)")
    context.close()
    return sum(received) / 1e3, interactive_ms / 1e3


def scrolled(browser: Browser, url: str) -> tuple[list[float], float]:
    """Milliseconds from frame to frame while one scrolls up, and of work in each."""
    context = browser.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.goto(url)
    expect(page.locator(".turn").last).to_be_visible()
    page.wait_for_timeout(1500)
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable")
    before = _busy_s(cdp)
    frames: list[float] = page.evaluate(SCROLL, [STEP_PX, FRAMES])
    busy_ms = (_busy_s(cdp) - before) * 1e3 / len(frames)
    _check(page)
    context.close()
    return frames, busy_ms


def long_conversation(url: str) -> str:
    """Put a conversation of many turns there; returns its id."""
    messages = []
    for number in range(TURNS):
        messages.append({"role": "user", "content": f"Question {number}: what comes next?"})
        messages.append({"role": "assistant", "content": ANSWER.format(number=number)})
    body = json.dumps({"messages": messages, "title": "Long"}).encode()
    asked = urllib.request.Request(
        f"{url}/v1/import", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=60) as response:
        return str(json.load(response)["data"][0]["id"])


def _count_bytes(cdp: CDPSession) -> list[float]:
    """What each file of the page takes on its way, as they come."""
    received: list[float] = []
    ours: set[str] = set()

    def began(event: dict[str, Any]) -> None:
        if not any(each in event["request"]["url"] for each in ("/v1/", "/health", "data:")):
            ours.add(event["requestId"])

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in ours:
            received.append(event["encodedDataLength"])

    cdp.send("Network.enable")
    cdp.on("Network.requestWillBeSent", began)
    cdp.on("Network.loadingFinished", ended)
    return received


def _busy_s(cdp: CDPSession) -> float:
    """How long the page's thread has worked, in seconds."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def _check(page: Page) -> None:
    """It was the long conversation that scrolled, and it did."""
    turns = page.locator(".turn").count()
    left = page.locator(".frame").evaluate("e => e.scrollHeight - e.scrollTop - e.clientHeight")
    if turns != TURNS or left < STEP_PX * FRAMES / 2:
        raise SystemExit(f"{turns} turns, scrolled by {left:.0f} px: this measures nothing.")


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]))
