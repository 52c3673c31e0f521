"""Whole grammars for an answer that is JSON."""

from __future__ import annotations

from typing import Any

from app.chat.schema.compiler import value_rule
from app.chat.schema.gbnf import Rules
from app.chat.schema.json_text import shared


def json_value(rules: Rules, schema: Any, path: str) -> str:
    """The rule for values that fit a schema; None: any object. Raises: BadRequest."""
    return shared(rules, "object") if schema is None else value_rule(rules, schema, path)


def grammar_of(schema: Any, path: str = "schema") -> str:
    """The GBNF of the answers that fit a schema; None: any object. Raises: BadRequest."""
    rules = Rules()
    return rules.text(json_value(rules, schema, path))
