"""Kinds of setting: how its text is read, and which texts are allowed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.language import Text

ON = ("true", "yes", "on", "1")
OFF = ("false", "no", "off", "0")


class Kind(Protocol):
    """Reads the text of one setting."""

    @property
    def placeholder(self) -> Text | None:
        """What stands for the value in the help; None: the flag alone says it."""

    @property
    def allowed(self) -> Text:
        """Completes the sentence "--port must be …"."""

    def read(self, text: str) -> Any:
        """The value. Raises: ValueError when the text is not allowed."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds, both allowed; `auto`: that word too, read as None."""

    least: int
    most: int
    auto: bool = False

    @property
    def placeholder(self) -> Text:
        """N, or auto|N."""
        return Text("auto|N", "auto|N") if self.auto else Text("N", "N")

    @property
    def allowed(self) -> Text:
        """The bounds, in words."""
        text = Text("a whole number from {least} to {most}", "{least} 到 {most} 之间的整数").filled(
            least=self.least, most=self.most
        )
        return Text("auto or " + text.en, "auto 或 " + text.zh) if self.auto else text

    def read(self, text: str) -> int | None:
        """The number; None for auto."""
        if self.auto and text.strip().lower() == "auto":
            return None
        number = int(text)
        if not self.least <= number <= self.most:
            raise ValueError(text)
        return number


@dataclass(frozen=True, slots=True)
class Real:
    """A number between two bounds, both allowed."""

    least: float
    most: float

    @property
    def placeholder(self) -> Text:
        """N."""
        return Text("N", "N")

    @property
    def allowed(self) -> Text:
        """The bounds, in words."""
        return Text("a number from {least} to {most}", "{least} 到 {most} 之间的数").filled(
            least=self.least, most=self.most
        )

    def read(self, text: str) -> float:
        """The number."""
        number = float(text)
        if not self.least <= number <= self.most:
            raise ValueError(text)
        return number


@dataclass(frozen=True, slots=True)
class Words:
    """Any text that is not empty."""

    placeholder: Text
    allowed: Text

    def read(self, text: str) -> str:
        """The text, without white space around it."""
        if not (stripped := text.strip()):
            raise ValueError(text)
        return stripped


@dataclass(frozen=True, slots=True)
class Location:
    """The path of a file or a folder."""

    placeholder: Text

    @property
    def allowed(self) -> Text:
        """Says that a path is asked for."""
        return Text("a path", "一个路径")

    def read(self, text: str) -> Path:
        """The path; a leading ~ is the home folder."""
        if not text.strip() or "\0" in text:
            raise ValueError(text)
        try:
            return Path(text).expanduser()
        except RuntimeError as error:  # no home folder is known
            raise ValueError(text) from error


@dataclass(frozen=True, slots=True)
class OneOf:
    """One word of a few."""

    values: tuple[str, ...]

    @property
    def placeholder(self) -> Text:
        """The words themselves."""
        return Text("|".join(self.values), "|".join(self.values))

    @property
    def allowed(self) -> Text:
        """The words, listed."""
        *most, last = self.values
        return Text(f"{', '.join(most)} or {last}", f"{'、'.join(most)} 或 {last}")

    def read(self, text: str) -> str:
        """The word, in lower case."""
        if (word := text.strip().lower()) not in self.values:
            raise ValueError(text)
        return word


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off; on the command line the flag alone switches it on."""

    placeholder: Text | None = None

    @property
    def allowed(self) -> Text:
        """The words for on and off."""
        return Text("true or false", "true 或 false")

    def read(self, text: str) -> bool:
        """True for on."""
        word = text.strip().lower()
        if word not in ON + OFF:
            raise ValueError(text)
        return word in ON
