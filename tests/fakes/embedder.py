"""An embedding model that computes nothing: a text's vector holds its length and first token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.engine.embedding import Embedder, EmbeddingFacts, Vector
from tests.fakes.llama import tokens_of

SEPARATOR = 0

EMBEDDING_FACTS = EmbeddingFacts(
    name="scripted-embedding",
    description="lengths of texts",
    parameters=2,
    size_bytes=2,
    vocabulary=259,
    dimensions=2,
    most_tokens=64,
    pooling="mean",
)


@dataclass
class ScriptedEmbedding:
    """`before` may wait or raise."""

    facts: EmbeddingFacts = EMBEDDING_FACTS
    before: Callable[[Sequence[int]], None] = lambda tokens: None
    seen: list[tuple[int, ...]] = field(default_factory=list)
    closed: bool = False

    def tokenize(self, text: str) -> tuple[int, ...]:
        return tokens_of(text)

    def pair(self, query: str, document: str) -> tuple[int, ...]:
        return (*tokens_of(query), SEPARATOR, *tokens_of(document))

    def vectors(self, tokens: Sequence[int]) -> list[Vector]:
        self.before(tokens)
        self.seen.append(tuple(tokens))
        if self.facts.pooling == "none":
            return [[float(token), 1.0] for token in tokens]
        if self.facts.pooling == "rank":
            return [[float(_words_in_common(tokens))]]
        return [[float(len(tokens)), float(tokens[0])]]

    def close(self) -> None:
        self.closed = True


def scripted_embedder(model: ScriptedEmbedding | None = None) -> Embedder:
    """An embedder, ready."""
    embedder = Embedder(lambda report: model or ScriptedEmbedding())
    embedder.wait_ready(5)
    return embedder


def _words_in_common(tokens: Sequence[int]) -> int:
    query, _, document = bytes(tokens).partition(bytes([SEPARATOR]))
    return len(set(query.split()) & set(document.split()))
