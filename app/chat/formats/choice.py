"""Which format a model writes, by its chat template."""

from __future__ import annotations

import re

from app.chat.formats import hermes, llama3, mistral
from app.chat.formats.format import ToolFormat
from app.chat.formats.generic import GENERIC


def format_of(template: str) -> ToolFormat:
    """The format that the template speaks of, or the one that is explained in words."""
    if re.search(r"\btools\b", template):
        if mistral.suits(template):
            return mistral.MISTRAL
        if hermes.suits(template):
            return hermes.HERMES
        if llama3.suits(template):
            return llama3.LLAMA3
    return GENERIC
