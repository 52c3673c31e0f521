"""A real model, loaded with the compiled llama.cpp, on one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from app import cpu
from app.bundle.parts import parts
from app.bundle.slice import Slice
from app.engine.backend import Span
from app.engine.llama import LlamaCpp
from app.engine.loading import LoadOptions, load
from app.engine.processor import proof
from app.engine.processor.variants import fitting
from app.engine.request import Generation
from app.errors import AssistantError
from tests import requirements


@cache
def libraries() -> tuple[Path, Path]:
    """The folder of llama.cpp's libraries, and the CPU variant for this machine."""
    try:
        folder = parts().libraries
    except AssistantError as error:
        requirements.missing(str(error))
    variants = proof.variants_in(folder)
    return folder, variants[fitting(cpu.features(), variants)[0]]


@contextmanager
def loaded(path: Path, **options: Any) -> Iterator[LlamaCpp]:
    """The model in a file."""
    folder, library = libraries()
    small = {"threads": 1, "context_tokens": 512, "sequences": 2, "batch_tokens": 512} | options
    llama = load(Slice.whole(path), LoadOptions(folder, library, **small), lambda _: None)
    try:
        yield llama
    finally:
        llama.close()


def generate(llama: LlamaCpp, generation: Generation) -> list[int]:
    """The tokens that follow a prompt, by a sampler of its own."""
    llama.check(generation.sampling)
    sampler = llama.sampler(generation)
    llama.forget(0, 0)
    tokens, chosen, position = list(generation.prompt), list[int](), 0
    try:
        while len(chosen) < (generation.max_tokens or 16):
            (row,) = llama.decode([Span(0, position, tokens, 1)])
            position += len(tokens)
            token = sampler.sample(row)
            if llama.ends(token):
                break
            chosen.append(token)
            tokens = [token]
        return chosen
    finally:
        sampler.close()


def text_of(llama: LlamaCpp, tokens: list[int]) -> str:
    """What these tokens say."""
    return b"".join(llama.piece(token) for token in tokens).decode("utf-8", "replace")
