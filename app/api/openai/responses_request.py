"""What POST /v1/responses takes. Source: OpenAI's API reference, "Responses"."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.api.fields import MOST_ALTERNATIVES, GenerationFields, Limit, refuse
from app.api.openai.messages import Part, content_of
from app.api.openai.tools import Choice, FileSearch, choice
from app.api.services import reasoning, services
from app.api.wire import wrong
from app.chat.request import ChatRequest, ResponseFormat, Tool
from app.chat.searching import NAME, TOOL
from app.errors import NotSupported
from app.language import Text

_MISSING = Text("required, but missing", "必填，但缺少该字段")
_NO_ITEM = Text(
    "{field}: items of type {type} are not supported here.",
    "{field}：此处不支持类型为 {type} 的条目。",
)

# What fields that do nothing here may hold: the assistant keeps no responses.
_NEUTRAL: dict[str, tuple[object, ...]] = {
    "previous_response_id": ("",),
    "conversation": ("",),
    "background": (False,),
    "prompt": (),
}


class ResponseTool(FileSearch, kw_only=True):
    """A function that the answer may call, or the server's own search in documents."""

    type: Literal["function", "file_search"] = "function"
    name: str | None = None
    description: str | None = None
    parameters: Any = None
    strict: bool | None = None

    @property
    def searches(self) -> bool:
        """Whether it is the server's search."""
        return self.type == "file_search" or (self.name == NAME and self.parameters is None)

    def tool(self, place: str) -> Tool:
        """The tool as chats know it. Raises: BadRequest."""
        if self.searches:
            return TOOL
        if self.name is None:
            raise wrong(f"{place}.name", _MISSING)
        return Tool(self.name, self.description or "", self.parameters, f"{place}.parameters")


class FormatFields(msgspec.Struct):
    """What the text looks like."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    schema: Any = None
    name: str | None = None
    strict: bool | None = None


class TextFields(msgspec.Struct):
    """How the text is."""

    format: FormatFields | None = None
    verbosity: str | None = None


class Effort(msgspec.Struct):
    """How hard the model thinks."""

    effort: str | None = None
    summary: str | None = None


class Item(msgspec.Struct):
    """A message, a call, its result, or a thought."""

    type: str = "message"
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: str | list[Part] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[Part] | None = None


class ResponsesRequest(GenerationFields, kw_only=True):
    """A conversation to continue."""

    input: str | list[Item]
    model: str | None = None
    instructions: str | None = None
    max_output_tokens: Limit | None = None
    tools: list[ResponseTool] | None = None
    tool_choice: Choice | None = None
    parallel_tool_calls: bool | None = None
    text: TextFields | None = None
    reasoning: Effort | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] | None = None
    previous_response_id: str | None = None
    conversation: Any = None
    background: bool | None = None
    prompt: Any = None
    store: bool | None = None
    metadata: dict[str, Any] | None = None
    include: list[str] | None = None

    @property
    def includes_results(self) -> bool:
        """Whether the passages come with the calls that found them."""
        return "file_search_call.results" in (self.include or [])

    def most_tokens(self) -> int | None:
        """How long the answer may become; None: as long as the context allows."""
        if self.max_output_tokens is not None:
            self.max_tokens = self.max_output_tokens
        return super().most_tokens()

    def asked(self) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest; NotSupported."""
        refuse(self, _NEUTRAL)
        effort = self.reasoning.effort if self.reasoning else None
        defaults = services().defaults
        variables = dict(defaults.template_variables)
        if effort is not None:
            variables["reasoning_effort"] = effort
        messages = self._messages()
        last = messages[-1] if messages else {}
        return ChatRequest(
            messages=messages,
            tools=tuple(each.tool(f"tools[{n}]") for n, each in enumerate(self.tools or [])),
            tool_choice=choice(self.tool_choice),
            parallel_tool_calls=self.parallel_tool_calls is not False,
            response_format=self._format(),
            reasoning=reasoning(defaults.reasoning),
            thinking=False if effort == "none" else defaults.thinking,
            template_variables=variables,
            continue_last=last.get("role") == "assistant" and not last.get("tool_calls"),
            generation=replace(self.generation(), probabilities=self.top_logprobs or 0),
            stop=self.stops(),
        )

    def _messages(self) -> list[dict[str, Any]]:
        items = self.input
        messages: list[dict[str, Any]] = []
        if self.instructions:
            messages.append({"role": "system", "content": self.instructions})
        if isinstance(items, str):
            return [*messages, {"role": "user", "content": items}]
        for index, item in enumerate(items):
            _add(messages, item, f"input[{index}]")
        if not messages:
            raise wrong("input", _MISSING)
        return messages

    def _format(self) -> ResponseFormat | None:
        wanted = self.text.format if self.text else None
        if wanted is None or wanted.type == "text":
            return None
        if wanted.type == "json_object":
            return ResponseFormat(None, "text.format")
        if wanted.schema is None:
            raise wrong("text.format.schema", _MISSING)
        return ResponseFormat(wanted.schema, "text.format.schema")


def _add(messages: list[dict[str, Any]], item: Item, place: str) -> None:
    """The item as the message that it is, or a part of the one before."""
    match item.type:
        case "message":
            if item.role is None:
                raise wrong(f"{place}.role", _MISSING)
            role = "system" if item.role == "developer" else item.role
            messages.append({"role": role, "content": _content(item.content, f"{place}.content")})
        case "function_call":
            if item.name is None:
                raise wrong(f"{place}.name", _MISSING)
            function = {"name": item.name, "arguments": item.arguments or "{}"}
            _add_call(messages, {"type": "function", "id": item.call_id, "function": function})
        case "function_call_output":
            content = _content(item.output, f"{place}.output")
            messages.append({"role": "tool", "tool_call_id": item.call_id, "content": content})
        case "reasoning" | "file_search_call":
            pass  # an earlier thought, or search: templates leave out the one, the other is over
        case _:
            message = _NO_ITEM.filled(field=f"{place}.type", type=item.type)
            raise NotSupported(message, f"{place}.type")


def _add_call(messages: list[dict[str, Any]], call: dict[str, Any]) -> None:
    """Calls of one answer belong into one message."""
    if not messages or messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": ""})
    messages[-1].setdefault("tool_calls", []).append(call)


def _content(content: str | list[Part] | None, place: str) -> str | list[dict[str, Any]]:
    if content is None:
        raise wrong(place, _MISSING)
    if isinstance(content, str):
        return content
    return content_of(content, place, "\n")
