"""An answer as it is shown: Markdown, copying, scrolling, what a screen reader hears."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.scripted import Serve, answering
from tests.browser.visit import Visiting

pytestmark = pytest.mark.browser

MARKDOWN = """# Title

Some **bold** text, **重点：**内容。

```python
def double(x):
    return 2 * x
```

| a | b |
| - | - |
| 1 | 2 |
"""
HOSTILE = """<script>document.title = "taken"</script>
<img src="https://example.com/x.png" onerror="document.title = 'taken'">

![picture](https://example.com/y.png) [link](javascript:document.title='taken')

<style>body { display: none }</style>
"""
LINES = "\n\n".join(f"Line {n}." for n in range(60))


def test_markdown_is_drawn_and_code_is_coloured(serve: Serve, visit: Visiting) -> None:
    running = serve(answering(MARKDOWN))
    tab = visit(running.url)
    tab.ask("show me")
    tab.wait_answered()
    expect(tab.answer.get_by_role("heading", name="Title")).to_be_visible()
    assert tab.answer.locator("strong").all_text_contents() == ["bold", "重点："]
    assert tab.answer.locator("td").all_text_contents() == ["1", "2"]
    expect(tab.answer.locator(".hljs-keyword").first).to_have_text("def")


def test_code_and_answers_can_be_copied(serve: Serve, visit: Visiting) -> None:
    running = serve(answering(MARKDOWN))
    tab = visit(running.url, permissions=["clipboard-read", "clipboard-write"])
    tab.ask("show me")
    tab.wait_answered()
    tab.button("Copy code").click()
    expect(tab.answer.get_by_role("status")).to_have_text("Copied")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied == "def double(x):\n    return 2 * x"
    with tab.page.expect_download() as download:
        tab.button("Download code").click()
    assert Path(download.value.path()).read_text().strip() == copied
    assert download.value.suggested_filename.endswith(".py")
    tab.button("Copy answer").click()
    assert tab.evaluate("navigator.clipboard.readText()") == MARKDOWN


def test_what_a_model_writes_cannot_act(serve: Serve, visit: Visiting) -> None:
    running = serve(answering(HOSTILE))
    tab = visit(running.url)
    tab.ask("attack")
    tab.wait_answered()
    expect(tab.answer).to_contain_text("<script>")
    assert "taken" not in tab.page.title()
    assert tab.answer.locator("script, img, style, [onerror]").count() == 0
    assert tab.answer.locator("a").count() == 1


def test_the_end_stays_in_view_until_one_scrolls_away(serve: Serve, visit: Visiting) -> None:
    running = serve(answering(LINES, step_s=0.01))
    tab = visit(running.url, viewport={"width": 800, "height": 500})
    frame = tab.page.locator(".frame")
    left = "e => e.scrollHeight - e.scrollTop - e.clientHeight"
    tab.ask("count")
    expect(tab.answer).to_contain_text("Line 20.")
    assert frame.evaluate(left) < 60
    frame.hover()
    tab.page.mouse.wheel(0, -200)
    expect(tab.button("Jump to the latest")).to_be_visible()
    expect(tab.answer).to_contain_text("Line 35.")
    assert frame.evaluate(left) > 200
    tab.button("Jump to the latest").click()
    expect(tab.button("Jump to the latest")).to_have_count(0)
    tab.wait_answered()
    assert frame.evaluate(left) < 60


def test_a_screen_reader_hears_when_an_answer_begins_and_what_it_says(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("Short and clear.", step_s=0.05))
    tab = visit(running.url)
    tab.ask("hello")
    heard = tab.page.locator("#page > p[role=status]")
    expect(heard).to_have_text("The assistant is answering.")
    expect(heard).to_have_text("Answer: Short and clear.")


def test_another_answer_stands_beside_the_first(serve: Serve, visit: Visiting) -> None:
    answers = iter(["The first.", "The second."])
    running = serve(answering(lambda prompt: next(answers)))
    tab = visit(running.url)
    tab.ask("hello")
    expect(tab.answer).to_have_text("The first.")
    tab.button("Answer again").click()
    expect(tab.answer).to_have_text("The second.")
    expect(tab.questions).to_have_count(1)
    tab.button("Previous version").click()
    expect(tab.answer).to_have_text("The first.")
    tab.page.reload()
    expect(tab.answer).to_have_text("The first.")


def test_in_the_dark_the_page_is_dark(serve: Serve, visit: Visiting) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    running = serve(answering(""))
    assert visit(running.url).evaluate(ground) == "rgb(246, 247, 245)"
    assert visit(running.url, color_scheme="dark").evaluate(ground) == "rgb(18, 22, 20)"


MATHS = """The cost is $5 or $10, but $E = mc^2$ is energy.

$$\\frac{a}{b}$$

```mermaid
graph LR
  Key --> Bucket
```
"""


def test_formulas_and_diagrams_are_drawn_under_the_strict_policy(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering(MATHS))
    tab = visit(running.url)
    tab.ask("show me")
    tab.wait_answered()
    expect(tab.answer.locator(".katex")).to_have_count(2)
    expect(tab.answer).to_contain_text("$5 or $10")
    picture = tab.answer.locator(".diagram img")
    expect(picture).to_be_visible()
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 50
