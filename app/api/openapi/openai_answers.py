"""What OpenAI's and Anthropic's addresses answer, as the description tells it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.api.documents.chunks import ContextChunk
from app.api.documents.wire import Citation, Passage

Reason = Literal["stop", "length", "tool_calls"]


class Usage(msgspec.Struct):
    """Counts of tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AnswerMessage(msgspec.Struct):
    """What the assistant says: text, or calls of tools."""

    role: Literal["assistant"]
    content: str | None
    reasoning_content: str | msgspec.UnsetType = msgspec.UNSET
    tool_calls: list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET


class ChatChoice(msgspec.Struct):
    """One answer. `sources` and `citations`: where it rests on documents."""

    index: int
    message: AnswerMessage
    finish_reason: Reason
    logprobs: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    sources: list[ContextChunk] | msgspec.UnsetType = msgspec.UNSET
    citations: list[Citation] | msgspec.UnsetType = msgspec.UNSET


class ChatCompletion(msgspec.Struct):
    """The continuation of a conversation."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: Usage
    timings: dict[str, float]
    sources: list[Passage] | msgspec.UnsetType = msgspec.UNSET


class TextChoice(msgspec.Struct):
    """One continuation of a prompt."""

    index: int
    text: str
    finish_reason: Literal["stop", "length"]
    logprobs: dict[str, Any] | None
    sources: list[ContextChunk] | msgspec.UnsetType = msgspec.UNSET
    citations: list[Citation] | msgspec.UnsetType = msgspec.UNSET


class TextCompletion(msgspec.Struct):
    """The continuations of prompts."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: Usage
    timings: dict[str, float]
    sources: list[Passage] | msgspec.UnsetType = msgspec.UNSET


class ResponseAnswer(msgspec.Struct):
    """The continuation of a conversation, in items."""

    id: str
    object: Literal["response"]
    created_at: int
    model: str
    status: Literal["completed", "incomplete"]
    output: list[dict[str, Any]]
    usage: dict[str, Any]


class InputTokens(msgspec.Struct):
    """How many tokens a conversation takes."""

    object: Literal["response.input_tokens"]
    input_tokens: int


class EmbeddingAnswer(msgspec.Struct):
    """One vector: numbers, or their bytes in base64."""

    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class EmbeddingsAnswer(msgspec.Struct):
    """The vectors of texts."""

    object: Literal["list"]
    model: str
    data: list[EmbeddingAnswer]
    usage: dict[str, int]


class ModelAnswer(msgspec.Struct):
    """A model."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    meta: dict[str, Any]


class ModelsAnswer(msgspec.Struct):
    """All models."""

    object: Literal["list"]
    data: list[ModelAnswer]


class MessageAnswer(msgspec.Struct):
    """The continuation of a conversation, as Anthropic has it."""

    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    model: str
    content: list[dict[str, Any]]
    stop_reason: str | None
    stop_sequence: str | None
    usage: dict[str, int]


class CountAnswer(msgspec.Struct):
    """How many tokens a conversation takes, as Anthropic tells it."""

    input_tokens: int


class OpenAIFailure(msgspec.Struct):
    """What went wrong; `param`: the field that is wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(msgspec.Struct):
    """A refusal or a failure."""

    error: OpenAIFailure


class AnthropicFailure(msgspec.Struct):
    """What went wrong."""

    type: str
    message: str


class AnthropicError(msgspec.Struct):
    """A refusal or a failure, as Anthropic tells it."""

    type: Literal["error"]
    error: AnthropicFailure
