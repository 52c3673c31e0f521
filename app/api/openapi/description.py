"""The description itself: addresses out of the app, schemas out of the wire's types.

Source: spec.openapis.org, OpenAPI Specification 3.1.
"""

from __future__ import annotations

import re
from inspect import getdoc
from typing import Any

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from app.api.openapi.local_answers import LlamaError, OllamaError
from app.api.openapi.openai_answers import AnthropicError, OpenAIError
from app.api.openapi.operations import ANY, OPERATIONS, Operation

Schema = dict[str, Any]

JSON, FORM, SOUND = "application/json", "multipart/form-data", "audio/pcm"
REFERENCE = "#/components/schemas/{name}"
METHODS = ("GET", "POST", "PATCH", "DELETE")

_ERRORS = {"anthropic": AnthropicError, "llamacpp": LlamaError, "ollama": OllamaError}


class Schemas:
    """The schemas of types, each named type once."""

    def __init__(self, types: list[Any]) -> None:
        distinct = list({repr(each): each for each in types}.values())
        found, self.components = msgspec.json.schema_components(distinct, ref_template=REFERENCE)
        self._of = {repr(each): schema for each, schema in zip(distinct, found, strict=True)}

    def of(self, kind: Any) -> Schema:
        """A type's schema."""
        return self._of[repr(kind)]


def describe(app: Flask, version: str) -> Schema:
    """Every address of an app, with what it takes and gives."""
    types = [kind for each in OPERATIONS.values() for kind in (each.takes, each.gives)]
    schemas = Schemas([*types, OpenAIError, *_ERRORS.values()])
    paths: dict[str, Schema] = {}
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if method in (rule.methods or ()):
                told = _operation(app, rule, method, schemas)
                paths.setdefault(_path(rule), {})[method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Assistant",
            "version": version,
            "description": "A language model, and your own documents, on this machine.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _operation(app: Flask, rule: Rule, method: str, schemas: Schemas) -> Schema:
    row = OPERATIONS[rule.endpoint]
    place = re.sub(r"\W+", "_", rule.rule).strip("_")
    told: Schema = {
        "operationId": f"{method.lower()}_{place}".rstrip("_"),
        "tags": [rule.endpoint.partition("_")[0].partition(".")[0]],
        "summary": (getdoc(app.view_functions[rule.endpoint]) or "").partition("\n")[0],
        "responses": _responses(rule, row, schemas),
    }
    parameters = [*map(_in_path, _path_names(rule)), *map(_in_query, row.queries)]
    if parameters:
        told["parameters"] = parameters
    if content := _body(row, schemas):
        told["requestBody"] = {"required": True, "content": content}
    return told


def _path_names(rule: Rule) -> list[tuple[str, Schema]]:
    found = re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule)
    return [
        (name, {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"})
        for kind, name in found
    ]


def _in_path(named: tuple[str, Schema]) -> Schema:
    return {"name": named[0], "in": "path", "required": True, "schema": named[1]}


def _in_query(query: Any) -> Schema:
    return {"name": query.name, "in": "query", "required": query.required, "schema": query.schema}


def _body(row: Operation, schemas: Schemas) -> Schema:
    content: Schema = {}
    if row.takes is not None:
        content[JSON] = {"schema": schemas.of(row.takes)}
    if row.form:
        fields: Schema = {name: {"type": "string"} for name in row.form}
        for name in row.files:
            fields[name] = {"type": "string", "contentMediaType": "application/octet-stream"}
        required = [name for name in row.form if name in ("file", "purpose")]
        form = {"type": "object", "properties": fields, "required": required}
        content[FORM] = {"schema": form}
    if row.sound:
        content[SOUND] = {"schema": {"type": "string", "contentMediaType": SOUND}}
    return content


def _responses(rule: Rule, row: Operation, schemas: Schemas) -> Schema:
    content: Schema = {row.media or JSON: {} if row.media else {"schema": schemas.of(row.gives)}}
    if row.streams:
        content[row.streams] = {"schema": {"type": "string"}}
    failed = _ERRORS.get(rule.endpoint.partition("_")[0], OpenAIError)
    error = {"content": {JSON: {"schema": schemas.of(failed)}}}
    parts = {"description": "The part that was asked for.", "content": content}
    return {
        str(row.status): {"description": "Done.", "content": content},
        **({"206": parts, "304": {"description": "Not changed."}} if row.media == ANY else {}),
        "4XX": {"description": "Refused: the message says why.", **error},
        "5XX": {"description": "Failed, busy, still loading or switched off.", **error},
    }
