"""The settings of one start, read once: file, environment, command line; the later one wins."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.errors import BadSettings
from app.language import Language, Text, of_system
from app.settings.cores import physical_cores
from app.settings.folders import data_folder, is_writable
from app.settings.options import OPTIONS
from app.settings.sources import Given, Rank, of_arguments, of_environment, of_file

CONFIG = "config.toml"
PATHS = (
    *("model", "model_draft", "mmproj", "reranker", "whisper_model", "voices"),
    *("chat_template_file", "slot_save_path", "log_file"),
    *("api_key_file", "ssl_cert_file", "ssl_key_file"),
)
PACKED = Text("packed into this file", "打包在本文件中")


@dataclass(frozen=True, slots=True)
class Settings:
    """What app/settings/options.py lists, with every "auto" that needs no engine decided.

    `gpu_layers` None: as many as there are, where a GPU can be used. `cpu` None: the fastest one
    that is proved. `ctx_size` 0: what the model was trained for; None, like `parallel`: by the
    memory there is. `sampling`: what differs from the engine's own defaults, by its names. `data`
    None: nothing can be kept. `ranks`: the source of each setting that is not at its default.
    """

    model: Path | None
    alias: str | None
    tags: str | None
    lora: str | None
    lora_scaled: str | None
    model_draft: Path | None
    embeddings: bool
    reranking: bool
    pooling: str
    ctx_size: int | None
    context_shift: bool
    keep: int
    parallel: int | None
    kv_unified: bool | None
    threads: int
    gpu_layers: int | None
    batch_size: int
    ubatch_size: int
    flash_attn: str
    cache_type_k: str
    cache_type_v: str
    cache_ram: int
    sleep_idle_seconds: int
    spec_type: str
    draft_max: int
    cpu: str | None
    n_predict: int
    seed: int
    samplers: str | None
    sampling: Mapping[str, Any]
    chat_template: str | None
    chat_template_file: Path | None
    chat_template_kwargs: str | None
    reasoning: str
    reasoning_format: str
    host: str
    port: int
    api_key: str | None = field(repr=False)
    api_key_file: Path | None
    auth: bool
    allowed_hosts: str | None
    mdns: bool
    ssl_cert_file: Path | None
    ssl_key_file: Path | None
    cors_origins: str | None
    no_ui: bool
    no_browser: bool
    slots: bool
    metrics: bool
    slot_save_path: Path | None
    documents: bool
    reranker: Path | None
    chroma: str | None
    chroma_token: str | None = field(repr=False)
    mmproj: Path | None
    mmproj_offload: bool
    image_min_tokens: int | None
    image_max_tokens: int | None
    remote_pictures: bool
    whisper_model: Path | None
    voices: Path | None
    data: Path | None
    sandbox: bool
    log_file: Path | None
    verbose: bool
    lang: Language
    ranks: Mapping[str, Rank]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a start finds: the program's own file, its packed arguments, and the environment."""

    program: Path
    packed: tuple[str, ...]
    environment: Mapping[str, str]


def read_settings(command_line: Sequence[Given], around: Surroundings) -> Settings:
    """Raises: BadSettings, saying which source holds what, and what is allowed."""
    given = [
        *of_arguments(around.packed, OPTIONS, Rank.PACKED, PACKED).given,
        *of_environment(around.environment, OPTIONS),
        *(each for each in command_line if each.option in OPTIONS),
    ]
    folder = _folder(_winners(given), around)
    if folder:
        given += of_file(folder / CONFIG, OPTIONS)
    winners = _winners(given)
    values: dict[str, Any] = {
        option.name: winners[option.name].value()
        if option.name in winners
        else option.default and option.kind.read(option.default)
        for option in OPTIONS
        if not option.flag_only
    }
    values["sampling"] = {
        option.name: value
        for option in OPTIONS
        if option.sampling
        and (value := values.pop(option.name)) is not None
        and option.name in winners
    }
    values["threads"] = values["threads"] or physical_cores()
    values["cpu"] = None if values["cpu"] == "auto" else values["cpu"]
    values["lang"] = _language(values["lang"], around.environment)
    values["data"] = folder
    for name in PATHS:
        if name in winners and winners[name].rank is Rank.FILE and folder:
            values[name] = folder / values[name]
    return Settings(**values, ranks={name: each.rank for name, each in winners.items()})


def language_of(command_line: Sequence[Given], environment: Mapping[str, str]) -> Language:
    """The language for what is said before (or instead of) reading all the settings."""
    lang = _winners(
        [
            each
            for each in (*of_environment(environment, OPTIONS), *command_line)
            if each.option.name == "lang"
        ]
    ).get("lang")
    try:
        return _language(lang.value() if lang else "auto", environment)
    except BadSettings:
        return of_system(dict(environment))


def _language(word: str, environment: Mapping[str, str]) -> Language:
    if word == "zh":
        return "zh"
    return "en" if word == "en" else of_system(dict(environment))


def _winners(given: Sequence[Given]) -> dict[str, Given]:
    """For each setting the one of highest rank; among equals, the last, or all of them."""
    winners: dict[str, Given] = {}
    for each in sorted(given, key=lambda each: each.rank):
        name, before = each.option.name, winners.get(each.option.name)
        if each.option.repeats and before and before.rank is each.rank:
            each = replace(each, text=f"{before.text},{each.text}")
        winners[name] = each
    return winners


def _folder(winners: Mapping[str, Given], around: Surroundings) -> Path | None:
    """Raises: BadSettings when a folder that someone named cannot be used."""
    named = winners.get("data")
    if named is None:
        return data_folder(around.program, around.environment)
    folder: Path = named.value()
    if not is_writable(folder) and not os.access(folder, os.R_OK):
        raise BadSettings(
            Text(
                f"The data folder {folder} cannot be used ({named.where.en}). "
                "Name one that you may write to.",
                f"无法使用数据文件夹 {folder}（{named.where.zh}）。请换一个可写的文件夹。",
            )
        )
    return folder
