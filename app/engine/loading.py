"""Loads a model into llama.cpp: mapped in place, out of whatever file holds it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bundle.slice import Slice
from app.engine.backend import Facts
from app.engine.llama import LlamaCpp, piece_of
from app.engine.native import CFile, Native, native
from app.errors import AssistantError, BadFile
from app.language import Text

NOT_LOADED = Text(
    "The model in {path} cannot be loaded: it is damaged, or of a kind that this version does not "
    "know. llama.cpp says: {reason}",
    "无法加载 {path} 中的模型：文件已损坏，或者此版本不认识这种模型。llama.cpp 的说明：{reason}",
)
NOT_CHAT = Text(
    "The model in {path} ({description}) does not write text. Choose a chat model with -m.",
    "{path} 中的模型（{description}）不能生成文字。请用 -m 指定一个对话模型。",
)
NO_MEMORY = Text(
    "There is not enough memory for a context of {tokens} tokens. Start with a smaller --ctx-size. "
    "llama.cpp says: {reason}",
    "内存不足，放不下 {tokens} 个词元的上下文。请用更小的 --ctx-size 启动。"
    "llama.cpp 的说明：{reason}",
)
AUTO = -1  # LLAMA_FLASH_ATTN_TYPE_AUTO; for layers on the GPU: all


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded; names and defaults are llama-server's where it has them."""

    libraries: Path
    cpu_library: Path
    threads: int
    context_tokens: int = 0  # 0: what the model was trained for
    sequences: int = 4
    gpu_layers: int | None = None  # None: all, where there is a GPU
    batch_tokens: int = 2048
    micro_batch_tokens: int = 512
    shared_context: bool = True  # one sequence may take all places that the others leave


def load(model: Slice, options: LoadOptions, report: Callable[[float], None]) -> LlamaCpp:
    """Load a model. `report` is told the progress, 0 to 1; what it raises ends the load.

    Raises: BadFile.
    """
    library = native(options.libraries, options.cpu_library)
    loaded = _load_model(library, model, options, report)
    try:
        context = _new_context(library, loaded, options)
    except AssistantError:
        library.lib.llama_model_free(loaded)
        raise
    llama = LlamaCpp(library, loaded, context, _facts(library, loaded, context))
    # No memory for tokens: an embedding model. An encoder: one that translates.
    if not library.lib.llama_get_memory(context) or library.lib.llama_model_has_encoder(loaded):
        llama.close()
        raise BadFile(NOT_CHAT.filled(path=model.path, description=llama.facts.description))
    return llama


def _load_model(
    library: Native, source: Slice, options: LoadOptions, report: Callable[[float], None]
) -> Any:
    lib = library.lib
    stopped: list[Exception] = []

    def on_progress(progress: float, _data: object) -> bool:
        try:
            report(progress)
        except Exception as error:  # it must not run through C
            stopped.append(error)
        return not stopped

    parameters = lib.llama_model_default_params()
    parameters.n_gpu_layers = _gpu_layers(library, options)
    parameters.progress_callback = callback = lib.llama_progress_callback(on_progress)
    library.log.last_errors()
    with CFile(source) as file:
        model = lib.llama_model_load_from_file_ptr(file.pointer, parameters)
    del callback
    if stopped:
        if model:
            lib.llama_model_free(model)
        raise stopped[0]
    if not model:
        reason = library.log.last_errors() or "?"
        raise BadFile(NOT_LOADED.filled(path=source.path, reason=reason))
    return model


def _gpu_layers(library: Native, options: LoadOptions) -> int:
    if options.gpu_layers is not None:
        return options.gpu_layers
    return AUTO if any(is_gpu for _, is_gpu in library.devices()) else 0


def _new_context(library: Native, model: Any, options: LoadOptions) -> Any:
    parameters = library.lib.llama_context_default_params()
    parameters.n_ctx = options.context_tokens
    parameters.n_batch = options.batch_tokens
    parameters.n_ubatch = options.micro_batch_tokens
    parameters.n_seq_max = options.sequences
    parameters.n_threads = parameters.n_threads_batch = options.threads
    parameters.flash_attn_type = AUTO
    parameters.kv_unified = options.shared_context
    library.log.last_errors()
    context = library.lib.llama_init_from_model(model, parameters)
    if not context:
        trained = library.lib.llama_model_n_ctx_train(model)
        tokens = options.context_tokens or trained
        raise BadFile(NO_MEMORY.filled(tokens=tokens, reason=library.log.last_errors()))
    return context


def _facts(library: Native, model: Any, context: Any) -> Facts:
    lib = library.lib
    vocabulary = lib.llama_model_get_vocab(model)
    words = ctypes.create_string_buffer(256)
    lib.llama_model_desc(model, words, len(words))
    description = words.value.decode("utf-8", "replace")
    template = lib.llama_model_chat_template(model, None)
    return Facts(
        name=_metadata(lib, model, "general.name") or description,
        description=description,
        parameters=lib.llama_model_n_params(model),
        size_bytes=lib.llama_model_size(model),
        vocabulary=lib.llama_vocab_n_tokens(vocabulary),
        trained_context_tokens=lib.llama_model_n_ctx_train(model),
        context_tokens=lib.llama_n_ctx(context),
        sequence_tokens=lib.llama_n_ctx_seq(context),
        sequences=lib.llama_n_seq_max(context),
        batch_tokens=lib.llama_n_batch(context),
        adds_begin=bool(lib.llama_vocab_get_add_bos(vocabulary)),
        begin_text=_special(lib, vocabulary, lib.llama_vocab_bos(vocabulary)),
        end_text=_special(lib, vocabulary, lib.llama_vocab_eos(vocabulary)),
        template=template.decode("utf-8", "replace") if template else None,
        devices=tuple(words for words, _ in library.devices()),
    )


def _metadata(lib: Any, model: Any, key: str) -> str | None:
    words = ctypes.create_string_buffer(256)
    if lib.llama_model_meta_val_str(model, key.encode(), words, len(words)) < 0:
        return None
    return words.value.decode("utf-8", "replace")


def _special(lib: Any, vocabulary: Any, token: int) -> str:
    if token < 0:  # the model has none
        return ""
    return piece_of(lib, vocabulary, token, special=True).decode("utf-8", "replace")
