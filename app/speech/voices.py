"""The voices there are, and which of them says a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import NotFound, NotSpoken
from app.language import Text
from app.speech import languages
from app.speech.aloud.tongues import language_of
from app.speech.kokoro import LANGUAGES, Kokoro, title_of


@dataclass(frozen=True, slots=True)
class Voice:
    """`language`: its code; `file`: its weights, None where it needs none of its own."""

    name: str
    language: str
    title: Text
    file: Path | None = None


HEART = Voice("heart", "en", Text("Heart, American English, female", "Heart，美式英语，女声"))
"""The one that is always there."""

OTHERS = {
    "am_fenrir_v2.int8.onnx": (
        "fenrir",
        Text("Fenrir, American English, male", "Fenrir，美式英语，男声"),
    ),
    "bf_emma.int8.onnx": ("emma", Text("Emma, British English, female", "Emma，英式英语，女声")),
    "bm_fable.int8.onnx": ("fable", Text("Fable, British English, male", "Fable，英式英语，男声")),
    "af_kore.int8.onnx": ("kore", Text("Kore, American English, female", "Kore，美式英语，女声")),
}
"""hibari's other voices, by the names of their files. Source: hibari 0.2.1, assets/voices.json."""

OPENAI = frozenset(
    (
        *("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx"),
        *("sage", "shimmer", "verse"),
    )
)
"""Names that programs for OpenAI's service send: with them, any voice of the language will do.

Source: platform.openai.com/docs/api-reference/audio/createSpeech.
"""

NO_SUCH_VOICE = Text(
    "There is no voice “{name}”. The voices are: {names}.",
    "没有名为“{name}”的声音。可用的声音：{names}。",
)
NOT_SPOKEN = Text(
    "No voice here speaks {language}. The languages are: {names}.",
    "没有会说{language}的声音。可用的语言：{names}。",
)
NAMES = {
    "en": Text("English", "英语"),
    "zh": Text("Chinese", "中文"),
    "ja": Text("Japanese", "日语"),
    "ko": Text("Korean", "韩语"),
    "de": Text("German", "德语"),
    "fr": Text("French", "法语"),
    "es": Text("Spanish", "西班牙语"),
    "it": Text("Italian", "意大利语"),
    "pt": Text("Portuguese", "葡萄牙语"),
    "nl": Text("Dutch", "荷兰语"),
    "ru": Text("Russian", "俄语"),
    "ar": Text("Arabic", "阿拉伯语"),
    "hi": Text("Hindi", "印地语"),
}


class Voices:
    """`known`: the best of each language first."""

    def __init__(self, known: Sequence[Voice]) -> None:
        self.known = tuple(known)

    @property
    def languages(self) -> tuple[str, ...]:
        """Their codes, each once."""
        return tuple(dict.fromkeys(voice.language for voice in self.known))

    def named(self, name: str) -> Voice | None:
        """A voice by its name; None for a name that stands for any. Raises: NotFound."""
        found = {voice.name: voice for voice in self.known}.get(name.lower())
        if found is None and name.lower() not in (*OPENAI, "", "default", "auto"):
            names = ", ".join(voice.name for voice in self.known)
            raise NotFound(NO_SUCH_VOICE.filled(name=name, names=names), "voice")
        return found

    def speaking(self, language: str) -> Voice | None:
        """The best one of a language."""
        return next((each for each in self.known if each.language == language), None)

    def choose(self, text: str, name: str = "", language: str | None = None) -> Voice:
        """The one that says this text, which is in that language, or in whichever it seems to be.

        Raises: NotFound, where there is no voice of that name; NotSpoken.
        """
        wanted = self.named(name)
        spoken = language or language_of(text) or (wanted.language if wanted else "")
        if wanted is not None and spoken in (wanted.language, ""):
            return wanted
        voice = None if wanted else self.speaking(spoken or self.known[0].language)
        if voice is None:
            raise self._not_spoken(spoken, wanted)
        return voice

    def _not_spoken(self, language: str, wanted: Voice | None) -> NotSpoken:
        spoken = [wanted.language] if wanted else self.languages
        told, names = name_of(language), [name_of(each) for each in spoken]
        return NotSpoken(
            Text(
                NOT_SPOKEN.en.format(language=told.en, names=", ".join(n.en for n in names)),
                NOT_SPOKEN.zh.format(language=told.zh, names="、".join(n.zh for n in names)),
            ),
            "input",
        )


def name_of(code: str) -> Text:
    """A language's name, as far as it has one in both languages."""
    english = languages.NAMES.get(code, code).capitalize()
    return NAMES.get(code) or Text(english, english)


def in_folder(folder: Path | None) -> list[Voice]:
    """The voices whose files lie in a folder."""
    if folder is None or not folder.is_dir():
        return []
    files = ((folder / file, *about) for file, about in OTHERS.items())
    return [Voice(name, "en", title, path) for path, name, title in files if path.is_file()]


def of_kokoro(kokoro: Kokoro | None) -> list[Voice]:
    """Its voices, those of languages that no other speaks first."""
    names = sorted(kokoro.styles, key=lambda name: LANGUAGES[name[0]] == "en") if kokoro else ()
    return [Voice(name, LANGUAGES[name[0]], title_of(name)) for name in names]
