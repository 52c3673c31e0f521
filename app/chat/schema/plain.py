"""Schemas without $ref, allOf, anyOf and oneOf, and what two of them have in common."""

from __future__ import annotations

import json
import math
from typing import Any

from app.chat.schema.formats import KNOWN
from app.chat.schema.problems import inexpressible, invalid

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
# The keywords that are understood, and the type of value that each has.
KINDS: dict[str, type | tuple[type, ...]] = {
    "properties": dict,
    "required": list,
    "additionalProperties": (bool, dict),
    "propertyNames": (bool, dict),
    "minProperties": int,
    "maxProperties": int,
    "prefixItems": list,
    "items": (bool, dict),
    "minItems": int,
    "maxItems": int,
    "minLength": int,
    "maxLength": int,
    "pattern": str,
    "format": str,
    "minimum": (int, float),
    "maximum": (int, float),
    "exclusiveMinimum": (int, float),
    "exclusiveMaximum": (int, float),
    "multipleOf": (int, float),
    "enum": list,
}
# By type, what a schema without a type speaks of.
SPEAKS_OF = {
    "object": ("properties", "required", "additionalProperties", "propertyNames"),
    "array": ("prefixItems", "items", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
REFUSED = (
    *("not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies"),
    *("contains", "minContains", "maxContains", "$dynamicRef", "$recursiveRef"),
)
MOST = 10**7  # of anything that is counted
LARGER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
SMALLER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")

Plain = dict[str, Any]


def plain(schema: dict[str, Any], path: str) -> Plain:
    """A schema's own keywords, checked, older spellings brought to the newest.

    Raises: BadRequest.
    """
    for name in REFUSED:
        if name in schema:
            raise inexpressible(f"{path}.{name}", name)
    if schema.get("uniqueItems") not in (None, False):
        raise inexpressible(f"{path}.uniqueItems", "uniqueItems")
    found = _modern(schema, path)
    for name, value in list(found.items()):
        whole = isinstance(value, float) and value.is_integer() and KINDS[name] is int
        wrong_bool = isinstance(value, bool) and bool not in _kinds(name)
        endless = isinstance(value, float) and not math.isfinite(value)
        if (not isinstance(value, KINDS[name]) and not whole) or wrong_bool or endless:
            raise invalid(f"{path}.{name}")
        if KINDS[name] is int:
            found |= _size(name, int(value), path)
    if "type" in schema:
        found["type"] = _types(schema["type"], f"{path}.type")
    if schema.get("nullable") is True:
        found = _nullable(found)
    if not all(isinstance(name, str) for name in found.get("required", ())):
        raise invalid(f"{path}.required")
    return found


def both(one: Plain, other: Plain, path: str) -> Plain:
    """What fits both. Where nothing does, its `type` or `enum` is empty. Raises: BadRequest."""
    merged = {**one, **other}
    for name in set(one) & set(other):
        if name in LARGER:
            merged[name] = max(one[name], other[name])
        elif name in SMALLER:
            merged[name] = min(one[name], other[name])
    if "type" in one and "type" in other:
        merged["type"] = _common_types(one["type"], other["type"])
    if "enum" in one and "enum" in other:
        texts = [as_text(value) for value in other["enum"]]
        merged["enum"] = [value for value in one["enum"] if as_text(value) in texts]
    if "required" in one and "required" in other:
        merged["required"] = list(dict.fromkeys((*one["required"], *other["required"])))
    for name in ("pattern", "format", "multipleOf"):
        if name in one and name in other and one[name] != other[name]:
            raise inexpressible(f"{path}.{name}", f"{one[name]}, {other[name]}")
    if "propertyNames" in one and "propertyNames" in other:
        merged["propertyNames"] = conjunction(one["propertyNames"], other["propertyNames"])
    return {**merged, **_properties(one, other), **_items(one, other)}


def conjunction(*schemas: Any) -> Any:
    """A schema for what fits all of these."""
    if any(schema is False for schema in schemas):
        return False
    wanted = {as_text(schema): schema for schema in schemas if schema is not True and schema != {}}
    found = list(wanted.values())
    return {"allOf": found} if len(found) > 1 else found[0] if found else True


def property_of(schema: Plain, name: str) -> Any:
    """The schema of one property."""
    return schema.get("properties", {}).get(name, schema.get("additionalProperties", True))


def item_of(schema: Plain, index: int) -> Any:
    """The schema of one item."""
    prefix = schema.get("prefixItems", [])
    return prefix[index] if index < len(prefix) else schema.get("items", True)


def types_of(schema: Plain) -> list[str]:
    """The types that a value may have. A schema without a type means those it speaks of."""
    if "type" in schema:
        found: list[str] = schema["type"]
        return found
    spoken = [type_ for type_, names in SPEAKS_OF.items() if any(name in schema for name in names)]
    return spoken or ["object", "array", "string", "number", "boolean", "null"]


def as_text(value: Any) -> str:
    """A value's one text, by which it is compared: 1 is not true."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _modern(schema: dict[str, Any], path: str) -> Plain:
    found = {name: schema[name] for name in KINDS if schema.get(name) is not None}
    if isinstance(schema.get("items"), list):
        # Before draft 2020-12, prefixItems was called items.
        found["prefixItems"] = found.pop("items")
        if "additionalItems" in schema:
            found["items"] = schema["additionalItems"]
    if "const" in schema:
        values = found.get("enum", [schema["const"]])
        if not isinstance(values, list):
            raise invalid(f"{path}.enum")
        same = as_text(schema["const"])
        found["enum"] = [each for each in values if as_text(each) == same]
    if found.get("format") not in KNOWN:
        # A format is an annotation unless both sides agree on more.
        found.pop("format", None)
    if schema.get("unevaluatedProperties") is False:
        found.setdefault("additionalProperties", False)
    if schema.get("unevaluatedItems") is False:
        found.setdefault("items", False)
    return _one_pattern(schema, found, path)


def _one_pattern(schema: dict[str, Any], found: Plain, path: str) -> Plain:
    """A map whose keys all follow one pattern."""
    patterns = schema.get("patternProperties")
    if not patterns:
        return found
    if not isinstance(patterns, dict) or len(patterns) > 1 or found.get("properties"):
        raise inexpressible(f"{path}.patternProperties", "patternProperties")
    ((pattern, value),) = patterns.items()
    found["propertyNames"] = conjunction(found.get("propertyNames", True), {"pattern": pattern})
    found["additionalProperties"] = value
    return found


def _size(name: str, value: int, path: str) -> Plain:
    """A count; the largest stands for all that no text reaches."""
    if value < 0:
        raise invalid(f"{path}.{name}")
    if value > MOST and name in LARGER:
        raise inexpressible(f"{path}.{name}", str(value))
    return {name: min(value, MOST)}


def _kinds(name: str) -> tuple[type, ...]:
    kinds = KINDS[name]
    return kinds if isinstance(kinds, tuple) else (kinds,)


def _types(value: Any, path: str) -> list[str]:
    types = [value] if isinstance(value, str) else value
    if not isinstance(types, list) or not types or any(each not in TYPES for each in types):
        raise invalid(path)
    wanted = dict.fromkeys(types)
    if "number" in wanted:
        wanted.pop("integer", None)
    return list(wanted)


def _nullable(found: Plain) -> Plain:
    """OpenAPI's way to say: or null."""
    if "type" in found and "null" not in found["type"]:
        found["type"] = [*found["type"], "null"]
    if "enum" in found and None not in found["enum"]:
        found["enum"] = [*found["enum"], None]
    return found


def _common_types(one: list[str], other: list[str]) -> list[str]:
    common = [each for each in one if each in other]
    if ("integer" in one and "number" in other) or ("number" in one and "integer" in other):
        common.append("integer")
    return list(dict.fromkeys(common))


def _properties(one: Plain, other: Plain) -> Plain:
    merged: Plain = {}
    names = dict.fromkeys((*one.get("properties", ()), *other.get("properties", ())))
    if "properties" in one or "properties" in other:
        merged["properties"] = {
            name: conjunction(property_of(one, name), property_of(other, name)) for name in names
        }
    if "additionalProperties" in one or "additionalProperties" in other:
        merged["additionalProperties"] = conjunction(
            one.get("additionalProperties", True), other.get("additionalProperties", True)
        )
    return merged


def _items(one: Plain, other: Plain) -> Plain:
    merged: Plain = {}
    length = max(len(one.get("prefixItems", ())), len(other.get("prefixItems", ())))
    if length:
        merged["prefixItems"] = [
            conjunction(item_of(one, index), item_of(other, index)) for index in range(length)
        ]
    if "items" in one or "items" in other:
        merged["items"] = conjunction(one.get("items", True), other.get("items", True))
    return merged
