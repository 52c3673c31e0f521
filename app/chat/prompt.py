"""The text that the model continues: its chat template, applied to a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.chat.formats.choice import format_of
from app.chat.request import ChatRequest
from app.engine.template import ChatTemplate
from app.errors import BadRequest
from app.language import Text

NOTHING_TO_CONTINUE = Text(
    "Only an answer can be continued: the last message must be the assistant's.",
    "只能续写回答：最后一条消息必须是 assistant 的消息。",
)


def prompt_text(template: ChatTemplate, request: ChatRequest) -> str:
    """The prompt, as text. Raises: BadRequest."""
    messages, begun = _split(request)
    tools = () if request.tool_choice == "none" else request.tools
    found, variables = format_of(template.source).presented(messages, tools)
    # An answer that has begun has its thoughts behind it.
    variables["enable_thinking"] = request.thinking is not False and not begun
    variables.update(request.template_variables)
    return _rendered(template, found, variables) + begun


def _split(request: ChatRequest) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The messages, and the beginning of the answer."""
    if not request.continue_last:
        return request.messages, ""
    if not request.messages or request.messages[-1].get("role") != "assistant":
        raise BadRequest(NOTHING_TO_CONTINUE, field="messages")
    return request.messages[:-1], text_of(request.messages[-1].get("content"))


def _rendered(
    template: ChatTemplate, messages: list[Mapping[str, Any]], variables: dict[str, Any]
) -> str:
    try:
        return template.render(messages, **variables)
    except BadRequest:
        # Some templates know no system: the first question then begins with its words.
        system, *rest = messages or [{}]
        if system.get("role") != "system" or not rest or rest[0].get("role") != "user":
            raise
        texts = (text_of(each.get("content")) for each in (system, rest[0]))
        return template.render([{**rest[0], "content": "\n\n".join(texts)}, *rest[1:]], **variables)


def text_of(content: Any) -> str:
    """The text of a message's content."""
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if part.get("type") == "text")
    return content or ""
