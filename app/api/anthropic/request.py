"""What POST /v1/messages takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.api.anthropic.content import Block, Content, content_of, has_cache_mark, messages
from app.api.fields import GenerationFields, StopString
from app.api.services import reasoning, services
from app.chat.request import ChatRequest, Named, Tool, ToolChoice


class ToolFields(msgspec.Struct):
    """A tool that the answer may call."""

    name: str
    description: str | None = None
    input_schema: Any = None
    type: Literal["custom"] | None = None


class AnyTool(msgspec.Struct, tag="any"):
    """A tool must be called."""

    disable_parallel_tool_use: bool | None = None


class AutoTool(msgspec.Struct, tag="auto"):
    """A tool may be called."""

    disable_parallel_tool_use: bool | None = None


class NoTool(msgspec.Struct, tag="none"):
    """No tool may be called."""

    disable_parallel_tool_use: bool | None = None


class NamedTool(msgspec.Struct, tag="tool"):
    """This tool must be called."""

    name: str
    disable_parallel_tool_use: bool | None = None


class Thinking(msgspec.Struct):
    """Whether the model thinks first; how long, it decides itself."""

    type: Literal["enabled", "disabled", "adaptive"]
    budget_tokens: Annotated[int, Meta(ge=0)] | None = None


class Turn(msgspec.Struct):
    """One message of the conversation."""

    role: Literal["user", "assistant", "system"]
    content: Content


class CountRequest(GenerationFields, kw_only=True):
    """A conversation."""

    messages: list[Turn]
    model: str | None = None
    system: str | list[Block] | None = None
    tools: list[ToolFields] | None = None
    tool_choice: AnyTool | AutoTool | NoTool | NamedTool | None = None
    thinking: Thinking | None = None
    stop_sequences: Annotated[list[StopString], Meta(max_length=32)] | None = None

    def stops(self) -> tuple[str, ...]:
        """The strings that end an answer."""
        return tuple(self.stop_sequences or ()) or super().stops()

    def asked(self) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest; NotSupported."""
        turns = messages([(each.role, each.content) for each in self.messages])
        if self.system:
            turns = [{"role": "system", "content": content_of(self.system, "system")}, *turns]
        self.return_progress = None  # no field of this protocol
        # What a client marks to be cached is kept beyond a restart.
        self.pinned = self.pinned or has_cache_mark(
            [self.system or "", *(each.content for each in self.messages)]
        )
        return ChatRequest(
            messages=turns,
            tools=tuple(self._tool(number, each) for number, each in enumerate(self.tools or [])),
            tool_choice=self._choice(),
            parallel_tool_calls=not (
                self.tool_choice and self.tool_choice.disable_parallel_tool_use
            ),
            reasoning=reasoning(services().defaults.reasoning),
            thinking=self._thinks(),
            template_variables=services().defaults.template_variables,
            continue_last=bool(turns) and _is_begun(turns[-1]),
            generation=self.generation(),
            stop=self.stops(),
        )

    def _choice(self) -> ToolChoice:
        match self.tool_choice:
            case AnyTool():
                return "required"
            case NoTool():
                return "none"
            case NamedTool(name):
                return Named(name)
        return "auto"

    def _thinks(self) -> bool | None:
        if self.thinking is None:
            return services().defaults.thinking
        return self.thinking.type != "disabled"

    def _tool(self, number: int, tool: ToolFields) -> Tool:
        field = f"tools[{number}].input_schema"
        return Tool(tool.name, tool.description or "", tool.input_schema, field)


class MessagesRequest(CountRequest, kw_only=True):
    """A conversation to continue, and how far: that must be said."""

    max_tokens: Annotated[int, Meta(ge=1, le=2**31 - 1)]


def _is_begun(turn: dict[str, Any]) -> bool:
    return turn["role"] == "assistant" and not turn.get("tool_calls")
