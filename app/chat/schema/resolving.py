"""Takes schemas apart into plain ones: follows $ref, joins allOf, spreads anyOf and oneOf."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from app.chat.schema.plain import (
    Plain,
    as_text,
    both,
    conjunction,
    item_of,
    plain,
    property_of,
    types_of,
)
from app.chat.schema.problems import (
    CIRCULAR,
    LOST,
    OVERLAP,
    TOO_LARGE,
    inexpressible,
    invalid,
    refused,
)

MOST = 300  # alternatives of one schema
DEEPEST = 60

NUMBER = (int, float)


class Resolver:
    """The alternatives of every part of one schema."""

    def __init__(self, root: Any, path: str) -> None:
        self._root = root
        self._path = path
        self._comparing: set[str] = set()

    def alternatives(self, schema: Any, path: str, followed: tuple[str, ...] = ()) -> list[Plain]:
        """Plain schemas; what fits one of them fits. none: nothing does. Raises: BadRequest."""
        if isinstance(schema, bool):
            return [{}] if schema else []
        if not isinstance(schema, dict):
            raise invalid(path)
        if len(followed) > DEEPEST or path.count(".") > 3 * DEEPEST:
            raise refused(TOO_LARGE, self._path)
        found = [plain(schema, path)]
        for more in self._parts(schema, path, followed):
            found = [both(one, other, path) for one in found for other in more]
            if len(found) > MOST:
                raise refused(TOO_LARGE, path)
        return [kept for each in found if (kept := self._possible(each, path)) is not None]

    def _parts(
        self, schema: dict[str, Any], path: str, followed: tuple[str, ...]
    ) -> list[list[Plain]]:
        """The alternatives of each schema inside this one that must fit as well."""
        parts = []
        if "$ref" in schema:
            target, place = self._target(schema["$ref"], f"{path}.$ref")
            if place in followed:
                raise refused(CIRCULAR, f"{path}.$ref")
            parts.append(self.alternatives(target, place, (*followed, place)))
        for index, each in enumerate(_list(schema, "allOf", path)):
            parts.append(self.alternatives(each, f"{path}.allOf[{index}]", followed))
        for name in ("anyOf", "oneOf"):
            if name in schema:
                branches = [
                    self.alternatives(each, f"{path}.{name}[{index}]", followed)
                    for index, each in enumerate(_list(schema, name, path))
                ]
                if name == "oneOf":
                    self._check_apart(branches, f"{path}.oneOf")
                parts.append([each for branch in branches for each in branch])
        return parts

    def _target(self, reference: Any, path: str) -> tuple[Any, str]:
        if not isinstance(reference, str):
            raise invalid(path)
        if not re.fullmatch(r"#(/.*)?", reference, re.DOTALL):
            raise inexpressible(path, reference)
        target, place = self._root, self._path
        for step in unquote(reference[1:]).split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            place = f"{place}.{step}"
            if isinstance(target, dict) and step in target:
                target = target[step]
            elif isinstance(target, list) and step.isdecimal() and int(step) < len(target):
                target = target[int(step)]
            else:
                raise refused(LOST, path, target=reference)
        return target, place

    def _possible(self, schema: Plain, path: str) -> Plain | None:
        """The schema, with only those values that fit the rest of it; None where nothing fits."""
        if schema.get("type") == []:
            return None
        if "enum" not in schema:
            return schema
        rest = {name: value for name, value in schema.items() if name != "enum"}
        values = [value for value in schema["enum"] if self._fits(rest, value, path)]
        return {**schema, "enum": values} if values else None

    def _fits(self, schema: Plain, value: Any, path: str) -> bool:
        """Whether a value fits a plain schema."""
        if "type" in schema and not _has_type(value, schema["type"]):
            return False
        if "enum" in schema and as_text(value) not in map(as_text, schema["enum"]):
            return False
        if isinstance(value, str):
            return _fits_text(schema, value)
        if isinstance(value, NUMBER) and not isinstance(value, bool):
            return _fits_number(schema, value)
        if isinstance(value, dict):
            sized = schema.get("minProperties", 0) <= len(value)
            sized = sized and len(value) <= schema.get("maxProperties", len(value))
            return (
                sized
                and all(
                    self._fits_any(property_of(schema, name), each, path)
                    for name, each in value.items()
                )
                and set(schema.get("required", ())) <= set(value)
            )
        if isinstance(value, list):
            sized = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
            return sized and all(
                self._fits_any(item_of(schema, index), each, path)
                for index, each in enumerate(value)
            )
        return True

    def _fits_any(self, schema: Any, value: Any, path: str) -> bool:
        return any(self._fits(each, value, path) for each in self.alternatives(schema, path))

    def _check_apart(self, branches: Sequence[list[Plain]], path: str) -> None:
        """oneOf is a choice only where nothing fits two branches. Raises: BadRequest."""
        for index, branch in enumerate(branches):
            for other in branches[:index]:
                pairs = [(one, two) for one in branch for two in other]
                if not all(self._apart(one, two, path) for one, two in pairs):
                    raise refused(OVERLAP, path)

    def _apart(self, one: Plain, other: Plain, path: str) -> bool:
        """Whether nothing that we would write for one fits the other, and the other way round."""
        return self._nothing(closed(one), other, path) and self._nothing(one, closed(other), path)

    def _nothing(self, one: Plain, other: Plain, path: str) -> bool:
        merged = self._possible(both(one, other, path), path)
        if merged is None:
            return True
        if not set(types_of(one)) & set(types_of(other)) and not _numeric(one, other):
            return True
        if _empty_range(merged):
            return True
        return types_of(merged) == ["object"] and any(
            self._never(conjunction(property_of(merged, name)), path)
            for name in merged.get("required", ())
        )

    def _never(self, schema: Any, path: str) -> bool:
        """Whether nothing fits; a question that leads back to itself is answered with no."""
        key = as_text(schema)
        if key in self._comparing:
            return False
        self._comparing.add(key)
        try:
            return not self.alternatives(schema, path)
        finally:
            self._comparing.discard(key)


def closed(schema: Plain) -> Plain:
    """As it is written: an object that names its properties has no others unless it says so."""
    if "properties" in schema and "additionalProperties" not in schema:
        return {**schema, "additionalProperties": False}
    return schema


def _list(schema: dict[str, Any], name: str, path: str) -> list[Any]:
    found = schema.get(name, [])
    if not isinstance(found, list) or (name in schema and not found):
        raise invalid(f"{path}.{name}")
    return found


def _has_type(value: Any, types: Sequence[str]) -> bool:
    if isinstance(value, bool) or value is None:
        return ("null" if value is None else "boolean") in types
    if isinstance(value, NUMBER):
        return "number" in types or ("integer" in types and float(value).is_integer())
    kinds = ((str, "string"), (dict, "object"), (list, "array"))
    return any(isinstance(value, kind) and name in types for kind, name in kinds)


def _fits_text(schema: Plain, value: str) -> bool:
    if "pattern" in schema:
        try:
            if not re.search(schema["pattern"], value):
                return False
        except re.error:
            return True
    return bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)))


def _fits_number(schema: Plain, value: float) -> bool:
    low, high = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if (low is not None and value <= low) or (high is not None and value >= high):
        return False
    step: float | None = schema.get("multipleOf")
    if step and not float(value / step).is_integer():
        return False
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _numeric(one: Plain, other: Plain) -> bool:
    kinds = {"number", "integer"}
    return bool(kinds & set(types_of(one)) and kinds & set(types_of(other)))


def _empty_range(schema: Plain) -> bool:
    """Whether bounds leave nothing, for schemas of one type."""
    ranges = {
        "string": [("minLength", "maxLength", False)],
        "array": [("minItems", "maxItems", False)],
        "number": [
            ("minimum", "maximum", False),
            ("exclusiveMinimum", "maximum", True),
            ("minimum", "exclusiveMaximum", True),
            ("exclusiveMinimum", "exclusiveMaximum", True),
        ],
    }
    types = types_of(schema)
    kind = "number" if types == ["integer"] else types[0]
    return len(types) == 1 and any(
        low in schema and high in schema and schema[low] >= schema[high] + (0 if strict else 1e-9)
        for low, high, strict in ranges.get(kind, ())
    )
