"""An embedding model made of hashed words: texts with the same words lie close together."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from app import terms
from app.knowledge.embedding import Embedding

NUMBERS = 384


def embed(texts: Sequence[str]) -> list[list[float]]:
    """Shape: each [384], of length 1."""
    return [_vector(text.partition(": ")[2]) for text in texts]


def hashed_embedding(name: str = "hashed words") -> Embedding:
    return Embedding(name, embed, lambda text: len(text) // 4)


def _vector(text: str) -> list[float]:
    values = [1e-6] * NUMBERS
    for word in terms.of_text(text).words:
        at = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        values[at % NUMBERS] += 1.0
    length = math.sqrt(math.fsum(value * value for value in values))
    return [value / length for value in values]
