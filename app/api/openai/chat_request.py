"""What POST /v1/chat/completions takes. Source: OpenAI's and llama-server's API references."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.api.documents.search import Filter
from app.api.fields import MOST_ALTERNATIVES, GenerationFields, Limit, refuse
from app.api.openai.messages import Message, for_chat
from app.api.openai.tools import Choice, ToolFields, choice, tools
from app.api.services import Thoughts, reasoning, services
from app.api.wire import wrong
from app.chat.request import ChatRequest, ResponseFormat
from app.language import Text

_RESERVED = Text("this name is reserved", "该名称已被保留")
_CONTRADICTION = Text(
    "cannot be true together with add_generation_prompt", "不能与 add_generation_prompt 同时为 true"
)
_NO_SCHEMA = Text("required, but missing", "必填，但缺少该字段")

# What fields that do nothing here may hold, because that asks for nothing.
_NEUTRAL: dict[str, tuple[object, ...]] = {
    "functions": ([],),
    "function_call": ("none", "auto"),
    "modalities": (["text"],),
    "audio": (),
    "web_search_options": (),
    "verbosity": ("low", "medium", "high"),
}


class StreamOptions(msgspec.Struct):
    """What a stream carries besides the text."""

    include_usage: bool | None = None


class Schema(msgspec.Struct):
    """A JSON Schema with its name."""

    schema: Any = None
    name: str | None = None
    strict: bool | None = None


class Format(msgspec.Struct):
    """What an answer looks like."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None
    schema: Any = None  # llama-server's, with type json_object


class ChatFields(GenerationFields, kw_only=True):
    """What makes an answer of a conversation: everything but the conversation itself."""

    tools: list[ToolFields] | None = None
    tool_choice: Choice | None = None
    parallel_tool_calls: bool | None = None
    response_format: Format | None = None
    json_schema: Any = None
    grammar: str | None = None
    reasoning_format: Thoughts | None = None
    reasoning_effort: str | None = None
    enable_thinking: bool | None = None
    chat_template_kwargs: dict[str, Any] | None = None

    def chat(
        self, messages: list[dict[str, Any]], continues: bool = False, choices: int = 1
    ) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest; NotSupported."""
        defaults = services().defaults
        return ChatRequest(
            messages=messages,
            tools=tools(self.tools or []),
            tool_choice=choice(self.tool_choice),
            parallel_tool_calls=self.parallel_tool_calls is not False,
            response_format=self._format(),
            grammar=self.grammar or None,
            reasoning=reasoning(self.reasoning_format or defaults.reasoning, bool(self.stream)),
            thinking=self._thinking(),
            template_variables=self.template_variables(),
            continue_last=continues,
            generation=self.generation(),
            stop=self.stops(),
            n=choices,
        )

    def template_variables(self) -> dict[str, Any]:
        """What the chat template gets besides the conversation. Raises: BadRequest."""
        variables = {**services().defaults.template_variables, **(self.chat_template_kwargs or {})}
        for name in ("self", "messages", "tools"):
            if name in variables:
                raise wrong(f"chat_template_kwargs.{name}", _RESERVED)
        if self.reasoning_effort is not None:
            variables.setdefault("reasoning_effort", self.reasoning_effort)
        return variables

    def _thinking(self) -> bool | None:
        if self.reasoning_effort == "none":
            return False
        return (
            services().defaults.thinking if self.enable_thinking is None else self.enable_thinking
        )

    def _format(self) -> ResponseFormat | None:
        if self.json_schema not in (None, {}):
            return ResponseFormat(self.json_schema, "json_schema")
        wanted = self.response_format
        if wanted is None or wanted.type == "text":
            return None
        if wanted.type == "json_object":
            return ResponseFormat(wanted.schema, "response_format.schema")
        if wanted.json_schema is None or wanted.json_schema.schema is None:
            raise wrong("response_format.json_schema.schema", _NO_SCHEMA)
        return ResponseFormat(wanted.json_schema.schema)


class ChatCompletionRequest(ChatFields, kw_only=True):
    """A conversation to continue, from documents where `use_context` says so, as in privateGPT."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    model: str | None = None
    max_completion_tokens: Limit | None = None
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] | None = None
    stream_options: StreamOptions | None = None
    add_generation_prompt: bool | None = None
    continue_final_message: bool | None = None
    functions: list[Any] | None = None
    function_call: str | dict[str, Any] | None = None
    modalities: list[str] | None = None
    audio: Any = None
    web_search_options: Any = None
    verbosity: str | None = None
    use_context: bool | None = None
    context_filter: Filter | None = None
    include_sources: bool | None = None

    @property
    def includes_usage(self) -> bool:
        """Whether the stream ends with the count of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def probabilities(self) -> int:
        """How many alternatives of each token to tell; one at least, so that any are told."""
        if self.logprobs:
            return max(1, self.top_logprobs or 0)
        return self.n_probs or 0

    def asked(self) -> ChatRequest:
        """The request as chats know it. Raises: BadRequest; NotSupported."""
        refuse(self, _NEUTRAL)
        if self.add_generation_prompt and self.continue_final_message:
            raise wrong("continue_final_message", _CONTRADICTION)
        last = self.messages[-1]
        continues = last.role == "assistant" and not last.tool_calls
        asked = self.chat(
            for_chat(self.messages), continues or bool(self.continue_final_message), self.n or 1
        )
        if self.add_generation_prompt is False and not asked.continue_last:
            variables = {**asked.template_variables, "add_generation_prompt": False}
            asked = replace(asked, template_variables=variables)
        return asked
