"""Vectors of texts, and scores of documents for a query: one thread beside the chat engine."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.engine.metrics import Metrics
from app.engine.readiness import ENDING, Readiness
from app.errors import AssistantError, BadRequest, Busy, Cancelled, EngineFailed, ModelChanged
from app.language import Text

log = logging.getLogger(__name__)

TOO_LONG = Text(
    "Input {number} is too large: it has {tokens} tokens and the model {name} takes {most}. Cut it "
    "into parts.",
    "第 {number} 条输入有 {tokens} 个词元，而模型 {name} 最多接受 {most} 个。请分段输入。",
)
EMPTY = Text("Input {number} is empty.", "第 {number} 条输入为空。")
UNKNOWN_TOKEN = Text(
    "Input {number} holds token {token}, which the model does not have.",
    "第 {number} 条输入中的词元 {token} 不在该模型的词表里。",
)
NOT_RERANKING = Text(
    "The model {name} does not score documents. Start with a reranking model: -m reranker.gguf",
    "模型 {name} 不能给文档打分。请指定重排序模型：-m reranker.gguf",
)
NOT_EMBEDDING = Text(
    "The model {name} scores documents and has no vectors. Start with an embedding model.",
    "模型 {name} 只给文档打分，不生成向量。请指定嵌入模型。",
)
FULL = Text(
    "{waiting} requests for vectors wait already. Try again in a moment.",
    "已有 {waiting} 个向量请求在排队，请稍后再试。",
)
FAILED = Text("The embedding model failed: {reason}", "嵌入模型出错：{reason}")

MOST_WAITING = 64

Pooling = Literal["none", "mean", "cls", "last", "rank"]
Vector = list[float]


@dataclass(frozen=True, slots=True)
class EmbeddingFacts:
    """What a loaded embedding model is."""

    name: str
    description: str
    parameters: int
    size_bytes: int
    vocabulary: int
    dimensions: int
    most_tokens: int  # of one input
    pooling: Pooling


class EmbeddingModel(Protocol):
    """A model that reads whole texts. Only `facts`, `tokenize` and `pair` are thread-safe."""

    @property
    def facts(self) -> EmbeddingFacts:
        """What was loaded."""

    def tokenize(self, text: str) -> tuple[int, ...]:
        """A text as the model's input, with what the model wants around it."""

    def pair(self, query: str, document: str) -> tuple[int, ...]:
        """A query and a document as one input of a reranking model."""

    def vectors(self, tokens: Sequence[int]) -> list[Vector]:
        """One vector, without pooling one for each token; of a reranking model, its scores.

        Raises: EngineFailed.
        """

    def close(self) -> None:
        """Free it."""


@dataclass(slots=True, eq=False)
class _Request:
    inputs: Sequence[Sequence[int]]
    vectors: list[list[Vector]] = field(default_factory=list)
    failure: AssistantError | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, failure: AssistantError | None = None) -> None:
        self.failure = failure
        self.ended.set()


class Embedder(Readiness[EmbeddingModel]):
    """Loads an embedding model in its own thread; every method may be called from any thread.

    Requests take turns, one input each: the vector of a question does not wait for those of a
    whole book. `at_once` False: it loads when it is first asked, and costs nothing before.
    """

    def __init__(
        self, load: Callable[[Callable[[float], None]], EmbeddingModel], at_once: bool = True
    ) -> None:
        super().__init__()
        self._load = load
        self._at_once = at_once
        self._wanted = threading.Event()
        if at_once:
            self._wanted.set()
        self._requests: deque[_Request] = deque()
        self._changed = threading.Condition()  # guards _requests and _closing
        self.metrics = Metrics()  # written by the thread, read by anyone
        self._thread = threading.Thread(target=self._run, name="embedder", daemon=True)
        self._thread.start()

    @property
    def model(self) -> EmbeddingModel:
        """The loaded model, waited for where it loads when first asked.

        Raises: StillLoading; Cancelled; the load's failure.
        """
        if not self._at_once:
            self._wanted.set()
            self._loaded.wait()
        return super().model

    def embed(self, inputs: Sequence[Sequence[int]], norm: int = 2) -> list[list[Vector]]:
        """Each input's vector, alone in its list; without pooling, one for each of its tokens.

        `norm`: as in `normalized`; without pooling vectors stay as they are.
        Raises: BadRequest, Busy, StillLoading, Cancelled, EngineFailed.
        """
        facts = self.model.facts
        if facts.pooling == "rank":
            raise BadRequest(NOT_EMBEDDING.filled(name=facts.name), field="model")
        found = self._ask(inputs)
        if facts.pooling == "none":
            return found
        return [[normalized(vector, norm) for vector in vectors] for vectors in found]

    def embed_texts(self, texts: Sequence[str]) -> list[Vector]:
        """One vector of length 1 for each text. Raises: as `embed`."""
        return [vectors[0] for vectors in self.embed([self.model.tokenize(each) for each in texts])]

    def rerank(self, inputs: Sequence[Sequence[int]]) -> list[float]:
        """The score of each pair of a query and a document (`model.pair`); higher fits better.

        Raises: as `embed`.
        """
        facts = self.model.facts
        if facts.pooling != "rank":
            raise BadRequest(NOT_RERANKING.filled(name=facts.name), field="model")
        return [vectors[0][0] for vectors in self._ask(inputs)]

    def close(self) -> None:
        """End the thread and every request; the model is freed."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._wanted.set()
        self._thread.join()

    def _ask(self, inputs: Sequence[Sequence[int]]) -> list[list[Vector]]:
        for number, tokens in enumerate(inputs):
            _check(number, tokens, self.model.facts)
        if not inputs:
            return []
        request = _Request(inputs)
        with self._changed:
            if self._closing:
                raise Cancelled(ENDING)
            if len(self._requests) >= MOST_WAITING:
                raise Busy(FULL.filled(waiting=MOST_WAITING))
            self._requests.append(request)
            self._changed.notify()
        request.ended.wait()
        if request.failure:
            raise request.failure
        return request.vectors

    def _run(self) -> None:
        self._wanted.wait()
        try:
            self._report(0.0)
            model = self._load(self._report)
        except Exception as error:
            self._failure = _as_failure(error)
            self._loaded.set()
            return
        self._model = model
        self._loaded.set()
        try:
            while request := self._next():
                self._serve(model, request)
        finally:
            self._end_all()
            model.close()

    def _next(self) -> _Request | None:
        with self._changed:
            self._changed.wait_for(lambda: self._requests or self._closing)
            return None if self._closing else self._requests.popleft()

    def _serve(self, model: EmbeddingModel, request: _Request) -> None:
        try:
            request.vectors.append(self._measured(model, request.inputs[len(request.vectors)]))
        except Exception as error:
            failure = _as_failure(error)
            if isinstance(failure, ModelChanged):
                self._give_up(failure)
            request.end(failure)
            return
        if len(request.vectors) == len(request.inputs):
            request.end()
            return
        with self._changed:
            self._requests.append(request)

    def _measured(self, model: EmbeddingModel, tokens: Sequence[int]) -> list[Vector]:
        start = time.monotonic()
        vectors = model.vectors(tokens)
        self.metrics.read(len(tokens), time.monotonic() - start)
        return vectors

    def _end_all(self) -> None:
        with self._changed:
            self._closing = True
            for request in self._requests:
                request.end(Cancelled(ENDING))
            self._requests.clear()


def normalized(vector: Vector, norm: int = 2) -> Vector:
    """A vector of length 1. `norm`: 2 by its squares, 0 so that the largest is 32760, -1 not at
    all, any other p by p-th powers. Source: llama.cpp, common/common.cpp, `common_embd_normalize`.
    """
    if norm < 0:
        return vector
    if norm == 0:
        size = max(map(abs, vector), default=0.0) / 32760
    elif norm == 2:
        size = math.sqrt(math.fsum(value * value for value in vector))
    else:
        size = math.fsum(abs(value) ** norm for value in vector) ** (1 / norm)
    return [value / size for value in vector] if size > 0 else vector


def _check(number: int, tokens: Sequence[int], facts: EmbeddingFacts) -> None:
    if not tokens:
        raise BadRequest(EMPTY.filled(number=number), field="input")
    if len(tokens) > facts.most_tokens:
        sizes = {"tokens": len(tokens), "most": facts.most_tokens}
        raise BadRequest(TOO_LONG.filled(number=number, name=facts.name, **sizes), field="input")
    for token in (min(tokens), max(tokens)):
        if not 0 <= token < facts.vocabulary:
            raise BadRequest(UNKNOWN_TOKEN.filled(number=number, token=token), field="input")


def _as_failure(error: Exception) -> AssistantError:
    if isinstance(error, AssistantError):
        return error
    log.error("the embedding model failed", exc_info=error)
    return EngineFailed(FAILED.filled(reason=f"{type(error).__name__}: {error}"))
