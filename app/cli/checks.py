"""What `assistant doctor` looks at: each check finds facts, and advises where something is off."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app import __version__, assembly, cpu
from app.assembly.hearing import whisper_of
from app.assembly.speaking import voices_of
from app.bundle.parts import Parts
from app.cli import port
from app.engine.processor.proof import variants_in
from app.engine.processor.variants import Choice, fitting
from app.errors import AssistantError, LibraryFailed
from app.language import Text
from app.security.sandbox import Wall
from app.settings import CONFIG, Settings, is_writable
from app.settings.cores import physical_cores
from app.settings.memory import memory
from app.speech.voices import name_of

LITTLE_DISK_BYTES = 10**9
NO_MODELS = ("libraries", "page", "documents")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `broken`: with this, no question can be answered."""

    name: str
    title: Text
    told: tuple[Text, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    advice: Text | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. `choice` says how the engine's variant was chosen, or raises."""

    settings: Settings
    parts: Parts
    choice: Callable[[], Choice]


def program(patient: Patient) -> Finding:
    """The program itself."""
    frozen = getattr(sys, "frozen", False)
    path = Path(sys.executable) if frozen else Path(__file__).parents[2]
    size = path.stat().st_size if frozen else None
    where = _plain(f"{path} ({gigabytes(size)})" if size else str(path))
    return Finding(
        "program",
        Text("Program", "程序"),
        (_plain(f"assistant {__version__} ({patient.parts.build})"), where),
        {
            "version": __version__,
            "build": patient.parts.build,
            "path": str(path),
            "size_bytes": size,
        },
    )


def processor(patient: Patient) -> Finding:
    """The processor, and the build of the engine for it."""
    choice = patient.choice()
    cores, threads = physical_cores(), patient.settings.threads
    used = Text(
        "{threads} threads on {cores} physical cores", "{cores} 个物理核心，使用 {threads} 个线程"
    ).filled(threads=threads, cores=cores)
    variants = fitting(cpu.features(), variants_in(patient.parts.libraries))
    others = Text("--cpu may also name {names}", "--cpu 还可以指定 {names}").filled(
        names=", ".join(name for name in variants if name != choice.variant)
    )
    refused = [
        Text(f"refused {name}: {why.en}", f"未采用 {name}：{why.zh}")
        for name, why in choice.refused.items()
    ]
    advice = Text(
        "More threads than physical cores make answers slower. Leave out --threads.",
        "线程数多于物理核心会让回答变慢。请去掉 --threads。",
    )
    return Finding(
        "processor",
        Text("Processor", "处理器"),
        (_plain(cpu.processor_name()), used, choice.reason, *refused, others),
        {
            "name": cpu.processor_name(),
            "features": sorted(cpu.features()),
            "physical_cores": cores,
            "threads": threads,
            "variant": choice.variant,
            "reason": choice.reason.en,
            "variants": variants,
            "refused": {name: why.en for name, why in choice.refused.items()},
        },
        advice if threads > cores else None,
    )


def gpu(patient: Patient) -> Finding:
    """What computes beside the processor."""
    names = [name for name, is_gpu in _devices(patient) if is_gpu]
    none = Text(
        "none that this program can use; the processor does all the work",
        "没有本程序可用的显卡，全部由处理器计算",
    )
    wasted = Text(
        "--gpu-layers 0 leaves the graphics card idle. Leave it out.",
        "--gpu-layers 0 让显卡闲置。请去掉这个选项。",
    )
    wanted = Text(
        "--gpu-layers has no effect without a usable graphics card.",
        "没有可用的显卡，--gpu-layers 不起作用。",
    )
    layers = patient.settings.gpu_layers
    off = wasted if names and layers == 0 else wanted if not names and layers else None
    return Finding(
        "gpu", Text("GPU", "显卡"), tuple(map(_plain, names)) or (none,), {"devices": names}, off
    )


def _devices(patient: Patient) -> list[tuple[str, bool]]:
    from app.engine.native import native

    return native(patient.parts.libraries, patient.choice().library).devices()


def main_memory(patient: Patient) -> Finding:
    """Whether the model fits."""
    found = memory()
    model = assembly.model_of(patient.settings, patient.parts)
    told = Text("{total} in all", "共 {total}").filled(total=gigabytes(found.total))
    if found.available is not None:
        free = gigabytes(found.available)
        told = Text(f"{told.en}, {free} available", f"{told.zh}，可用 {free}")
    advice = Text(
        "The model ({size}) takes more than is available: answers will be slow. Close other "
        "programs, or use a smaller model.",
        "模型（{size}）超过了可用内存，回答会很慢。请关闭其他程序，或使用更小的模型。",
    ).filled(size=gigabytes(model.size))
    short = found.available is not None and found.available < model.size
    return Finding(
        "memory",
        Text("Memory", "内存"),
        (told,),
        {"total_bytes": found.total, "available_bytes": found.available},
        advice if short else None,
    )


def models(patient: Patient) -> Finding:
    """The models inside the file, and the one named instead."""
    model = assembly.model_of(patient.settings, patient.parts)
    entries = [each for each in patient.parts.entries if each.kind not in NO_MODELS]
    inside = [
        _plain(f"{each.title or each.name}, {gigabytes(each.size)}, {each.licence or '?'}")
        for each in entries
    ]
    named = Text(
        f"{patient.settings.model} ({gigabytes(model.size)}), in place of the one inside",
        f"{patient.settings.model}（{gigabytes(model.size)}），代替自带的模型",
    )
    return Finding(
        "models",
        Text("Models", "模型"),
        (*inside, named) if patient.settings.model else tuple(inside),
        {
            "inside": [
                {
                    "name": each.name,
                    "title": each.title,
                    "kind": each.kind,
                    "size_bytes": each.size,
                    "licence": each.licence,
                    "source": each.source,
                }
                for each in entries
            ],
            "model": str(patient.settings.model) if patient.settings.model else None,
        },
    )


def data(patient: Patient) -> Finding:
    """Where things are kept."""
    folder = patient.settings.data
    if folder is None:
        told = Text("there is no folder for data", "没有数据文件夹")
        advice = Text("Name one: --data FOLDER", "请指定一个：--data 文件夹")
        return Finding("data", DATA, (told,), {"path": None, "writable": False}, advice)
    writable, free = is_writable(folder), _free_bytes(folder)
    config = folder / CONFIG
    told = Text("{free} free", "剩余空间 {free}").filled(free=gigabytes(free))
    if config.is_file():
        told = Text(f"{told.en}; settings in {config}", f"{told.zh}；设置文件 {config}")
    aside = sorted(each.name for each in folder.glob("*/*.damaged-*")) if folder.is_dir() else []
    if aside:
        told = Text(
            f"{told.en}; put aside because it was damaged: {', '.join(aside)}",
            f"{told.zh}；因损坏而移到一旁：{'、'.join(aside)}",
        )
    off: Text | None = None
    if not writable:
        off = Text(
            "Nothing can be kept there. Name a folder that you may write to: --data FOLDER",
            "无法写入，不会保存任何数据。请指定可写的文件夹：--data 文件夹",
        )
    elif free < LITTLE_DISK_BYTES:
        off = Text("The disk is almost full. Make room.", "磁盘快满了，请清理空间。")
    facts = {"path": str(folder), "writable": writable, "free_bytes": free, "damaged": aside}
    return Finding("data", DATA, (_plain(str(folder)), told), facts, off)


DATA = Text("Data", "数据")


def documents(patient: Patient) -> Finding:
    """Your own documents, and what can be read of them."""
    title, folder = Text("Documents", "文档"), assembly.folder_of(patient.settings)
    if folder is None:
        return Finding("documents", title, (Text("none are kept", "不保存文档"),), {"kept": False})
    pictures = any(each.kind == "ocr" for each in patient.parts.entries)
    reads = SEES if pictures else BLIND
    try:
        kept = assembly.kept(folder)
    except LibraryFailed as error:
        facts: dict[str, Any] = {"kept": True, "text_recognition": pictures}
        failed = Text("they cannot be opened", "无法打开")
        return Finding("documents", title, (failed, reads), facts, error.message)
    store = patient.settings.chroma or str(folder)
    facts = {"kept": True, **asdict(kept), "text_recognition": pictures, "vectors": store}
    return Finding("documents", title, (_counted(kept, store), reads), facts)


SEES = Text("text in pictures and scans is recognized", "可识别图片和扫描件中的文字")
BLIND = Text(
    "text in pictures and scans is not recognized: there are no models for it in this file",
    "无法识别图片和扫描件中的文字：本文件中没有所需的模型",
)


def _counted(kept: assembly.Kept, store: str) -> Text:
    if not kept.documents:
        return Text("none yet: assistant ingest FILE", "还没有文档：assistant ingest 文件")
    text = Text(
        "{documents:,} documents with {passages:,} passages; vectors in {store}",
        "{documents:,} 个文档，{passages:,} 个段落；向量在 {store}",
    )
    if kept.waiting:
        text = Text(
            text.en + ", {waiting:,} still to be made", text.zh + "，还有 {waiting:,} 个待生成"
        )
    return text.filled(store=store, **asdict(kept))


def speech(patient: Patient) -> Finding:
    """What recognizes speech, and who speaks."""
    recognizer = whisper_of(patient.settings, patient.parts)
    inside = next((each.title for each in patient.parts.entries if each.kind == "speech"), "")
    model = str(patient.settings.whisper_model or inside or "?") if recognizer else None
    heard = Text("what is said is recognized: {model}", "可识别语音：{model}")
    voices = voices_of(patient.settings, patient.parts)
    names = [voice.name for voice in voices.known] if voices else []
    spoken = [name_of(code) for code in voices.languages] if voices else []
    said = Text(
        f"texts are spoken: {', '.join(each.en for each in spoken)} (by {', '.join(names)})",
        f"可朗读文字：{'、'.join(each.zh for each in spoken)}（声音 {'、'.join(names)}）",
    )
    told = (heard.filled(model=model) if model else DEAF, said if voices else MUTE)
    return Finding("speech", Text("Speech", "语音"), told, {"recognizer": model, "voices": names})


DEAF = Text("speech is not recognized: there is no model", "无法识别语音：没有模型")
MUTE = Text("nothing is spoken: there is no voice", "无法朗读：没有声音")


def listening(patient: Patient) -> Finding:
    """The port, and who has it."""
    host, number = patient.settings.host, patient.settings.port
    facts: dict[str, Any] = {"host": host, "port": number, "state": "free", "holder": None}
    title = Text("Port", "端口")
    if port.is_free(host, number):
        told = Text("{port} on {host} is free", "{host} 的端口 {port} 空闲")
        return Finding("port", title, (told.filled(port=number, host=host),), facts)
    if port.is_assistant(host, number):
        facts |= {"state": "assistant", "holder": port.holder(number)}
        told = Text("an assistant is running at {url}", "已有一个助手在运行：{url}")
        return Finding("port", title, (told.filled(url=port.url(host, number)),), facts)
    holder = port.holder(number)
    facts |= {"state": "taken", "holder": holder}
    told = Text(
        f"{number} is taken by {holder or 'another program'}",
        f"端口 {number} 已被{f' {holder} ' if holder else '其他程序'}占用",
    )
    advice = Text("Choose another one with --port.", "请用 --port 换一个。")
    return Finding("port", title, (told,), facts, advice)


def sandbox(patient: Patient) -> Finding:
    """What a file that takes over its reader could still do; tried, not assumed."""
    title = Text("Sandbox", "沙箱")
    if not patient.settings.sandbox:
        off = Text("off (--no-sandbox)", "已关闭（--no-sandbox）")
        on = Text("Leave out --no-sandbox.", "请去掉 --no-sandbox。")
        return Finding("sandbox", title, (off,), {"on": False}, on)
    child, server = assembly.tried("child"), assembly.tried("server")
    told = (
        _walls(READERS, child),
        *(_missing(wall) for wall in child.walls if not wall.stands),
        _walls(ITSELF, server),
        *(_missing(wall) for wall in server.walls if not wall.stands),
    )
    facts = {"on": True, "readers": _tried_facts(child), "server": _tried_facts(server)}
    gaps = [name for name, possible in child.possible.items() if possible]
    older = Text(
        "A file that takes over what reads it could reach more than itself. Linux 5.19 or newer "
        "with Landlock and seccomp prevents that.",
        "恶意文件若控制了读取它的进程，可能访问到其他内容。Linux 5.19 或更新版本的 Landlock 和 "
        "seccomp 可以防止这种情况。",
    )
    return Finding(
        "sandbox", title, told, facts, older if gaps and sys.platform == "linux" else None
    )


READERS = Text("what reads files is kept in by: {walls}", "读取文件的进程受限于：{walls}")
ITSELF = Text("the assistant itself is kept in by: {walls}", "助手本身受限于：{walls}")


def _walls(who: Text, found: assembly.Tried) -> Text:
    standing = [wall.title for wall in found.walls if wall.stands]
    english = ", ".join(each.en for each in standing) or "nothing"
    chinese = "、".join(each.zh for each in standing) or "无"
    return Text(who.en.format(walls=english), who.zh.format(walls=chinese))


def _missing(wall: Wall) -> Text:
    return Text(f"not by {wall.title.en}: {wall.why}", f"未启用{wall.title.zh}：{wall.why}")


def _tried_facts(found: assembly.Tried) -> dict[str, Any]:
    walls = {wall.name: {"on": wall.stands, "why": wall.why} for wall in found.walls}
    return {"walls": walls, "possible": found.possible}


CHECKS: tuple[tuple[str, Callable[[Patient], Finding]], ...] = (
    ("program", program),
    ("processor", processor),
    ("gpu", gpu),
    ("memory", main_memory),
    ("models", models),
    ("data", data),
    ("documents", documents),
    ("speech", speech),
    ("sandbox", sandbox),
    ("port", listening),
)


def examine(patient: Patient) -> list[Finding]:
    """All findings; a check that fails is a finding, too."""
    return [_found(name, check, patient) for name, check in CHECKS]


def _found(name: str, check: Callable[[Patient], Finding], patient: Patient) -> Finding:
    try:
        return check(patient)
    except AssistantError as error:
        failed = Text("could not be looked at", "无法检查")
        return Finding(name, _plain(name), (failed,), {}, error.message, broken=True)


def gigabytes(size: float) -> str:
    """A size for people, in decimal units as disks and downloads have them."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _free_bytes(folder: Path) -> int:
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _plain(text: str) -> Text:
    return Text(text, text)
