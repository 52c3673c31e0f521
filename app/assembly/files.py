"""The files that settings name, and the parts of our own: which of them are used."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.bundle.parts import Parts
from app.bundle.slice import Slice
from app.engine.adapters import AdapterFile
from app.engine.named_templates import NAMED
from app.engine.pictures.options import EyesOptions
from app.errors import BadSettings
from app.language import Text
from app.settings import Settings

FLASH_ATTENTION = {"off": 0, "on": 1, "auto": -1}  # llama.cpp's numbers

NO_MODEL = Text(
    "There is no model inside this file. Name one: -m model.gguf",
    "本文件中没有模型。请指定一个：-m model.gguf",
)
NO_SUCH_FILE = Text(
    "There is no model file {path} that can be read. --model takes the path of a GGUF file.",
    "找不到或无法读取模型文件 {path}。--model 后面应为 GGUF 文件的路径。",
)
NOT_READ = Text(
    "There is no file {path} that can be read ({flag}).", "找不到或无法读取文件 {path}（{flag}）。"
)
NO_SCALE = Text(
    "--lora-scaled takes FILE:SCALE, such as style.gguf:0.5, not “{text}”.",
    "--lora-scaled 后面应为 文件:比例，例如 style.gguf:0.5，而不是“{text}”。",
)
NO_TEMPLATE = Text(
    "There is no chat template named {name}. Known are {known}; Jinja text can be given as well.",
    "没有名为 {name} 的对话模板。可用的有 {known}；也可以直接给出 Jinja 文本。",
)


def model_of(settings: Settings, found: Parts) -> Slice:
    """The chat model. Raises: BadSettings where there is none."""
    if settings.model is None:
        if found.model is None:
            raise BadSettings(NO_MODEL)
        return found.model
    with suppress(PermissionError):
        if settings.model.is_file():
            return Slice.whole(settings.model)
    raise BadSettings(NO_SUCH_FILE.filled(path=settings.model))


def model_name(settings: Settings, found: Parts) -> str:
    """What clients call the model."""
    if names(settings.alias):
        return min(names(settings.alias))  # the first of several is llama-server's choice too
    return settings.model.stem if settings.model else found.model_name


def names(text: str | None) -> tuple[str, ...]:
    """Names with commas between."""
    return tuple(name for each in (text or "").split(",") if (name := each.strip()))


def draft_of(settings: Settings) -> Slice | None:
    """The draft model, if one is named. Raises: BadSettings."""
    if settings.model_draft is None or settings.spec_type in ("none", "ngram-simple"):
        return None
    return _file(settings.model_draft, "--model-draft")


def eyes_of(settings: Settings) -> EyesOptions | None:
    """What lets the model see, if a file for that is named. Raises: BadSettings."""
    if settings.mmproj is None:
        return None
    return EyesOptions(
        _file(settings.mmproj, "--mmproj").path,
        on_gpu=settings.mmproj_offload,
        threads=settings.threads,
        flash_attention=FLASH_ATTENTION[settings.flash_attn],
        least_tokens=settings.image_min_tokens,
        most_tokens=settings.image_max_tokens,
    )


def reranker_of(settings: Settings) -> Slice | None:
    """The model that puts passages in order, if one is named. Raises: BadSettings."""
    return _file(settings.reranker, "--reranker") if settings.reranker else None


def adapters_of(settings: Settings) -> tuple[AdapterFile, ...]:
    """The LoRA adapters. Raises: BadSettings."""
    plain = [AdapterFile(_file(Path(each), "--lora")) for each in names(settings.lora)]
    return (*plain, *map(_scaled, names(settings.lora_scaled)))


def template_of(settings: Settings) -> str | None:
    """The chat template in place of the model's, if one is named. Raises: BadSettings."""
    if settings.chat_template_file:
        with suppress(OSError, UnicodeDecodeError):
            return settings.chat_template_file.read_text("utf-8")
        flag = "--chat-template-file"
        raise BadSettings(NOT_READ.filled(path=settings.chat_template_file, flag=flag))
    given = settings.chat_template
    # A name has no spaces; all else is a template, if a poor one.
    if given is None or " " in given or "{" in given:
        return given
    if given not in NAMED:
        raise BadSettings(NO_TEMPLATE.filled(name=given, known=", ".join(NAMED)))
    return NAMED[given]


def _scaled(text: str) -> AdapterFile:
    path, _, scale = text.rpartition(":")
    try:
        return AdapterFile(_file(Path(path), "--lora-scaled"), float(scale))
    except ValueError:
        raise BadSettings(NO_SCALE.filled(text=text)) from None


def _file(path: Path, flag: str) -> Slice:
    with suppress(PermissionError):
        if path.is_file():
            return Slice.whole(path)
    raise BadSettings(NOT_READ.filled(path=path, flag=flag))
