"""Qwen, Hermes and those who follow them: <tool_call>{"name": …, "arguments": …}</tool_call>.

Source: the chat templates of Qwen2.5, Qwen3 and Hermes 3.
"""

from __future__ import annotations

from app.chat.formats.format import ToolFormat
from app.chat.formats.markup import Markup

MARKUP = Markup("<tool_call>", "</tool_call>")
HERMES = ToolFormat(MARKUP)
OTHERS = ("<function=", "<arg_key>", "<parameter")  # the same marker around something else


def suits(template: str) -> bool:
    """Whether a template is for this format."""
    other = any(marker in template for marker in OTHERS)
    return MARKUP.begin in template and "arguments" in template and not other
