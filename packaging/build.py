"""All stages in order: from the locks to one file that was seen to answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import documents
import environment
import freeze
import libraries
import llama_source
import llama_wheel
import page
import places
import smoke
import stamps
import weights
import whisper_module
from app.bundle.join import Payload, join
from app.bundle.slice import Slice
from app.language import Text
from console import Bar, say
from failures import DAMAGED_DOWNLOAD, BuildFailed
from models import EMBEDDING, RECOGNITION, SPEECH, STYLES, VOICE, VOICE_ACTIVITY, Model

ALWAYS_INSIDE = (EMBEDDING, *RECOGNITION, SPEECH, VOICE_ACTIVITY, VOICE, *STYLES)
"""The weights that go into every file, beside the chat model."""

_BUILT = Text(
    "Built {path}: {size} MB, of which {weights} MB weights and {unpacked} MB Python part; "
    "it answered in {seconds} s",
    "已构建 {path}：{size} MB，其中权重 {weights} MB，Python 部分 {unpacked} MB；"
    "测试提问在 {seconds} 秒内得到回答",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to build: the model by name or path, the GPU backend, and where the file goes."""

    model: str
    gpu: llama_source.Gpu = "none"
    target: Path = places.DIST / places.PROGRAM


def build(wanted: Wanted) -> Path:
    """Make the file, doing only what has changed since the last time.

    Raises: BuildFailed; OSError.
    """
    environment.prepare()
    wheel = llama_wheel.compiled(wanted.gpu)
    llama_wheel.install(wheel)
    whisper = whisper_module.compiled(wanted.gpu)
    whisper_module.install(whisper)
    model, weights_file = weights.fetched(wanted.model)
    archive, page_archive = libraries.packed(wheel), page.built()
    bootloader, pkg, listing = freeze.frozen(wheel, whisper)
    packages = documents.packed(listing)
    whole = Slice.whole
    payloads = [
        Payload("libraries", "libraries", whole(archive), "llama.cpp", "MIT"),
        Payload("page", "page", whole(page_archive)),
        Payload("packages", "documents", whole(packages), documents.TITLE, documents.LICENCE),
        *map(partial(_weights_payload, "ocr"), RECOGNITION, weights.recognition()),
        _weights_payload("model", model, weights_file),
        _weights_payload("embedding", EMBEDDING, weights.embedding()),
        _weights_payload("speech", SPEECH, weights.speech()),
        _weights_payload("voice-activity", VOICE_ACTIVITY, weights.voice_activity()),
        _weights_payload("voice-model", VOICE, weights.voice()),
        *map(partial(_weights_payload, "voice"), STYLES, weights.styles()),
    ]
    # Not by their content: hashing gigabytes would cost every start some seconds.
    weights_state = f"{model.sha256} {weights_file} {weights_file.stat().st_mtime_ns}"
    states = (weights_state, *(each.sha256 for each in ALWAYS_INSIDE))
    inputs = stamps.digest(bootloader, pkg, archive, page_archive, packages, *states)
    stage = f"joined-{wanted.target.parent.name}"
    if not stamps.fresh(stage, inputs, [wanted.target]):
        _join_and_ask(wanted.target, bootloader, payloads, pkg, model)
        stamps.remember(stage, inputs)
    return wanted.target


def _weights_payload(kind: str, model: Model, file: Path) -> Payload:
    return Payload(model.file, kind, Slice.whole(file), model.title, model.licence, model.source)


def _join_and_ask(
    target: Path, bootloader: Path, payloads: list[Payload], pkg: Path, model: Model
) -> None:
    # Under its name only once it has answered: what was built before stays until then.
    unproved = target.with_stem(f"{target.stem}-unproved")
    unproved.parent.mkdir(parents=True, exist_ok=True)
    with Bar(Text("Joining", "正在合成"), 1, "MB") as bar:
        whole = Slice.whole
        directory = join(unproved, whole(bootloader), payloads, whole(pkg), progress=bar.at)
    joined = {entry.name: entry.sha256 for entry in directory.entries}
    for expected in (model, *ALWAYS_INSIDE):
        if expected.sha256 and joined[expected.file] != expected.sha256:
            unproved.unlink()
            weights.forget(expected)
            raise BuildFailed(DAMAGED_DOWNLOAD)
    seconds = smoke.asked(unproved)
    unproved.replace(target)
    _tell(target, model, pkg, seconds)


def _tell(target: Path, model: Model, pkg: Path, seconds: float) -> None:
    def megabytes(size: int) -> str:
        return f"{size / 1e6:.1f}"

    say(
        _BUILT.filled(
            path=target,
            size=megabytes(target.stat().st_size),
            weights=megabytes(sum(each.size for each in (model, *ALWAYS_INSIDE))),
            unpacked=megabytes(pkg.stat().st_size),
            seconds=f"{seconds:.1f}",
        )
    )
