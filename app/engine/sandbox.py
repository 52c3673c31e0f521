"""Jinja as chat templates expect it, with limits on what a hostile one can use up.

Source: transformers, `utils/chat_template_utils.py`.
"""

from __future__ import annotations

import json
import time
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, NoReturn

from jinja2 import Template, TemplateError, nodes
from jinja2.ext import Extension, LoopControlExtension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

SECONDS = 5.0
CHARACTERS = 20_000_000
BITS = 1024

_deadline: ContextVar[float] = ContextVar("deadline")


def compiled(source: str) -> Template:
    """A template, ready to render. Raises: TemplateError."""
    return _environment().from_string(source)


def rendered(template: Template, variables: dict[str, Any]) -> str:
    """The template's text. Raises: TemplateError, also where it is too slow or too large."""
    token = _deadline.set(time.monotonic() + SECONDS)
    try:
        pieces, room = [], CHARACTERS
        for piece in template.generate(variables):
            _check_time()
            room -= len(piece)
            if room < 0:
                raise TemplateError("it writes too much")
            pieces.append(piece)
        return "".join(pieces)
    finally:
        _deadline.reset(token)


class _Guards(NodeTransformer):
    """Puts a look at the clock into loops and macros, and at the size into joined text."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        return self._timed(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 - Jinja's name
        return self._timed(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        return _call("check_size", [node], node.lineno)

    def _timed(self, node: nodes.For | nodes.Macro) -> nodes.Node:
        self.generic_visit(node)
        look = nodes.ExprStmt(_call("check_time", [], node.lineno), lineno=node.lineno)
        node.body.insert(0, look)
        return node


def _call(name: str, arguments: list[nodes.Expr], line: int) -> nodes.Call:
    # An attribute of the environment: unlike a variable, no template can put another in its place.
    function = nodes.EnvironmentAttribute(name, lineno=line)
    return nodes.Call(function, arguments, [], None, None, lineno=line)


class _Generation(Extension):
    """`{% generation %}` marks what a model is trained on; for a prompt it means nothing."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "*", "**"])

    @staticmethod
    def check_time() -> None:
        _check_time()

    @staticmethod
    def check_size(value: Any) -> Any:
        if isinstance(value, str | list | tuple) and len(value) > CHARACTERS:
            raise TemplateError("it builds too long a text")
        if isinstance(value, int) and value.bit_length() > BITS:
            raise TemplateError("it computes too large a number")
        return value

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        # Multiplying and raising to a power jump in size: look before the leap.
        if operator == "*" and max(_repeated(left, right), _repeated(right, left)) > CHARACTERS:
            raise TemplateError("it builds too long a text")
        if operator == "**" and abs(right) > BITS:
            raise TemplateError("it computes too large a number")
        return self.check_size(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Guards().visit(tree)
        return tree


def _repeated(items: Any, times: Any) -> int:
    return len(items) * times if isinstance(items, str | list | tuple) else 0


@cache
def _environment() -> _Environment:
    environment = _Environment(
        trim_blocks=True, lstrip_blocks=True, extensions=[LoopControlExtension, _Generation]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = _strftime_now
    return environment


def _check_time() -> None:
    if time.monotonic() > _deadline.get():
        raise TemplateError("it takes too long")


def _raise_exception(message: object) -> NoReturn:
    raise TemplateError(str(message))


def _strftime_now(form: str) -> str:
    return datetime.now().astimezone().strftime(form)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # Jinja's own escapes HTML, which prompts are not.
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )
