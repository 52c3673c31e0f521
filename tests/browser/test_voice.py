"""Speaking with the page: what is said is written, asked and answered, and answers are read out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Playwright, expect

from app.knowledge.library import Library
from tests.browser.chromium import INSECURE, launched
from tests.browser.scripted import Serve, Serving, answering
from tests.browser.speaker import HEARS, FakeMicrophone
from tests.browser.test_access import findings
from tests.browser.visit import GLASSES, PATIENCE_MS, PHONE, Visit
from tests.fakes.recognizer import instant_hearing
from tests.fakes.speech import scripted_hearing, scripted_speaking
from tests.started import Started

pytestmark = pytest.mark.browser

LONG = "Zebras eat a great deal of grass while the sun is shining. " * 30
SOUNDING = "() => window.sounds.length > 0"

Talking = Callable[..., Serving]
Speaking = Callable[..., Visit]


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> FakeMicrophone:
    return FakeMicrophone(tmp_path_factory.mktemp("microphone") / "said.wav")


@pytest.fixture(scope="session")
def hearing_chromium(playwright: Playwright, microphone: FakeMicrophone) -> Iterator[Browser]:
    browser = launched(playwright, *microphone.arguments)
    yield browser
    browser.close()


@pytest.fixture
def talking(serve: Serve) -> Iterator[Talking]:
    """Servers that hear "w0 w1 …" in what is said, and speak English."""
    with ExitStack() as held:
        voice = held.enter_context(scripted_speaking())

        def started(answer: Any, hearing: Any = None, step_s: float = 0.0, **more: Any) -> Serving:
            return serve(
                answering(answer, step_s), hearing=hearing or instant_hearing(), voice=voice, **more
            )

        yield started


@pytest.fixture
def speaking(hearing_chromium: Browser, serve: Serve) -> Iterator[Speaking]:
    """Opens tabs of someone who speaks."""
    visits: list[Visit] = []

    def opened(url: str, **options: Any) -> Visit:
        context = hearing_chromium.new_context(**{"locale": "en-US", **options})
        context.add_init_script(HEARS)
        visits.append(Visit(context, url))
        return visits[-1]

    yield opened
    for each in visits:
        each.page.context.close()
        assert each.hosts == {each.host}
        assert each.complaints == []


def test_what_is_said_while_the_button_is_held_is_asked_and_answered_aloud(
    talking: Talking, speaking: Speaking, microphone: FakeMicrophone
) -> None:
    microphone.says(1.5, 30)
    tab = speaking(talking("Zebras eat grass. 斑马吃草。").url)
    tab.wait_ready()
    tab.button("Speak").hover()
    tab.page.mouse.down()
    tab.page.wait_for_function("() => document.querySelector('.meter')?.ariaValueNow > 30")
    expect(tab.field).to_have_value(re.compile(r"^w0"))
    tab.page.mouse.up()
    expect(tab.questions).to_have_text([re.compile(r"^w0")])
    expect(tab.answer).to_have_text("Zebras eat grass. 斑马吃草。")
    tab.page.wait_for_function("() => window.sentences.length > 0")
    # The server has no Chinese voice; the browser's own says it, and no one's on another machine.
    assert tab.evaluate("window.sentences") == [["斑马吃草。", "Mei", 1]]
    assert [each["ended"] for each in tab.evaluate("window.sounds")] == [True]
    expect(tab.field).to_have_value("")


def test_a_press_dictates_into_the_message_and_escape_takes_it_back(
    talking: Talking, speaking: Speaking, microphone: FakeMicrophone
) -> None:
    microphone.says(1.5, 30)
    tab = speaking(talking("Yes.").url)
    tab.wait_ready()
    tab.field.fill("Note:")
    tab.button("Speak").press("Enter")
    expect(tab.field).to_have_value(re.compile(r"^Note: w0"))
    assert findings(tab) == []
    tab.page.keyboard.press("Escape")
    expect(tab.field).to_have_value("Note:")
    tab.page.keyboard.press("Control+Shift+L")
    expect(tab.field).to_have_value(re.compile(r"^Note: w0"))
    tab.button("Stop dictating").press("Enter")
    expect(tab.field).to_be_editable()
    expect(tab.field).to_have_value(re.compile(r"^Note: w0"))
    expect(tab.questions).to_have_count(0)


def test_hands_free_on_a_phone_who_speaks_interrupts_the_answer(
    talking: Talking, speaking: Speaking, microphone: FakeMicrophone
) -> None:
    microphone.says(1.0, *(3.5, 2.0) * 3, 30)
    answers = iter([LONG])
    tab = speaking(talking(lambda prompt: next(answers, "Then."), step_s=0.001).url, **PHONE)
    tab.wait_ready()
    tab.button("Talk hands-free").tap()
    expect(tab.page.locator(".said")).to_contain_text("w0")
    expect(tab.questions).to_have_count(1)
    tab.page.wait_for_function(SOUNDING)
    assert findings(tab) == []
    expect(tab.questions.nth(1)).to_be_visible()
    expect(tab.answer).to_have_text("Then.")
    tab.page.wait_for_function("() => window.sounds.at(-1).ended && !window.sounds.at(-1).stopped")
    assert any(each["stopped"] for each in tab.evaluate("window.sounds"))
    tab.button("End").tap()
    expect(tab.field).to_be_visible()


def test_an_answer_is_read_aloud_as_chosen_and_stopped(
    talking: Talking, speaking: Speaking
) -> None:
    tab = speaking(talking(LONG).url)
    tab.wait_ready()
    tab.page.get_by_role("link", name="Settings").click()
    tab.page.get_by_label("Voice for English").select_option("emma")
    tab.page.get_by_label("Voice for Chinese").select_option("mei")
    tab.page.get_by_label("Speed of speech").fill("1.5")
    assert findings(tab) == []
    tab.page.reload()
    expect(tab.page.get_by_label("Voice for English")).to_have_value("emma")
    tab.page.get_by_role("link", name="Back to the chat").click()
    tab.ask("hello")
    tab.wait_answered()
    with tab.page.expect_request("**/v1/audio/aloud") as asked:
        tab.button("Read aloud").click()
    wish = asked.value.post_data_json
    assert (wish["voice"], wish["speed"], wish["input"]) == ("emma", 1.5, LONG)
    tab.page.wait_for_function(SOUNDING)
    tab.button("Stop reading").click()
    tab.page.wait_for_function("() => window.sounds.at(-1).stopped")
    expect(tab.button("Read aloud")).to_be_visible()


def test_without_https_the_button_explains_and_a_recording_helps_meanwhile(
    talking: Talking, speaking: Speaking, tmp_path: Path
) -> None:
    with scripted_hearing() as hearing:
        running = talking("Yes.", hearing=hearing, host=INSECURE)
        tab = speaking(f"http://{INSECURE}:{running.port}/", **PHONE)
        tab.wait_ready()
        tab.button("Speak").tap()
        dialog = tab.page.get_by_role("dialog", name="No microphone")
        secure = dialog.get_by_role("link", name="Open the secure address")
        expect(secure).to_have_attribute("href", f"https://{INSECURE}:{running.port}/")
        assert findings(tab) == []
        said = tmp_path / "said.wav"
        said.write_bytes(b"3")  # the scripted decoder makes seconds of it
        dialog.locator("input[type=file]").set_input_files(said)
        expect(dialog).to_have_count(0)
        expect(tab.field).to_have_value(re.compile(r"^transcribe None"))
        tab.forgive("Cross-Origin-Opener-Policy")  # Chromium heeds it on HTTPS alone, and says so


def test_who_does_not_hear_has_no_button_for_it(serve: Serve, speaking: Speaking) -> None:
    tab = speaking(serve(answering("Yes.")).url)
    tab.wait_ready()
    expect(tab.button("Attach files or pictures")).to_be_visible()
    expect(tab.button("Speak")).to_have_count(0)


def test_at_a_glance_one_button_hears_asks_and_stops_without_a_pointer(
    talking: Talking, speaking: Speaking, microphone: FakeMicrophone, library: Library
) -> None:
    microphone.says(1.5, 30)
    library.wait(library.add("grass.txt", b"Of w0 and w1."), PATIENCE_MS / 1000, searchable=False)
    tab = speaking(f"{talking(LONG, library=library).url}/glance", viewport=GLASSES)
    expect(tab.button("Talk")).to_be_focused()
    tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("Enter")
    expect(tab.button("Documents")).to_have_attribute("aria-pressed", "true")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("Enter")
    expect(tab.button("Send")).to_be_focused()
    # The pause ends the question by itself.
    expect(tab.page.locator("h1")).to_have_text(re.compile("^w0"))
    tab.page.wait_for_function(SOUNDING)
    expect(tab.page.locator("#text")).to_contain_text("while the sun is shining")
    expect(tab.page.locator("#sources")).to_have_text("From: grass.txt")
    assert findings(tab) == []
    tab.page.keyboard.press("PageDown")
    assert tab.page.locator("main").evaluate("main => main.scrollTop") > 0
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_function("() => window.sounds.at(-1).stopped")
    expect(tab.button("Talk")).to_be_focused()
    assert tab.evaluate("document.documentElement.scrollWidth") == GLASSES["width"]


def test_at_a_glance_hands_are_not_needed_and_one_can_type(
    talking: Talking, speaking: Speaking, microphone: FakeMicrophone
) -> None:
    microphone.says(1.5, 30)
    tab = speaking(f"{talking('Zebras eat grass.').url}/glance", viewport=GLASSES)
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("h1")).to_have_text(re.compile("^w0"))
    expect(tab.page.locator("#text")).to_have_text("Zebras eat grass.")
    tab.page.wait_for_function("() => window.sounds.at(-1)?.ended")
    expect(tab.page.locator("#state")).to_have_text("Listening…")
    tab.page.keyboard.press("Escape")
    expect(tab.button("Talk")).to_be_visible()
    tab.page.keyboard.type("Why?")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("h1")).to_have_text("Why?")
    expect(tab.button("Ask")).to_be_visible()


def test_at_a_glance_without_https_the_button_takes_a_recording(
    talking: Talking, speaking: Speaking, tmp_path: Path
) -> None:
    with scripted_hearing() as hearing:
        running = talking("Yes.", hearing=hearing, host=INSECURE)
        address = f"{INSECURE}:{running.port}/glance"
        tab = speaking(f"http://{address}", viewport=GLASSES)
        expect(tab.button("Record")).to_be_focused()
        secure = tab.page.get_by_role("link", name=f"https://{address}")
        expect(secure).to_be_visible()
        said = tmp_path / "said.wav"
        said.write_bytes(b"3")
        with tab.page.expect_file_chooser() as chooser:
            tab.button("Record").press("Enter")
        chooser.value.set_files(said)
        expect(tab.page.locator("h1")).to_have_text(re.compile("^transcribe None"))
        expect(tab.page.locator("#text")).to_have_text("Yes.")
        tab.forgive("Cross-Origin-Opener-Policy")


@pytest.mark.frozen
def test_the_built_file_understands_what_is_said_and_answers_aloud(
    server: Started, speaking: Speaking, microphone: FakeMicrophone
) -> None:
    wish = {"input": "Please tell me about the weather.", "response_format": "wav"}
    with httpx.Client(base_url=server.url, timeout=PATIENCE_MS / 1000) as client:
        microphone.plays(client.post("/v1/audio/speech", json=wish).raise_for_status().content)
    tab = speaking(server.url)
    tab.wait_ready()
    tab.button("Speak").press("Enter")
    expect(tab.field).to_have_value(re.compile("about the weather", re.IGNORECASE))
    tab.field.press("Enter")
    expect(tab.questions).to_have_text([re.compile("about the weather", re.IGNORECASE)])
    tab.page.wait_for_function(SOUNDING)
    tab.page.keyboard.press("Escape")
    tab.wait_answered()
    tab.button("Read aloud").click()
    tab.page.wait_for_function("() => window.sounds.length > 1")
    tab.button("Stop reading").click()
