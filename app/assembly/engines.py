"""The engine that answers, and the one that makes vectors."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from app.assembly.files import adapters_of, draft_of, eyes_of, model_of, reranker_of, template_of
from app.bundle.cache import cache_root
from app.bundle.parts import Parts
from app.bundle.slice import Slice
from app.engine.allocator import keep_flat
from app.engine.backend import Llama
from app.engine.embedding import Embedder, Pooling
from app.engine.engine import Engine
from app.engine.prefixes.prefixes import Caches
from app.engine.processor.proof import best_variant
from app.engine.processor.variants import Choice
from app.engine.scheduler import Limits
from app.engine.waiting import wait_briefly
from app.errors import SwitchedOff
from app.language import Text
from app.settings import Settings

if TYPE_CHECKING:
    from app.engine.embedding_model import LlamaEmbedding
    from app.engine.loading import LoadOptions

log = logging.getLogger(__name__)

MIB = 2**20
NO_LIMIT = 2**62

VECTORS_ONLY = Text(
    "This assistant makes vectors only: it was started with --embeddings or --reranking.",
    "此助手只生成向量：启动时使用了 --embeddings 或 --reranking。",
)


@contextmanager
def engine(settings: Settings, found: Parts, answers: bool = True) -> Iterator[Engine]:
    """An engine that loads the model that the settings name; it ends afterwards.

    `answers` False: none that answers anything, and nothing is loaded.
    Raises: BadSettings, BadFile, EngineFailed.
    """
    model = model_of(settings, found)
    keep_flat()
    wait_briefly()
    # Before any thread starts: alone in its process, the proof needs no second program.
    choice = variant(settings, found)
    log.info("%s", choice.reason.en)
    silent = only_vectors(settings) or not answers
    load = _no_answers if silent else _loader(settings, found, model, choice)
    idle = settings.sleep_idle_seconds
    sleep_after_s = float(idle) if idle > 0 else None
    running = Engine(load, _limits(settings), _caches(settings), sleep_after_s)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def embedder(settings: Settings, found: Parts) -> Iterator[Embedder | None]:
    """What makes vectors, if anything does; it ends afterwards. Raises: BadSettings."""
    alone = only_vectors(settings)
    model = model_of(settings, found) if alone else found.embedding
    if model is None:
        yield None
        return
    # Beside a model that answers, one that nobody may ask should take no memory.
    load = _embedding_loader(settings, found, model, variant(settings, found))
    running = Embedder(load, at_once=alone)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def reranker(settings: Settings, found: Parts) -> Iterator[Embedder | None]:
    """What puts passages in order, if a model for it is named. Raises: BadSettings."""
    model = reranker_of(settings)
    if model is None:
        yield None
        return
    load = _embedding_loader(settings, found, model, variant(settings, found), "rank")
    running = Embedder(load, at_once=False)
    try:
        yield running
    finally:
        running.close()


def only_vectors(settings: Settings) -> bool:
    """Whether the model of -m makes vectors, and nothing answers."""
    return settings.embeddings or settings.reranking


def variant(settings: Settings, found: Parts) -> Choice:
    """The build of the engine for this processor."""
    return best_variant(found.libraries, cache_root(os.environ), found.build, settings.cpu)


def _no_answers(_report: object) -> Llama:
    """In place of a model that answers. Raises: SwitchedOff."""
    raise SwitchedOff(VECTORS_ONLY)


def _limits(settings: Settings) -> Limits:
    guesses = settings.spec_type != "none"
    return Limits(
        draft_tokens=settings.draft_max if guesses else 0,
        lookup=settings.spec_type in ("auto", "ngram-simple"),
        shifts=settings.context_shift,
    )


def _caches(settings: Settings) -> Caches:
    ram = NO_LIMIT if settings.cache_ram < 0 else settings.cache_ram * MIB
    folder = settings.data / "prefixes" if settings.data else None
    return Caches(ram_bytes=ram, folder=folder, slot_folder=settings.slot_save_path)


def _loader(
    settings: Settings, found: Parts, model: Slice, choice: Choice
) -> Callable[[Callable[[float], None]], Llama]:
    # What is named wrongly is told before anything is loaded.
    draft, adapters, template = draft_of(settings), adapters_of(settings), template_of(settings)
    eyes = eyes_of(settings)

    def load_model(report: Callable[[float], None]) -> Llama:
        from app.engine.loading import load

        options = replace(
            _options(settings, found, choice), draft=draft, adapters=adapters, eyes=eyes
        )
        llama = load(model, options, report)
        if template is not None:
            llama.facts = replace(llama.facts, template=template)
        return llama

    return load_model


def _options(settings: Settings, found: Parts, choice: Choice) -> LoadOptions:
    from app.engine.loading import LoadOptions

    shared = settings.parallel is None if settings.kv_unified is None else settings.kv_unified
    return LoadOptions(
        libraries=found.libraries,
        cpu_library=choice.library,
        threads=settings.threads,
        context_tokens=settings.ctx_size,
        sequences=settings.parallel,
        gpu_layers=settings.gpu_layers,
        batch_tokens=settings.batch_size,
        micro_batch_tokens=settings.ubatch_size,
        shared_context=shared,
        flash_attention={"on": True, "off": False}.get(settings.flash_attn),
        key_type=settings.cache_type_k,
        value_type=settings.cache_type_v,
    )


def _embedding_loader(
    settings: Settings,
    found: Parts,
    model: Slice,
    choice: Choice,
    pooling: Pooling | None = None,
) -> Callable[[Callable[[float], None]], LlamaEmbedding]:
    def load_model(report: Callable[[float], None]) -> LlamaEmbedding:
        from app.engine.embedding_model import POOLINGS, EmbeddingOptions, load_embedding_model

        named = next((each for each in POOLINGS if each == settings.pooling), None)
        options = EmbeddingOptions(
            libraries=found.libraries,
            cpu_library=choice.library,
            threads=settings.threads,
            context_tokens=settings.ctx_size or 0,
            pooling=pooling or ("rank" if settings.reranking else named),
            fallback="last",  # a chat model's last token has seen all others
            gpu_layers=settings.gpu_layers,
        )
        return load_embedding_model(model, options, report)

    return load_model
