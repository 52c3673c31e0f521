"""The grammar that an answer must follow, or follows from its first tool call on."""

from __future__ import annotations

from app.chat import reasoning
from app.chat.formats.format import ToolFormat
from app.chat.formats.markup import Function
from app.chat.request import ChatRequest, Named, Tool
from app.chat.schema.gbnf import Rules, either, sequence
from app.chat.schema.grammar import json_value
from app.chat.schema.problems import invalid
from app.engine.request import Grammar
from app.errors import BadRequest
from app.language import Text

TWICE = Text("There are two tools named {name}.", "有两个工具都叫 {name}。")
NO_NAME = Text("A tool needs a name.", "工具必须有名称。")
NO_TOOL = Text("There is no tool named {name}.", "没有名为 {name} 的工具。")
NO_TOOLS = Text("A call is required, but there are no tools.", "要求调用工具，但没有提供工具。")
ONE_CONSTRAINT = Text(
    "A grammar can't be combined with tools or a response format.",
    "grammar 不能与工具或 response_format 同时使用。",
)


def check(request: ChatRequest) -> None:
    """Refuse what contradicts itself. Raises: BadRequest."""
    names: set[str] = set()
    for index, tool in enumerate(request.tools):
        field = f"tools[{index}].function.name"
        if not tool.name:
            raise BadRequest(NO_NAME, field)
        if tool.name in names:
            raise BadRequest(TWICE.filled(name=tool.name), field)
        names.add(tool.name)
    choice = request.tool_choice
    if isinstance(choice, Named) and choice.name not in names:
        raise BadRequest(NO_TOOL.filled(name=choice.name), "tool_choice")
    if choice == "required" and not names:
        raise BadRequest(NO_TOOLS, "tool_choice")
    if request.grammar and (request.response_format or callable_tools(request)):
        raise BadRequest(ONE_CONSTRAINT, "grammar")


def callable_tools(request: ChatRequest) -> tuple[Tool, ...]:
    """The tools of which the answer may call one."""
    choice = request.tool_choice
    if isinstance(choice, Named):
        return tuple(tool for tool in request.tools if tool.name == choice.name)
    return () if choice == "none" else request.tools


def grammar_for(
    request: ChatRequest, format_: ToolFormat, thinks: bool, opened: bool
) -> Grammar | None:
    """`thinks`: thoughts may come first; `opened`: the prompt has begun them.

    Raises: BadRequest.
    """
    if request.grammar:
        return Grammar(request.grammar)
    rules = Rules()
    roots = []
    tools = callable_tools(request)
    free = request.tool_choice == "auto" and not request.response_format
    if tools:
        roots.append(_calls(rules, request, format_, free))
    if wanted := request.response_format:
        roots.append(json_value(rules, wanted.schema, wanted.field))
    if not roots:
        return None
    if tools and free:
        # Nothing binds until a call begins.
        patterns = format_.markup.triggers([tool.name for tool in tools])
        return Grammar(rules.text(roots[0]), lazy=True, trigger_patterns=patterns)
    first = reasoning.thoughts_rule(rules, opened) if thinks else ""
    called = isinstance(request.tool_choice, Named) or request.tool_choice == "required"
    root = roots[0] if tools and called else either(roots)
    return Grammar(rules.text(sequence(first, root)))


def _calls(rules: Rules, request: ChatRequest, format_: ToolFormat, free: bool) -> str:
    """`free`: calls may come in every frame that the model is known to use."""
    functions = [
        Function(tool.name, _arguments(rules, tool, request.tools.index(tool)))
        for tool in callable_tools(request)
    ]
    several = (
        request.parallel_tool_calls
        and not isinstance(request.tool_choice, Named)
        and not format_.one_at_a_time
    )
    markup = format_.markup
    write = markup.free_grammar if free else markup.grammar
    return rules.define("calls", write(rules, functions, several))


def _arguments(rules: Rules, tool: Tool, index: int) -> str:
    """Arguments are always an object."""
    path = tool.field or f"tools[{index}].function.parameters"
    schema = {} if tool.parameters is None else tool.parameters
    if not isinstance(schema, dict):
        raise invalid(path)
    if schema.get("type", "object") != "object":
        raise invalid(f"{path}.type")
    return json_value(rules, {**schema, "type": "object"}, path)
