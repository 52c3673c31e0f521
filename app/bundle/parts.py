"""What the program is put together from, wherever it runs: in its one file, or in a source tree."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.bundle.cache import cache_root, unpacked
from app.bundle.directory import Entry, damaged
from app.bundle.executable import Executable
from app.bundle.page import PageFiles
from app.bundle.slice import Slice
from app.errors import AssistantError
from app.language import Text

RECOGNITION = ("detector.onnx", "direction.onnx", "recognizer.onnx")
"""The names of the payloads of kind "ocr"."""

SOURCE_BUILD = "source"
"""The build id where there is no built file."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The model and its name, the folder of native libraries, the page, and what else is known.

    `arguments`: command line that the file was made to start with. `entries`: all that is inside.
    `embedding`: the model that makes vectors of texts, where there is one; `speech`: the one that
    recognizes speech, `voice_activity`: the one that finds where somebody speaks.
    """

    model: Slice | None
    model_name: str
    libraries: Path
    page: PageFiles
    arguments: tuple[str, ...]
    build: str
    entries: tuple[Entry, ...]
    embedding: Slice | None = None
    speech: Slice | None = None
    voice_activity: Slice | None = None


def parts(environment: Mapping[str, str] | None = None) -> Parts:
    """Find everything, and unpack the native libraries if this is their first use here.

    Raises: BadFile, if our own file is damaged; AssistantError, if something is missing.
    """
    variables = os.environ if environment is None else environment
    if getattr(sys, "frozen", False):
        unpacked_by_bootloader = Path(getattr(sys, "_MEIPASS", ""))
        root = cache_root(variables) or unpacked_by_bootloader
        return parts_of(Executable.open(Path(sys.executable)), root)
    return _parts_of_source(Path(__file__).resolve().parents[2])


def parts_of(executable: Executable, root: Path) -> Parts:
    """The parts in an executable; its libraries unpacked in the cache folder `root`.

    Raises: BadFile, if the executable lacks its libraries or they are damaged.
    """
    directory = executable.directory
    libraries = directory.find("libraries")
    if libraries is None:
        raise damaged("it holds no engine", "其中没有引擎")
    model, page = directory.find("model"), directory.find("page")

    def weights(kind: str) -> Slice | None:
        entry = directory.find(kind)
        return executable.slice(entry) if entry else None

    return Parts(
        model=executable.slice(model) if model else None,
        model_name=model.title or model.name if model else "",
        libraries=unpacked(executable.slice(libraries), libraries.sha256, root / "libraries"),
        page=PageFiles.in_zip(executable.slice(page)) if page else PageFiles.none(),
        arguments=directory.arguments,
        build=directory.build,
        entries=directory.entries,
        embedding=weights("embedding"),
        speech=weights("speech"),
        voice_activity=weights("voice-activity"),
    )


def recognition() -> tuple[Slice, Slice, Slice] | None:
    """The networks that find text in pictures: detector, direction, recognizer; None without.

    Raises: BadFile, if our own file is damaged.
    """
    if not getattr(sys, "frozen", False):
        return None
    executable = Executable.open(Path(sys.executable))
    found = {each.name: each for each in executable.directory.entries if each.kind == "ocr"}
    if not found.keys() >= set(RECOGNITION):
        return None
    detector, direction, recognizer = (executable.slice(found[name]) for name in RECOGNITION)
    return detector, direction, recognizer


def voices() -> tuple[Slice | None, dict[str, Slice]]:
    """The model of the voices inside, and the style of each by its name.

    Raises: BadFile, if our own file is damaged.
    """
    if not getattr(sys, "frozen", False):
        return None, {}
    executable = Executable.open(Path(sys.executable))
    model = executable.directory.find("voice-model")
    styles = [each for each in executable.directory.entries if each.kind == "voice"]
    return (
        executable.slice(model) if model else None,
        {Path(style.name).stem: executable.slice(style) for style in styles},
    )


def _parts_of_source(repository: Path) -> Parts:
    page = repository / "web" / "dist"
    return Parts(
        model=None,
        model_name="",
        libraries=_installed_libraries(),
        page=PageFiles.in_folder(page) if page.is_dir() else PageFiles.none(),
        arguments=(),
        build=SOURCE_BUILD,
        entries=(),
    )


def _installed_libraries() -> Path:
    found = importlib.util.find_spec("llama_cpp")
    if found is None or found.origin is None:
        raise AssistantError(
            Text(
                "llama.cpp is not installed here. Run: python3 packaging build",
                "此处未安装 llama.cpp。请运行：python3 packaging build",
            )
        )
    return Path(found.origin).parent / "lib"
