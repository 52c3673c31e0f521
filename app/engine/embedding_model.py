"""llama.cpp itself behind the `EmbeddingModel` protocol: a model with its own small context."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.bundle.slice import Slice
from app.engine.cores import CORES
from app.engine.embedding import FAILED, EmbeddingFacts, Pooling, Vector
from app.engine.mapped.mapped_file import MappedFile
from app.engine.native import Native, native, tokens_of
from app.engine.weights import AUTO, described, mapped, metadata, opened
from app.errors import BadFile, EngineFailed
from app.language import Text

NOT_EMBEDDING = Text(
    "The model in {path} ({description}) is not an embedding model. Choose one that is, or name a "
    "--pooling.",
    "{path} 中的模型（{description}）不是嵌入模型。请换用嵌入模型，或指定 --pooling。",
)
NO_CONTEXT = Text(
    "The embedding model in {path} gets no context of {tokens} tokens. llama.cpp says: {reason}",
    "无法为嵌入模型 {path} 建立 {tokens} 个词元的上下文。llama.cpp 的说明：{reason}",
)

POOLINGS: tuple[Pooling, ...] = ("none", "mean", "cls", "last", "rank")  # llama_pooling_type
PLACES = re.compile(r"\{(query|document)\}")  # in a template for reranking
USUAL_TOKENS = 2048  # what attention over a whole text may take memory and time for


@dataclass(frozen=True, slots=True)
class EmbeddingOptions:
    """How an embedding model is loaded."""

    libraries: Path
    cpu_library: Path
    threads: int
    context_tokens: int = 0  # 0: what it was trained for, up to 2048
    pooling: Pooling | None = None  # None: the model's own
    fallback: Pooling | None = None  # for a model that has none of its own, such as a chat model
    gpu_layers: int | None = None


def load_embedding_model(
    source: Slice, options: EmbeddingOptions, report: Callable[[float], None]
) -> LlamaEmbedding:
    """Load any model that can embed; a chat model only with a pooling, or a fallback.

    Raises: BadFile.
    """
    library = native(options.libraries, options.cpu_library)
    file = mapped(source)
    try:
        return _loaded(library, file, options, report)
    except BaseException:
        file.close()
        raise


def _loaded(
    library: Native, file: MappedFile, options: EmbeddingOptions, report: Callable[[float], None]
) -> LlamaEmbedding:
    source = file.source
    model = opened(library, source, options.gpu_layers, report)
    try:
        own = _own_pooling(library.lib, model)
        if own is None and options.pooling is None:
            options = replace(options, pooling=options.fallback)
        if (own is None and options.pooling is None) or _translates(library.lib, model):
            description = described(library.lib, model)
            raise BadFile(NOT_EMBEDDING.filled(path=source.path, description=description))
        context = _context(library, source, model, options)
        file.check()
    except BaseException:
        library.lib.llama_model_free(model)
        raise
    return LlamaEmbedding(library, model, context, file)


class LlamaEmbedding:
    """A loaded embedding model; see `EmbeddingModel`."""

    def __init__(self, native: Native, model: Any, context: Any, file: MappedFile) -> None:
        self._native = native
        self._file = file
        self._lib = lib = native.lib
        self._model = model
        self._context = context
        self._vocabulary = lib.llama_model_get_vocab(model)
        self._memory = lib.llama_get_memory(context)
        self._query_template = _text(lib.llama_model_chat_template(model, b"rerank"))
        # Such a vocabulary is of normalized text; a file may leave the normalizing to us.
        self._normalizes = metadata(lib, model, "tokenizer.ggml.model") == "t5"
        pooling = POOLINGS[lib.llama_pooling_type(context)]
        self.facts = EmbeddingFacts(
            name=metadata(lib, model, "general.name") or described(lib, model),
            description=described(lib, model),
            parameters=lib.llama_model_n_params(model),
            size_bytes=lib.llama_model_size(model),
            vocabulary=lib.llama_vocab_n_tokens(self._vocabulary),
            dimensions=lib.llama_model_n_embd_out(model),
            most_tokens=min(lib.llama_n_ctx(context), lib.llama_model_n_ctx_train(model)),
            pooling=pooling,
        )
        self._width = lib.llama_model_n_cls_out(model) if pooling == "rank" else None
        self._batch = lib.llama_batch_init(self.facts.most_tokens, 0, 1)

    def tokenize(self, text: str) -> tuple[int, ...]:
        """A text as the model's input, with what the model wants around it."""
        return self._tokens(text, begin=True)

    def pair(self, query: str, document: str) -> tuple[int, ...]:
        """A query and a document as one input of a reranking model.

        Source: llama.cpp, tools/server/server-common.cpp, `format_prompt_rerank`.
        """
        if template := self._query_template:
            texts = {"query": query, "document": document}
            text = PLACES.sub(lambda place: texts[place[1]], template)
            return self._tokens(text, begin=False)
        lib, words = self._lib, self._vocabulary
        begin = (lib.llama_vocab_bos(words),) if lib.llama_vocab_get_add_bos(words) else ()
        mark = lib.llama_vocab_eos(words)
        if mark < 0:
            mark = lib.llama_vocab_sep(words)
        end = (mark,) if lib.llama_vocab_get_add_eos(words) else ()
        between = (lib.llama_vocab_sep(words),) if lib.llama_vocab_get_add_sep(words) else ()
        first, second = (self._tokens(each, begin=False) for each in (query, document))
        return (*begin, *first, *end, *between, *second, *end)

    def vectors(self, tokens: Sequence[int]) -> list[Vector]:
        """One vector, without pooling one for each token; of a reranking model, its scores.

        One text at a time: several in one micro-batch would attend to each other's zeros, which
        costs their whole length squared. Raises: EngineFailed; ModelChanged.
        """
        self._file.check()
        self._fill(tokens)
        if self._memory:
            self._lib.llama_memory_clear(self._memory, True)
        with CORES.for_what_can_wait():
            result = self._lib.llama_decode(self._context, self._batch)
            self._lib.llama_synchronize(self._context)
        self._file.check()
        if result != 0:
            reason = self._native.log.take_error() or f"llama_decode: {result}"
            raise EngineFailed(FAILED.filled(reason=reason))
        if self.facts.pooling == "none":
            return [self._read(row) for row in range(len(tokens))]
        return [self._read(None)]

    def close(self) -> None:
        """Free it."""
        if self._context:
            self._lib.llama_batch_free(self._batch)
            self._lib.llama_free(self._context)
            self._lib.llama_model_free(self._model)
            self._file.close()
            self._context = None

    def _tokens(self, text: str, begin: bool) -> tuple[int, ...]:
        if self._normalizes:
            text = unicodedata.normalize("NFKC", text)
        return tokens_of(self._lib, self._vocabulary, text, special=True, begin=begin)

    def _fill(self, tokens: Sequence[int]) -> None:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place] = token
            batch.pos[place] = place
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = 0
            batch.logits[place] = 1

    def _read(self, row: int | None) -> Vector:
        if row is None:
            found = self._lib.llama_get_embeddings_seq(self._context, 0)
        else:
            found = self._lib.llama_get_embeddings_ith(self._context, row)
        if not found:
            raise EngineFailed(FAILED.filled(reason="llama_get_embeddings"))
        vector: Vector = found[: self._width or self.facts.dimensions]
        return vector


def _context(library: Native, source: Slice, model: Any, options: EmbeddingOptions) -> Any:
    lib = library.lib
    trained = lib.llama_model_n_ctx_train(model)
    tokens = min(options.context_tokens or USUAL_TOKENS, trained)
    parameters = lib.llama_context_default_params()
    # A text is attended to as a whole, so all of it must fit one micro-batch.
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = tokens
    parameters.n_seq_max = 1
    parameters.n_threads = parameters.n_threads_batch = options.threads
    parameters.embeddings = True
    parameters.flash_attn_type = AUTO
    if options.pooling is not None:
        parameters.pooling_type = POOLINGS.index(options.pooling)
    context = lib.llama_init_from_model(model, parameters)
    if not context:
        reason = library.log.take_error() or "?"
        raise BadFile(NO_CONTEXT.filled(path=source.path, tokens=tokens, reason=reason))
    return context


def _own_pooling(lib: Any, model: Any) -> str | None:
    architecture = metadata(lib, model, "general.architecture") or ""
    return metadata(lib, model, f"{architecture}.pooling_type")


def _translates(lib: Any, model: Any) -> bool:
    return bool(lib.llama_model_has_encoder(model) and lib.llama_model_has_decoder(model))


def _text(words: bytes | None) -> str:
    return words.decode("utf-8", "replace") if words else ""
