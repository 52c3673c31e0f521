"""An embedding model in real llama.cpp."""

from __future__ import annotations

import ctypes
import math
from pathlib import Path

from app.bundle.parts import parts
from app.engine.native import native
from app.engine.processor.proof import best_variant
from app.errors import AssistantError
from tests import requirements

ROOM = 512


class Encoder:
    """A model file, loaded."""

    def __init__(self, path: Path) -> None:
        try:
            found = parts()
        except AssistantError as error:
            requirements.missing(str(error))
        variant = best_variant(found.libraries, None, found.build)
        self._lib = native(found.libraries, variant.library).lib
        parameters = self._lib.llama_model_default_params()
        parameters.n_gpu_layers = 0
        self._model = self._lib.llama_model_load_from_file(str(path).encode(), parameters)
        assert self._model, f"llama.cpp does not load {path}"

    def tokens(self, text: str) -> list[int]:
        """Token ids, with those that begin and end a sequence."""
        data, room = text.encode(), (ctypes.c_int32 * ROOM)()
        vocabulary = self._lib.llama_model_get_vocab(self._model)
        count = self._lib.llama_tokenize(vocabulary, data, len(data), room, ROOM, True, False)
        return list(room[:count])

    def vector(self, text: str) -> list[float]:
        """The embedding, of length one."""
        parameters = self._lib.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 256
        parameters.n_threads = parameters.n_threads_batch = 1
        parameters.embeddings = True
        context = self._lib.llama_init_from_model(self._model, parameters)
        try:
            tokens = self.tokens(text)
            array = (ctypes.c_int32 * len(tokens))(*tokens)
            batch = self._lib.llama_batch_get_one(array, len(tokens))
            assert self._lib.llama_encode(context, batch) == 0
            size = self._lib.llama_model_n_embd(self._model)
            vector = self._lib.llama_get_embeddings_seq(context, 0)[:size]
        finally:
            self._lib.llama_free(context)
        length = math.hypot(*vector)
        return [number / length for number in vector]

    def close(self) -> None:
        """Free it."""
        self._lib.llama_model_free(self._model)
