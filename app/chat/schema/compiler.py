"""Writes the rules for schemas."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.chat.schema import containers, numbers, pattern
from app.chat.schema.containers import Property
from app.chat.schema.formats import formatted
from app.chat.schema.gbnf import Rules, either, literal, sequence
from app.chat.schema.json_text import constant, key_other_than, shared
from app.chat.schema.lengths import Automaton
from app.chat.schema.plain import Plain, conjunction, item_of, property_of, types_of
from app.chat.schema.problems import IMPOSSIBLE, TOO_LARGE, inexpressible, refused
from app.chat.schema.resolving import Resolver

DEEPEST = 60  # levels of values within values that are written out
MOST_RULES = 20_000
MOST_MULTIPLES = 500


class Impossible(Exception):
    """Nothing fits the part of the schema at this path."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def value_rule(rules: Rules, schema: Any, path: str) -> str:
    """The name of a rule for all values that fit. `path`: where the schema stands, for messages.

    Raises: BadRequest.
    """
    try:
        return _Compiler(rules, Resolver(schema, path), path).value(schema, path)
    except Impossible as error:
        raise refused(IMPOSSIBLE, error.path) from None


class _Compiler:
    """The rules for one schema; a part that comes twice, or within itself, has one rule."""

    def __init__(self, rules: Rules, resolver: Resolver, path: str) -> None:
        self._rules = rules
        self._resolver = resolver
        self._path = path
        self._names: dict[str, str] = {}
        self._impossible: set[str] = set()
        self._depth = 0

    def value(self, schema: Any, path: str) -> str:
        """The name of the rule for a schema's values. Raises: Impossible; BadRequest."""
        if schema is True or schema == {}:
            return shared(self._rules, "value")
        key = json.dumps(schema)
        if key in self._impossible:
            raise Impossible(path)
        if key not in self._names:
            self._names[key] = self._rules.reserve("v")
            try:
                self._write(self._names[key], schema, path)
            except Impossible:
                self._impossible.add(key)
                raise
        return self._names[key]

    def _write(self, name: str, schema: Any, path: str) -> None:
        if self._depth > DEEPEST or len(self._rules) > MOST_RULES:
            raise refused(TOO_LARGE, self._path)
        self._depth += 1
        try:
            self._rules.set(name, self._alternatives(schema, path))
        finally:
            self._depth -= 1

    def _alternatives(self, schema: Any, path: str) -> str:
        found, reason = [], path
        for each in self._resolver.alternatives(schema, path):
            try:
                found += self._plain(each, path)
            except Impossible as error:
                reason = error.path
        if not found:
            raise Impossible(reason)
        return " | ".join(dict.fromkeys(found))

    def _plain(self, schema: Plain, path: str) -> list[str]:
        if "enum" in schema:
            return [constant(self._rules, value) for value in schema["enum"]]
        write = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._integer,
            "number": self._number,
        }
        found, reason = [], path
        for type_ in types_of(schema):
            try:
                special = write.get(type_)
                found.append(special(schema, path) if special else shared(self._rules, type_))
            except Impossible as error:
                reason = error.path
        if not found:
            raise Impossible(reason)
        return found

    def _object(self, schema: Plain, path: str) -> str:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        extra = schema.get("additionalProperties", "properties" not in schema)
        if extra is False and set(required) - set(properties):
            raise Impossible(f"{path}.required")
        named = list(dict.fromkeys((*properties, *required)))
        found = self._named(schema, named, path)
        pair = self._extra(schema, extra, named, path)
        self._check_size(schema, found, pair, path)
        least = schema.get("minProperties", 0) > sum(each.required for each in found)
        return containers.members(self._rules, found, pair, least, schema.get("maxProperties"))

    def _named(self, schema: Plain, names: Sequence[str], path: str) -> list[Property]:
        """The properties that have a name and can have a value."""
        required = schema.get("required", ())
        found = []
        for name in names:
            place = f"{path}.properties.{name}"
            try:
                if not self._may_be_named(schema, name, path):
                    raise Impossible(place)
                value = self.value(property_of(schema, name), place)
                found.append(Property(name, value, name in required))
            except Impossible:
                if name in required:
                    raise
        return found

    def _check_size(self, schema: Plain, found: Sequence[Property], pair: str, path: str) -> None:
        """Refuse what counting would take: a grammar can't count what may or may not be there."""
        least, most = schema.get("minProperties", 0), schema.get("maxProperties")
        if least and not found and not pair:
            raise Impossible(f"{path}.minProperties")
        if least > max(1, sum(each.required for each in found)):
            raise inexpressible(f"{path}.minProperties", str(least))
        if most is not None and found and (pair or most < len(found)):
            raise inexpressible(f"{path}.maxProperties", str(most))

    def _may_be_named(self, schema: Plain, name: str, path: str) -> bool:
        names = schema.get("propertyNames", True)
        return bool(self._resolver.alternatives(conjunction(names, {"const": name}), path))

    def _extra(self, schema: Plain, extra: Any, named: Sequence[str], path: str) -> str:
        """A property that is not named; empty where there can be none."""
        try:
            value = "" if extra is False else self.value(extra, f"{path}.additionalProperties")
        except Impossible:
            value = ""
        if not value:
            return ""
        ws = shared(self._rules, "ws")
        return sequence(self._key(schema, named, path), literal(":"), ws, value, ws)

    def _key(self, schema: Plain, named: Sequence[str], path: str) -> str:
        names = conjunction(schema.get("propertyNames", True))
        if names in (True, {"type": "string"}):
            if named:
                return key_other_than(self._rules, named)
            return shared(self._rules, "string")
        if named:
            raise inexpressible(f"{path}.propertyNames", "propertyNames")
        return self.value(conjunction(names, {"type": "string"}), f"{path}.propertyNames")

    def _array(self, schema: Plain, path: str) -> str:
        count = len(schema.get("prefixItems", ()))
        least = schema.get("minItems", count)
        most = schema.get("maxItems", None if "items" in schema or not count else count)
        prefix: list[str] = []
        rest = ""
        try:
            for index in range(count if most is None else min(count, most)):
                prefix.append(self.value(item_of(schema, index), f"{path}.prefixItems[{index}]"))
            rest = self.value(schema.get("items", True), f"{path}.items")
        except Impossible:
            most = len(prefix)  # no more than those that can be
        if most is not None and least > most:
            raise Impossible(f"{path}.minItems")
        return containers.items(self._rules, prefix, rest, least, most)

    def _string(self, schema: Plain, path: str) -> str:
        low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
        if high is not None and low > high:
            raise Impossible(f"{path}.maxLength")
        if "format" in schema:
            for name in ("pattern", "minLength", "maxLength"):
                if name in schema:
                    raise inexpressible(f"{path}.{name}", f"format {schema['format']}")
            return sequence(literal('"'), formatted(self._rules, schema["format"]), literal('"'))
        if "pattern" in schema:
            return self._patterned(schema, low, high, path)
        if not low and high is None:
            return shared(self._rules, "string")
        inside = self._rules.repeated(
            shared(self._rules, "char"), low, None if high is None else int(high)
        )
        return sequence(literal('"'), inside, literal('"'))

    def _patterned(self, schema: Plain, low: int, high: int | None, path: str) -> str:
        try:
            node = pattern.parsed(schema["pattern"])
            inside: str | None
            if pattern.always_within(node, low, high):
                inside = pattern.expression(self._rules, node)
            else:
                inside = Automaton(node).expression(self._rules, low, high)
        except pattern.Inexpressible as error:
            raise inexpressible(f"{path}.pattern", str(error)) from None
        if inside is None:
            raise Impossible(f"{path}.pattern")
        return sequence(literal('"'), self._rules.define("text", inside), literal('"'))

    def _integer(self, schema: Plain, path: str) -> str:
        low = [math.ceil(schema["minimum"])] if "minimum" in schema else []
        high = [math.floor(schema["maximum"])] if "maximum" in schema else []
        if "exclusiveMinimum" in schema:
            low.append(math.floor(schema["exclusiveMinimum"]) + 1)
        if "exclusiveMaximum" in schema:
            high.append(math.ceil(schema["exclusiveMaximum"]) - 1)
        least, most = max(low, default=None), min(high, default=None)
        if schema.get("multipleOf", 1) != 1:
            return self._multiples(schema["multipleOf"], least, most, path)
        if least is None and most is None:
            return shared(self._rules, "integer")
        if (found := numbers.integer(least, most)) is None:
            raise Impossible(path)
        return self._rules.define("integer", found)

    def _multiples(self, step: float, low: int | None, high: int | None, path: str) -> str:
        whole = int(step)
        few = low is not None and high is not None and (high - low) // max(whole, 1)
        if whole != step or whole < 1 or low is None or high is None or few > MOST_MULTIPLES:
            raise inexpressible(f"{path}.multipleOf", str(step))
        found = range(-(-low // whole) * whole, high + 1, whole)
        if not found:
            raise Impossible(path)
        return either(literal(str(each)) for each in found)

    def _number(self, schema: Plain, path: str) -> str:
        if "multipleOf" in schema:
            if schema["multipleOf"] == int(schema["multipleOf"]):
                return self._integer(schema, path)
            raise inexpressible(f"{path}.multipleOf", str(schema["multipleOf"]))
        low = _bounds(schema, "minimum", "exclusiveMinimum")
        high = _bounds(schema, "maximum", "exclusiveMaximum")
        if not low and not high:
            return shared(self._rules, "number")
        # Of two bounds the tighter; at the same place, the strict one.
        found = numbers.number(
            max(low, key=lambda each: (each.value, each.strict), default=None),
            min(high, key=lambda each: (each.value, not each.strict), default=None),
        )
        if found is None:
            raise Impossible(path)
        return self._rules.define("number", found)


def _bounds(schema: Plain, name: str, strict: str) -> list[numbers.Bound]:
    found = []
    if name in schema:
        found.append(numbers.Bound(Decimal(str(schema[name]))))
    if strict in schema:
        found.append(numbers.Bound(Decimal(str(schema[strict])), strict=True))
    return found
