"""Qwen, Hermes and those who follow them: <tool_call>{"name": …, "arguments": …}</tool_call>.

Source: the chat templates of Qwen2.5, Qwen3 and Hermes 3.
"""

from __future__ import annotations

from app.chat.formats.format import ToolFormat
from app.chat.formats.markup import Frame, Markup

# Qwen2.5-Coder, however it is told, mostly writes the bare object, or puts it into other frames.
MARKUP = Markup(
    Frame("<tool_call>", "</tool_call>"),
    (
        Frame("", told=True),
        Frame("```json", "```", told=True),
        Frame("<tools>", "</tools>", told=True),
    ),
)
HERMES = ToolFormat(MARKUP)
OTHERS = ("<function=", "<arg_key>", "<parameter")  # the same marker around something else


def suits(template: str) -> bool:
    """Whether a template is for this format."""
    other = any(marker in template for marker in OTHERS)
    return MARKUP.frame.begin in template and "arguments" in template and not other
