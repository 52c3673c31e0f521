"""Loads a model into llama.cpp: mapped in place, out of whatever file holds it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bundle.slice import Slice
from app.engine.backend import Facts
from app.engine.capacity import GB, context_tokens
from app.engine.llama import LlamaCpp, piece_of
from app.engine.native import CFile, Native, native
from app.errors import AssistantError, BadFile
from app.language import Text
from app.settings.memory import memory

NOT_LOADED = Text(
    "The model in {path} cannot be loaded: it is damaged, or of a kind that this version does not "
    "know. llama.cpp says: {reason}",
    "无法加载 {path} 中的模型：文件已损坏，或者此版本不认识这种模型。llama.cpp 的说明：{reason}",
)
NOT_CHAT = Text(
    "The model in {path} ({description}) does not write text. Choose a chat model with -m.",
    "{path} 中的模型（{description}）不能生成文字。请用 -m 指定一个对话模型。",
)
NO_CONTEXT = Text(
    "There is no context of {tokens} tokens to be had. Start with a smaller --ctx-size. "
    "llama.cpp says: {reason}",
    "无法建立 {tokens} 个词元的上下文。请用更小的 --ctx-size 启动。llama.cpp 的说明：{reason}",
)
TOO_LARGE = Text(
    "The model in {path} takes {needed:.1f} GB of memory, and {free:.1f} GB are free. Choose a "
    "smaller one with -m, or close other programs.",
    "{path} 中的模型需要 {needed:.1f} GB 内存，而可用内存只有 {free:.1f} GB。"
    "请用 -m 指定更小的模型，或关闭其他程序。",
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
    loading = _Loading(native(options.libraries, options.cpu_library), model, options)
    loaded = loading.model(report)
    try:
        context = loading.context(loaded)
    except AssistantError:
        loading.lib.llama_model_free(loaded)
        raise
    llama = LlamaCpp(loading.native, loaded, context, _facts(loading.native, loaded, context))
    # No memory for tokens: an embedding model. An encoder: one that translates.
    if not loading.lib.llama_get_memory(context) or loading.lib.llama_model_has_encoder(loaded):
        llama.close()
        raise BadFile(NOT_CHAT.filled(path=model.path, description=llama.facts.description))
    return llama


class _Loading:
    def __init__(self, native: Native, source: Slice, options: LoadOptions) -> None:
        self.native = native
        self.lib = native.lib
        self._source = source
        self._options = options
        has_gpu = any(is_gpu for _, is_gpu in native.devices())
        self._on_gpu = has_gpu and options.gpu_layers != 0

    def model(self, report: Callable[[float], None]) -> Any:
        self._check_size()
        progress = _Progress(report)
        layers = AUTO if self._options.gpu_layers is None else self._options.gpu_layers
        parameters = self.lib.llama_model_default_params()
        parameters.n_gpu_layers = layers if self._on_gpu else 0
        parameters.progress_callback = self.lib.llama_progress_callback(progress)
        self.native.log.take_error()
        with CFile(self._source) as file:
            model = self.lib.llama_model_load_from_file_ptr(file.pointer, parameters)
        if progress.stopped:
            self.lib.llama_model_free(model)
            raise progress.stopped
        if not model:
            reason = self.native.log.take_error() or "?"
            raise BadFile(NOT_LOADED.filled(path=self._source.path, reason=reason))
        return model

    def context(self, model: Any) -> Any:
        options = self._options
        parameters = self.lib.llama_context_default_params()
        parameters.n_ctx = tokens = self._context_tokens(model)
        parameters.n_batch = options.batch_tokens
        parameters.n_ubatch = options.micro_batch_tokens
        parameters.n_seq_max = options.sequences
        # One row of logits for each sequence: room for a whole batch would be hundreds of MB.
        parameters.n_outputs_max = options.sequences
        parameters.n_threads = parameters.n_threads_batch = options.threads
        parameters.flash_attn_type = AUTO
        parameters.kv_unified = options.shared_context
        context = self.lib.llama_init_from_model(model, parameters)
        if not context:
            reason = self.native.log.take_error() or "?"
            raise BadFile(NO_CONTEXT.filled(tokens=tokens, reason=reason))
        return context

    def _check_size(self) -> None:
        free = _free_bytes()
        if not self._on_gpu and self._source.size > free:
            sizes = {"needed": self._source.size / GB, "free": free / GB}
            raise BadFile(TOO_LARGE.filled(path=self._source.path, **sizes))

    def _context_tokens(self, model: Any) -> int:
        asked = self._options.context_tokens
        trained: int = self.lib.llama_model_n_ctx_train(model)
        if self._on_gpu:
            return asked or trained
        return context_tokens(asked, trained, _token_bytes(self.lib, model), _free_bytes())


class _Progress:
    """What llama.cpp calls while it loads; an exception must not run through C."""

    def __init__(self, report: Callable[[float], None]) -> None:
        self._report = report
        self.stopped: Exception | None = None

    def __call__(self, progress: float, _data: object) -> bool:
        try:
            self._report(progress)
        except Exception as error:
            self.stopped = error
        return self.stopped is None


def _free_bytes() -> int:
    found = memory()
    return found.total if found.available is None else found.available


def _token_bytes(lib: Any, model: Any) -> int:
    """What one token's keys and values take, in 16 bits each."""
    architecture = _metadata(lib, model, "general.architecture") or ""
    head = lib.llama_model_n_embd(model) // max(1, lib.llama_model_n_head(model))
    key, value = (
        int(_metadata(lib, model, f"{architecture}.attention.{name}_length") or head)
        for name in ("key", "value")
    )
    heads: int = lib.llama_model_n_head_kv(model) * lib.llama_model_n_layer(model)
    return max(1, heads * (key + value) * 2)


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
