"""Loads LoRA adapters into a model, and lets a context compute with them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from app.engine.adapters import Adapter, AdapterFile
from app.engine.native import CFile, Native
from app.engine.prefixes.prefix import Adapters
from app.errors import BadFile
from app.language import Text

NOT_LOADED = Text(
    "The LoRA adapter in {path} cannot be used with this model. llama.cpp says: {reason}",
    "LoRA 适配器 {path} 无法用于该模型。llama.cpp 的说明：{reason}",
)
ACTIVATED = Text(
    "The LoRA adapter in {path} applies only after a phrase of its own; such adapters are not "
    "supported.",
    "LoRA 适配器 {path} 只在特定短语之后生效，目前不支持这类适配器。",
)


class LoadedAdapters:
    """A model's adapters. They must be loaded before its context; the model frees them."""

    def __init__(self, native: Native, model: Any, files: Sequence[AdapterFile]) -> None:
        """Raises: BadFile."""
        self._lib = native.lib
        self._native = native
        self._pointers = [self._loaded(model, file) for file in files]
        self.facts = tuple(
            Adapter(
                id=number,
                path=str(file.source.path),
                scale=file.scale,
                task_name=self._metadata(pointer, "adapter.lora.task_name"),
                prompt_prefix=self._metadata(pointer, "adapter.lora.prompt_prefix"),
            )
            for number, (file, pointer) in enumerate(zip(files, self._pointers, strict=True))
        )

    def apply(self, context: Any, wanted: Adapters) -> None:
        """Let a context compute with these from its next decode call on."""
        count = len(wanted)
        pointers = (self._lib.llama_adapter_lora_p_ctypes * count)(
            *(self._pointers[number] for number, _ in wanted)
        )
        scales = (ctypes.c_float * count)(*(scale for _, scale in wanted))
        self._lib.llama_set_adapters_lora(context, pointers, count, scales)

    def _loaded(self, model: Any, file: AdapterFile) -> Any:
        path = file.source.path
        self._native.log.take_error()
        with CFile(file.source) as opened:
            pointer = self._lib.llama_adapter_lora_init_from_file_ptr(model, opened.pointer)
        if not pointer:
            reason = self._native.log.take_error() or "?"
            raise BadFile(NOT_LOADED.filled(path=path, reason=reason))
        if self._lib.llama_adapter_get_alora_n_invocation_tokens(pointer):
            raise BadFile(ACTIVATED.filled(path=path))
        return pointer

    def _metadata(self, pointer: Any, key: str) -> str:
        words = ctypes.create_string_buffer(512)
        self._lib.llama_adapter_meta_val_str(pointer, key.encode(), words, len(words))
        return words.value.decode("utf-8", "replace")
