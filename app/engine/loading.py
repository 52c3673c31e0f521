"""Loads a model into llama.cpp: mapped in place, out of whatever file holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.bundle.slice import Slice
from app.engine.adapter_files import LoadedAdapters
from app.engine.adapters import AdapterFile
from app.engine.backend import Facts
from app.engine.capacity import USUAL, context_tokens, sequences
from app.engine.llama import LlamaCpp
from app.engine.mapped.mapped_file import MappedFile, fingerprint
from app.engine.native import Native, native, piece_of
from app.engine.pictures.options import EyesOptions
from app.engine.weights import (
    AUTO,
    described,
    free_bytes,
    mapped,
    metadata,
    opened,
    uses_gpu,
)
from app.errors import AssistantError, BadFile
from app.language import Text

NOT_CHAT = Text(
    "The model in {path} ({description}) does not write text. Choose a chat model with -m.",
    "{path} 中的模型（{description}）不能生成文字。请用 -m 指定一个对话模型。",
)
NO_CONTEXT = Text(
    "There is no context of {tokens} tokens to be had. Start with a smaller --ctx-size. "
    "llama.cpp says: {reason}",
    "无法建立 {tokens} 个词元的上下文。请用更小的 --ctx-size 启动。llama.cpp 的说明：{reason}",
)
OTHER_WORDS = Text(
    "The draft model in {path} has other tokens than the model that it should draft for: token "
    "{token} differs. Name a smaller model of the same family with -md.",
    "草稿模型 {path} 的词表与主模型不同（词元 {token} 不一致）。请用 -md 指定同一系列的较小模型。",
)

KEPT = {  # ggml's type, and bytes for each number
    "f32": (0, 4),
    "f16": (1, 2),
    "bf16": (30, 2),
    "q8_0": (8, 34 / 32),
    "q5_1": (7, 24 / 32),
    "q5_0": (6, 22 / 32),
    "q4_1": (3, 20 / 32),
    "q4_0": (2, 18 / 32),
    "iq4_nl": (20, 18 / 32),
}

DRAFTED = 32  # tokens that one decode call may check, of all answers together
STATE_TOKENS = 1024  # a recurrent model's state takes about as much as so many tokens would


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded; names and defaults are llama-server's where it has them."""

    libraries: Path
    cpu_library: Path
    threads: int
    context_tokens: int | None = None  # None: by memory; 0: what the model was trained for
    sequences: int | None = 4  # None: by memory
    gpu_layers: int | None = None  # None: all, where there is a GPU
    batch_tokens: int = 2048
    micro_batch_tokens: int = 512
    draft: Slice | None = None  # a smaller model of the same vocabulary, to guess answers
    adapters: tuple[AdapterFile, ...] = ()
    shared_context: bool = True  # one sequence may take all places that the others leave
    flash_attention: bool | None = None  # None: where it can be used
    key_type: str = "f16"  # how exactly keys and values are kept: one of `KEPT`
    value_type: str = "f16"
    eyes: EyesOptions | None = None  # what lets it see


Report = Callable[[float], None]


def load(model: Slice, options: LoadOptions, report: Report) -> LlamaCpp:
    """Load a model. `report` is told the progress, 0 to 1; what it raises ends the load.

    Raises: BadFile.
    """
    sizes = [model.size, options.draft.size if options.draft else 0]
    sizes.append(options.eyes.path.stat().st_size if options.eyes else 0)
    of_model, of_draft, of_eyes = _shares(sizes, report)
    llama = _loaded(model, options, of_model)
    try:
        if options.draft:
            llama.draft = _draft(llama, options.draft, options, of_draft)
        if options.eyes:
            llama.see(options.eyes, of_eyes)
    except Exception:
        llama.close()
        raise
    return llama


def _shares(sizes: Sequence[int], report: Report) -> list[Report]:
    """What is told the progress of each part, one after the other."""
    whole = sum(sizes)

    def part(number: int) -> Report:
        before = sum(sizes[:number])
        return lambda done: report((before + done * sizes[number]) / whole)

    return [part(number) for number in range(len(sizes))]


def _draft(llama: LlamaCpp, model: Slice, options: LoadOptions, report: Report) -> LlamaCpp:
    facts = llama.facts
    same = replace(
        options,
        context_tokens=facts.context_tokens,
        sequences=facts.sequences,
        adapters=(),
    )
    draft = _loaded(model, same, report)
    if (token := llama.differs_from(draft)) is not None:
        draft.close()
        raise BadFile(OTHER_WORDS.filled(path=model.path, token=token))
    return draft


def _loaded(model: Slice, options: LoadOptions, report: Report) -> LlamaCpp:
    file = mapped(model)
    try:
        return _computing_with(file, options, report)
    except BaseException:
        file.close()
        raise


def _computing_with(file: MappedFile, options: LoadOptions, report: Report) -> LlamaCpp:
    model = file.source
    loading = _Loading(native(options.libraries, options.cpu_library), model, options)
    loaded = loading.model(report)
    try:
        adapters = LoadedAdapters(loading.native, loaded, options.adapters)
        context = loading.context(loaded)
        file.check()
    except AssistantError:
        loading.lib.llama_model_free(loaded)
        raise
    facts = _facts(loading.native, loaded, context)
    added = (fingerprint(each.source) for each in options.adapters)
    identity = " ".join((file.fingerprint, *added, *loading.saved_with))
    facts = replace(
        facts, logit_rows=loading.logit_rows, identity=identity, adapters=adapters.facts
    )
    llama = LlamaCpp(loading.native, loaded, context, facts, file, adapters=adapters)
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
        self._on_gpu = uses_gpu(native, options.gpu_layers)

    def model(self, report: Report) -> Any:
        return opened(self.native, self._source, self._options.gpu_layers, report)

    def context(self, model: Any) -> Any:
        options = self._options
        parameters = self.lib.llama_context_default_params()
        parameters.n_ctx = tokens = self._context_tokens(model)
        answers = self._sequences(model, tokens)
        parameters.n_batch = options.batch_tokens
        parameters.n_ubatch = options.micro_batch_tokens
        parameters.n_seq_max = answers
        # A row of logits for each sequence, and some: a whole batch of them takes hundreds of MB.
        self.logit_rows = parameters.n_outputs_max = min(answers + DRAFTED, options.batch_tokens)
        parameters.n_threads = parameters.n_threads_batch = options.threads
        flash = options.flash_attention
        parameters.flash_attn_type = AUTO if flash is None else int(flash)
        parameters.type_k, parameters.type_v = (
            KEPT[name][0] for name in (options.key_type, options.value_type)
        )
        parameters.kv_unified = options.shared_context
        context = self.lib.llama_init_from_model(model, parameters)
        if not context:
            reason = self.native.log.take_error() or "?"
            raise BadFile(NO_CONTEXT.filled(tokens=tokens, reason=reason))
        return context

    @property
    def saved_with(self) -> tuple[str, ...]:
        """What decides, beside the files, whether another context can restore what this saves."""
        options = self._options
        parts = 1 if options.shared_context else options.sequences
        return (
            options.key_type,
            options.value_type,
            f"flash attention {options.flash_attention}",
            f"in {parts}",
        )

    def _context_tokens(self, model: Any) -> int:
        asked = self._options.context_tokens
        trained: int = self.lib.llama_model_n_ctx_train(model)
        if self._on_gpu:
            return min(USUAL, trained) if asked is None else asked or trained
        return context_tokens(asked, trained, self._token_bytes(model), free_bytes())

    def _sequences(self, model: Any, tokens: int) -> int:
        keeps_state = self.lib.llama_model_is_recurrent(model) or self.lib.llama_model_is_hybrid(
            model
        )
        state_bytes = self._token_bytes(model) * STATE_TOKENS if keeps_state else 0
        return sequences(self._options.sequences, tokens, state_bytes, free_bytes())

    def _token_bytes(self, model: Any) -> int:
        """What one token's keys and values take."""
        lib, options = self.lib, self._options
        architecture = metadata(lib, model, "general.architecture") or ""
        head = lib.llama_model_n_embd(model) // max(1, lib.llama_model_n_head(model))
        sizes = (
            int(metadata(lib, model, f"{architecture}.attention.{name}_length") or head) * bytes_
            for name, bytes_ in (
                ("key", KEPT[options.key_type][1]),
                ("value", KEPT[options.value_type][1]),
            )
        )
        heads: int = lib.llama_model_n_head_kv(model) * lib.llama_model_n_layer(model)
        return max(1, round(heads * sum(sizes)))


def _facts(library: Native, model: Any, context: Any) -> Facts:
    lib = library.lib
    vocabulary = lib.llama_model_get_vocab(model)
    description = described(lib, model)
    template = lib.llama_model_chat_template(model, None)
    return Facts(
        name=metadata(lib, model, "general.name") or description,
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
        can_cut=not (lib.llama_model_is_recurrent(model) or lib.llama_model_is_hybrid(model)),
    )


def _special(lib: Any, vocabulary: Any, token: int) -> str:
    if token < 0:  # the model has none
        return ""
    return piece_of(lib, vocabulary, token, special=True).decode("utf-8", "replace")
