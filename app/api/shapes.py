"""How each protocol writes an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of error looks on the wire; `type` is llama-server's, `code` OpenAI's."""

    status: int
    type: str
    code: str | None = None


# Of a kind, its message, the field that is wrong, and what else is known.
Shape = Callable[[Kind, str, str | None, Mapping[str, object]], dict[str, Any]]

# Source: docs.anthropic.com, "Errors".
_ANTHROPIC = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    503: "overloaded_error",
}


def shape_of(blueprint: str | None) -> Shape:
    """The shape for a blueprint, which is named after its protocol; OpenAI's for all others."""
    protocol = (blueprint or "").partition("_")[0]
    return {"llamacpp": _llamacpp, "anthropic": _anthropic, "ollama": _ollama}.get(
        protocol, _openai
    )


def _openai(
    kind: Kind, message: str, field: str | None, more: Mapping[str, object]
) -> dict[str, Any]:
    fields = {"message": message, "type": kind.type, "param": field, "code": kind.code}
    return {"error": {**fields, **more}}


def _llamacpp(
    kind: Kind, message: str, field: str | None, more: Mapping[str, object]
) -> dict[str, Any]:
    fields = {"code": kind.status, "message": message, "type": kind.type, "param": field}
    return {"error": {**fields, **more}}


def _anthropic(
    kind: Kind, message: str, _field: str | None, _more: Mapping[str, object]
) -> dict[str, Any]:
    type_ = _ANTHROPIC.get(
        kind.status, "api_error" if kind.status >= 500 else "invalid_request_error"
    )
    return {"type": "error", "error": {"type": type_, "message": message}}


def _ollama(
    _kind: Kind, message: str, _field: str | None, _more: Mapping[str, object]
) -> dict[str, Any]:
    return {"error": message}
