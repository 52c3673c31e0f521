"""Kokoro's voices: one model, and a style for each of them, inside the file or in a folder."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.bundle.slice import Slice
from app.language import Text

LANGUAGES = {"z": "zh", "a": "en", "b": "en"}
"""By the first letter of a voice's name; how words of its others are said, nothing here knows."""

_NAME = re.compile(r"[abz][fm]_[a-z]+")
_TITLES = {
    "z": Text("Chinese", "中文"),
    "a": Text("American English", "美式英语"),
    "b": Text("British English", "英式英语"),
}
_KINDS = {"f": Text("female", "女声"), "m": Text("male", "男声")}
_OTHER_PHONEMES = "v1.1"  # a model of this version writes Chinese in another alphabet


@dataclass(frozen=True, slots=True)
class Style:
    """Numbers that make the model one voice: a file of them, or `member` of an archive (npz)."""

    file: Slice
    member: str = ""


@dataclass(frozen=True, slots=True)
class Kokoro:
    """A model, and the styles of its voices by their names."""

    model: Slice
    styles: Mapping[str, Style]


def with_folder(inside: Kokoro | None, folder: Path | None) -> Kokoro | None:
    """What is inside, with what lies in a folder: of two models that one."""
    found = _in_folder(folder) if folder is not None and folder.is_dir() else {}
    models = sorted(folder.glob("kokoro*.onnx")) if folder is not None else []
    fitting = [model for model in models if _OTHER_PHONEMES not in model.name]
    styles = {**(inside.styles if inside else {}), **found}
    if fitting:
        return Kokoro(Slice.whole(fitting[0]), styles)
    return Kokoro(inside.model, styles) if inside else None


def title_of(name: str) -> Text:
    """How people are told of a voice: zf_xiaoxiao is Xiaoxiao, Chinese, female."""
    language, kind, own = _TITLES[name[0]], _KINDS[name[1]], name[3:].capitalize()
    return Text(f"{own}, {language.en}, {kind.en}", f"{own}，{language.zh}，{kind.zh}")


def _in_folder(folder: Path) -> dict[str, Style]:
    found = {}
    for path in sorted([*folder.glob("*.bin"), *folder.glob("*.npz")]):
        for name, style in _styles(path):
            if _NAME.fullmatch(name):
                found[name] = style
    return found


def _styles(path: Path) -> Iterator[tuple[str, Style]]:
    file = Slice.whole(path)
    if not zipfile.is_zipfile(path):
        yield path.stem, Style(file)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return
    for name in names:
        yield name.removesuffix(".npy"), Style(file, name.removesuffix(".npy"))
