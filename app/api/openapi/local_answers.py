"""What llama.cpp's and Ollama's addresses and our own answer, as the description tells it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Health(msgspec.Struct):
    """The model is ready.

    `documents`: whether documents can be kept; `documents_kept`: whether any ever were;
    `hears`, `speaks`: whether speech is recognized, and texts are said.
    """

    status: Literal["ok"]
    assistant: str
    documents: bool
    documents_kept: bool
    hears: bool
    speaks: bool


class DocumentDeleted(msgspec.Struct):
    """A document is gone."""

    id: str
    object: Literal["document"]
    deleted: Literal[True]


class ConversationDeleted(msgspec.Struct):
    """A conversation is thrown away, or gone."""

    id: str
    object: Literal["conversation"]
    deleted: Literal[True]


class ProfileDeleted(msgspec.Struct):
    """A profile is gone, with all that it said."""

    id: str
    object: Literal["profile"]
    deleted: Literal[True]


class Completion(msgspec.Struct):
    """The continuation of a prompt, as llama.cpp's server tells it."""

    content: str
    stop: bool
    tokens_predicted: int
    tokens_evaluated: int


class Vectors(msgspec.Struct):
    """The vectors of one input: one, or one for each token."""

    index: int
    embedding: list[list[float]]


class Relevance(msgspec.Struct):
    """How much a document has to do with the query."""

    index: int
    relevance_score: float


class Ranked(msgspec.Struct):
    """Documents, best first, as Jina has them."""

    object: Literal["list"]
    model: str
    usage: dict[str, int]
    results: list[Relevance]


class Scored(msgspec.Struct):
    """How much a text has to do with the query, as TEI has it."""

    index: int
    score: float


class Tokens(msgspec.Struct):
    """The tokens of a text: numbers, or each with what it stands for."""

    tokens: list[int | dict[str, Any]]


class TextAnswer(msgspec.Struct):
    """The text of tokens."""

    content: str


class PromptAnswer(msgspec.Struct):
    """What the model reads of a conversation."""

    prompt: str


class AdapterAnswer(msgspec.Struct):
    """A LoRA adapter."""

    id: int
    path: str
    scale: float


class Success(msgspec.Struct):
    """It is done."""

    success: Literal[True]


class Slot(msgspec.Struct):
    """A place in which an answer is made."""

    id: int
    n_ctx: int
    is_processing: bool


class SlotMoved(msgspec.Struct):
    """A slot was saved, restored or erased."""

    id_slot: int


class Props(msgspec.Struct):
    """What is served, and how."""

    default_generation_settings: dict[str, Any]
    total_slots: int
    model_alias: str
    chat_template: str


class OllamaChat(msgspec.Struct):
    """An answer, as Ollama has it; in a stream, a part of one."""

    model: str
    created_at: str
    message: dict[str, Any]
    done: bool


class OllamaGenerated(msgspec.Struct):
    """A continuation, as Ollama has it; in a stream, a part of one."""

    model: str
    created_at: str
    response: str
    done: bool


class OllamaVectors(msgspec.Struct):
    """Vectors of texts."""

    model: str
    embeddings: list[list[float]]


class OllamaVector(msgspec.Struct):
    """The vector of a text."""

    embedding: list[float]


class OllamaModel(msgspec.Struct):
    """A model."""

    name: str
    model: str
    size: int
    digest: str
    details: dict[str, Any]


class OllamaModels(msgspec.Struct):
    """All models."""

    models: list[OllamaModel]


class OllamaShown(msgspec.Struct):
    """What is known of a model."""

    details: dict[str, Any]
    template: str
    model_info: dict[str, Any]
    capabilities: list[str]


class OllamaVersion(msgspec.Struct):
    """The assistant's version."""

    version: str


class LlamaFailure(msgspec.Struct):
    """What went wrong, with the status; `param`: the field that is wrong."""

    code: int
    message: str
    type: str
    param: str | None


class LlamaError(msgspec.Struct):
    """A refusal or a failure, as llama.cpp's server tells it."""

    error: LlamaFailure


class OllamaError(msgspec.Struct):
    """A refusal or a failure, as Ollama tells it."""

    error: str
