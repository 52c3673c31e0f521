"""Puts the assistant together from settings and parts: the one place that builds objects."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import __version__
from app.bundle.cache import cache_root
from app.bundle.parts import Parts, parts
from app.bundle.slice import Slice
from app.engine.backend import Llama
from app.engine.engine import Engine
from app.engine.proof import best_variant
from app.engine.variants import Choice
from app.errors import BadSettings
from app.language import Text
from app.settings import Settings

if TYPE_CHECKING:
    from app.api.server import Server

log = logging.getLogger(__name__)

NO_MODEL = Text(
    "There is no model inside this file. Name one: -m model.gguf",
    "本文件中没有模型。请指定一个：-m model.gguf",
)
NO_SUCH_FILE = Text(
    "There is no model file {path} that can be read. --model takes the path of a GGUF file.",
    "找不到或无法读取模型文件 {path}。--model 后面应为 GGUF 文件的路径。",
)


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything of one start that serves."""

    settings: Settings
    engine: Engine
    server: Server


@contextmanager
def assistant(settings: Settings, port: int) -> Iterator[Assistant]:
    """An engine that loads, and a server for it that does not listen yet.

    The engine ends afterwards; whoever starts the server stops it.
    Raises: BadSettings, BadFile, EngineFailed.
    """
    found = parts()
    with engine(settings, found) as running:
        # The engine's thread is loading the model while these are imported.
        from app.api.app import create_app
        from app.api.server import Server
        from app.api.services import Services

        services = Services(
            engine=running,
            page=found.page,
            model_alias=model_name(settings, found),
            version=__version__,
            api_key=settings.api_key,
            host=settings.host,
        )
        yield Assistant(settings, running, Server(create_app(services), settings.host, port))


@contextmanager
def engine(settings: Settings, found: Parts) -> Iterator[Engine]:
    """An engine that loads the model that the settings name; it ends afterwards.

    Raises: BadSettings, BadFile, EngineFailed.
    """
    model = model_of(settings, found)
    # Before any thread starts: alone in its process, the proof needs no second program.
    choice = variant(settings, found)
    log.info("%s", choice.reason.en)
    running = Engine(_loader(settings, found, model, choice))
    try:
        yield running
    finally:
        running.close()


def variant(settings: Settings, found: Parts) -> Choice:
    """The build of the engine for this processor."""
    return best_variant(found.libraries, cache_root(os.environ), found.build, settings.cpu)


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
    return settings.model.stem if settings.model else found.model_name


def _loader(
    settings: Settings, found: Parts, model: Slice, choice: Choice
) -> Callable[[Callable[[float], None]], Llama]:
    def load_model(report: Callable[[float], None]) -> Llama:
        from app.engine.loading import LoadOptions, load

        options = LoadOptions(
            libraries=found.libraries,
            cpu_library=choice.library,
            threads=settings.threads,
            context_tokens=settings.ctx_size,
            sequences=settings.parallel,
            gpu_layers=settings.gpu_layers,
            batch_tokens=settings.batch_size,
            micro_batch_tokens=settings.ubatch_size,
        )
        return load(model, options, report)

    return load_model
