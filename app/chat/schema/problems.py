"""What can be wrong with a schema, each with the path of the part that is meant."""

from __future__ import annotations

from app.errors import BadRequest
from app.language import Text

INVALID = Text("{path} is not valid in a JSON Schema.", "{path} 在 JSON Schema 中无效。")
INEXPRESSIBLE = Text(
    "{path}: no grammar can ensure this part of a JSON Schema ({detail}). Leave it out.",
    "{path}：语法约束无法保证 JSON Schema 的这一部分（{detail}），请去掉它。",
)
OVERLAP = Text(
    "{path}: more than one of these may fit at once. Use anyOf.",
    "{path}：其中多项可能同时满足，请改用 anyOf。",
)
IMPOSSIBLE = Text("{path}: no value fits this schema.", "{path}：没有任何值符合这个模式。")
LOST = Text("{path}: there is no {target} in the schema.", "{path}：模式中没有 {target}。")
CIRCULAR = Text("{path} refers only to itself.", "{path} 只引用了自身。")
TOO_LARGE = Text("{path}: the schema is too large.", "{path}：模式过大。")


def invalid(path: str) -> BadRequest:
    """A keyword whose value it can't have."""
    return BadRequest(INVALID.filled(path=path), field=path)


def inexpressible(path: str, detail: str) -> BadRequest:
    """What is valid, but more than a grammar can say."""
    return BadRequest(INEXPRESSIBLE.filled(path=path, detail=detail), field=path)


def refused(text: Text, path: str, **values: str) -> BadRequest:
    """One of the texts above."""
    return BadRequest(text.filled(path=path, **values), field=path)
