"""What was said: kept, found, put in order, branched, and written on without a reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.conversations import pins
from tests.browser.scripted import Serve, answering
from tests.browser.test_access import findings
from tests.browser.visit import PHONE, Visiting

pytestmark = pytest.mark.browser

# Drops or pastes a file of that name.
GIVE = """([kind, target]) => {
    const data = new DataTransfer();
    data.items.add(new File(["Given"], `${kind}.txt`, { type: "text/plain" }));
    const more = { bubbles: true, cancelable: true };
    const event = kind === "drop"
        ? new DragEvent(kind, { ...more, dataTransfer: data })
        : new ClipboardEvent(kind, { ...more, clipboardData: data });
    document.querySelector(target).dispatchEvent(event);
}"""
ASKED = {"id": "q", "parent": None, "role": "user", "text": "What do they eat?"}
THOUGHTFUL = {
    "title": "Of zebras",
    "leaf": "a",
    "messages": [
        {**ASKED, "created": 1.0, "state": "done"},
        {
            **{"id": "a", "parent": "q", "role": "assistant", "text": "Grass."},
            **{"created": 2.0, "state": "done", "thinking": "They graze, so grass."},
            "calls": [{"name": "feed", "arguments": '{"grass": 1}'}],
        },
    ],
}


def test_an_answer_goes_on_when_the_tab_is_closed_and_is_there_on_another_device(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("word " * 60 + "end", step_s=0.01))
    tab = visit(running.url)
    tab.ask("Tell me a story")
    tab.lengths_while_writing(enough=2)
    tab.page.close()
    phone = visit(running.url, **PHONE)
    phone.button("Show conversations").click()
    phone.page.get_by_role("link", name="Tell me a story").click()
    expect(phone.questions).to_have_text(["Tell me a story"])
    expect(phone.answer).to_have_text("word " * 60 + "end")


def test_conversations_are_renamed_found_deleted_and_brought_back(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("押金为两个月租金。"))
    tab = visit(running.url)
    tab.ask("What does the lease say?")
    tab.wait_answered()
    row = tab.page.locator(".chat-row")
    row.get_by_role("button", name=re.compile("Actions")).click()
    tab.page.get_by_role("menuitem", name="Rename").click()
    tab.page.get_by_role("textbox", name="Rename").fill("The lease")
    tab.page.keyboard.press("Enter")
    expect(row).to_contain_text("The lease")
    search = tab.page.get_by_role("searchbox", name="Search conversations")
    search.fill("押金")
    expect(row.locator("mark")).to_have_text(["押金"])
    search.fill("zebra")
    expect(tab.page.get_by_text("Nothing was found.")).to_be_visible()
    search.fill("")
    row.get_by_role("button", name=re.compile("Actions")).click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(row).to_have_count(0)
    tab.button("Undo").click()
    expect(row).to_contain_text("The lease")


def test_a_question_that_is_changed_begins_a_branch(serve: Serve, visit: Visiting) -> None:
    running = serve(answering(lambda prompt: f"about {'lions' if 'lions' in prompt else 'zebras'}"))
    tab = visit(running.url)
    tab.ask("zebras?")
    tab.wait_answered()
    tab.button("Edit message").click()
    tab.page.get_by_role("textbox", name="Edit message").fill("lions?")
    tab.page.keyboard.press("Enter")
    expect(tab.answer).to_have_text("about lions")
    expect(tab.page.locator(".branches")).to_have_text("2/2")
    tab.button("Previous version").click()
    expect(tab.questions).to_have_text(["zebras?"])
    expect(tab.answer).to_have_text("about zebras")


def test_files_and_pictures_go_with_a_message(
    serve: Serve, visit: Visiting, tmp_path: Path
) -> None:
    running = serve(answering(lambda prompt: "read" if "purple zebra" in prompt else "not read"))
    tab = visit(running.url)
    notes = tmp_path / "notes.txt"
    notes.write_text("A purple zebra.", encoding="utf-8")
    tab.page.locator("input.attach").set_input_files(str(notes))
    expect(tab.page.locator(".picked")).to_contain_text("notes.txt")
    tab.ask("What does it say?")
    expect(tab.answer).to_have_text("read")
    tab.page.reload()
    expect(tab.page.locator(".asked .attachments")).to_contain_text("notes.txt")
    for kind, target in (("drop", ".talk"), ("paste", "textarea")):
        tab.page.evaluate(GIVE, [kind, target])
        expect(tab.page.locator(".picked")).to_contain_text(f"{kind}.txt")
    expect(tab.page.locator(".picked li")).to_have_count(2)


def test_thoughts_and_calls_are_folded_and_a_conversation_leaves_and_comes_back_as_a_file(
    serve: Serve, visit: Visiting, tmp_path: Path
) -> None:
    running = serve(answering("Yes."))
    tab = visit(running.url)
    address = f"{running.url}/v1/import"
    tab.page.request.post(address, data={"conversations": [THOUGHTFUL]})
    tab.page.reload()
    tab.page.get_by_role("link", name="Of zebras").click()
    expect(tab.answer).to_have_text("Grass.")
    call = tab.page.locator("details.workings").filter(has_text="Called feed")
    expect(tab.page.get_by_text("They graze")).to_be_hidden()
    tab.page.get_by_text("Thoughts").click()
    expect(tab.page.get_by_text("They graze")).to_be_visible()
    call.get_by_text("Called feed").click()
    expect(call.locator("pre")).to_have_text('{"grass": 1}')
    assert findings(tab) == []
    row = tab.page.locator(".chat-row")
    row.get_by_role("button", name=re.compile("Actions")).click()
    tab.page.get_by_role("menuitem", name="Pin").click()
    expect(tab.page.locator(".sidebar").get_by_text("Pinned")).to_be_visible()
    files = []
    for form in ("Markdown", "JSON"):
        row.get_by_role("button", name=re.compile("Actions")).click()
        with tab.page.expect_download() as download:
            tab.page.get_by_role("menuitem", name=f"Export as {form}").click()
        files.append(tmp_path / download.value.suggested_filename)
        download.value.save_as(files[-1])
    assert "## Assistant\n\nGrass." in files[0].read_text()
    tab.page.get_by_role("link", name="Settings").click()
    tab.page.get_by_label("Import").set_input_files([str(each) for each in files])
    expect(tab.page.get_by_text("2 conversations were imported.")).to_be_visible()
    expect(row).to_have_count(3)


def test_a_profile_behind_a_pin_is_opened_with_it(
    serve: Serve, visit: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "ROUNDS", 2)
    running = serve(answering("Yes."))
    tab = visit(running.url)
    tab.ask("Mine")
    tab.wait_answered()
    tab.button("Profile: Me").click()
    tab.page.get_by_role("menuitem", name="Add a person").click()
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Ada")
    dialog.get_by_label("PIN").fill("2468")
    dialog.get_by_role("button", name="Add").click()
    expect(tab.page.locator(".chat-row")).to_have_count(0)
    tab.ask("Hers")
    tab.wait_answered()
    other = visit(running.url)
    expect(other.page.locator(".chat-row")).to_have_text(["Mine"])
    other.button("Profile: Me").click()
    other.page.get_by_role("menuitem", name="Ada").click()
    dialog = other.page.get_by_role("dialog")
    dialog.get_by_label("PIN").fill("0000")
    dialog.get_by_role("button", name="Open").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not the PIN.")
    dialog.get_by_label("PIN").fill("2468")
    dialog.get_by_role("button", name="Open").click()
    expect(other.page.locator(".chat-row")).to_have_text(["Hers"])
    other.forgive("403")


def test_of_a_long_conversation_only_what_is_near_is_drawn_and_its_place_is_kept(
    serve: Serve, visit: Visiting
) -> None:
    running = serve(answering("Yes."))
    messages = [
        {"role": "user" if number % 2 == 0 else "assistant", "content": f"Line {number}.\n" * 9}
        for number in range(400)
    ]
    tab = visit(running.url)
    tab.page.request.post(f"{running.url}/v1/import", data={"messages": messages, "title": "Long"})
    tab.page.reload()
    tab.page.get_by_role("link", name="Long").click()
    expect(tab.page.get_by_text("Line 398.").first).to_be_visible()
    assert tab.page.locator(".turn").count() == 200
    assert tab.page.locator(".turn > *").count() < 60
    frame = tab.page.locator(".frame")
    frame.evaluate("frame => { frame.scrollTop = frame.scrollHeight / 2; }")
    seen = tab.page.locator(".question p").first
    expect(seen).to_be_visible()
    tab.page.wait_for_timeout(600)
    top = "frame => document.elementFromPoint(frame.getBoundingClientRect().x + 300, 90)"
    before = frame.evaluate(f"{top}.textContent")
    tab.page.reload()
    expect(tab.page.locator(".turn > *").first).to_be_attached()
    tab.page.wait_for_timeout(600)
    assert frame.evaluate(f"{top}.textContent") == before
