"""Opens a model's file in llama.cpp: its weights stay mapped in place."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from app.bundle.slice import Slice
from app.engine.capacity import GB
from app.engine.mapped.mapped_file import MappedFile
from app.engine.native import UNREADABLE, CFile, Native
from app.errors import BadFile
from app.language import Text
from app.settings.memory import memory

NOT_LOADED = Text(
    "The model in {path} cannot be loaded: it is damaged, or of a kind that this version does not "
    "know. llama.cpp says: {reason}",
    "无法加载 {path} 中的模型：文件已损坏，或者此版本不认识这种模型。llama.cpp 的说明：{reason}",
)
TOO_LARGE = Text(
    "The model in {path} takes {needed:.1f} GB of memory, and {free:.1f} GB are free. Choose a "
    "smaller one with -m, or close other programs.",
    "{path} 中的模型需要 {needed:.1f} GB 内存，而可用内存只有 {free:.1f} GB。"
    "请用 -m 指定更小的模型，或关闭其他程序。",
)

AUTO = -1  # LLAMA_FLASH_ATTN_TYPE_AUTO; for layers on the GPU: all


def mapped(source: Slice) -> MappedFile:
    """The file of a model, from before it is opened. Raises: BadFile."""
    try:
        return MappedFile(source)
    except OSError as error:
        reason = error.strerror or error
        raise BadFile(UNREADABLE.filled(path=source.path, reason=reason)) from error


def opened(
    native: Native, source: Slice, gpu_layers: int | None, report: Callable[[float], None]
) -> Any:
    """llama.cpp's model; whoever asked for it frees it. `gpu_layers` None: all, if there is a GPU.

    `report` is told the progress, 0 to 1; what it raises ends the load.
    Raises: BadFile.
    """
    lib = native.lib
    on_gpu = uses_gpu(native, gpu_layers)
    if not on_gpu:
        _check_size(source)
    progress = Progress(report)
    parameters = lib.llama_model_default_params()
    layers = AUTO if gpu_layers is None else gpu_layers
    parameters.n_gpu_layers = layers if on_gpu else 0
    parameters.progress_callback = lib.llama_progress_callback(progress)
    native.log.take_error()
    with CFile(source) as file:
        model = lib.llama_model_load_from_file_ptr(file.pointer, parameters)
    if progress.stopped:
        lib.llama_model_free(model)
        raise progress.stopped
    if not model:
        reason = native.log.take_error() or "?"
        raise BadFile(NOT_LOADED.filled(path=source.path, reason=reason))
    return model


def uses_gpu(native: Native, gpu_layers: int | None) -> bool:
    """Whether a GPU computes."""
    return gpu_layers != 0 and any(is_gpu for _, is_gpu in native.devices())


def free_bytes() -> int:
    """How much memory is to be had."""
    found = memory()
    return found.total if found.available is None else found.available


def metadata(lib: Any, model: Any, key: str) -> str | None:
    """A value that the model's file names."""
    words = ctypes.create_string_buffer(256)
    if lib.llama_model_meta_val_str(model, key.encode(), words, len(words)) < 0:
        return None
    return words.value.decode("utf-8", "replace")


def described(lib: Any, model: Any) -> str:
    """Architecture, size and quantization in a few words."""
    words = ctypes.create_string_buffer(256)
    lib.llama_model_desc(model, words, len(words))
    return words.value.decode("utf-8", "replace")


def _check_size(source: Slice) -> None:
    free = free_bytes()
    if source.size > free:
        sizes = {"needed": source.size / GB, "free": free / GB}
        raise BadFile(TOO_LARGE.filled(path=source.path, **sizes))


class Progress:
    """What llama.cpp calls while it loads.

    `stopped`: what was raised meanwhile, because an exception must not run through C.
    """

    def __init__(self, report: Callable[[float], None]) -> None:
        self._report = report
        self.stopped: Exception | None = None

    def __call__(self, progress: float, _data: object) -> bool:
        """Whether to go on."""
        try:
            self._report(progress)
        except Exception as error:
            self.stopped = error
        return self.stopped is None
