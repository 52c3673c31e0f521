"""The tool with which a model looks into the documents by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.chat import grounding
from app.chat.request import Tool

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage

NAME = "search_documents"
MOST_ROUNDS = 3  # of searches for one answer

TOOL = Tool(
    NAME,
    "Searches the user's own documents, and returns the passages that say most about a question. "
    "Use it for anything that may stand there.",
    {
        "type": "object",
        "properties": {
            "query": {
                "type": "string",
                "maxLength": 200,  # so that the smallest model comes to the end of its call
                "description": "What to look for: a whole question, understandable by itself.",
            }
        },
        "required": ["query"],
    },
)


@dataclass(frozen=True, slots=True)
class Found:
    """The model has looked for something; `passages`: those that it had not seen yet."""

    query: str
    passages: Sequence[Passage]


def query_of(arguments: str) -> str:
    """What a call looks for; nothing where it does not say it."""
    try:
        found = json.loads(arguments)
    except ValueError:
        return ""
    query = found.get("query") if isinstance(found, dict) else None
    return query.strip() if isinstance(query, str) else ""


def result(
    query: str, passages: Sequence[Passage], harmless: Callable[[str], str], waiting: int = 0
) -> str:
    """What the model gets for a call. `waiting`: passages without vectors yet."""
    if not passages:
        return grounding.not_told(query, waiting)
    rules = grounding.rules(grounding.language_of(query))
    return f"{grounding.written(passages, harmless)}\n\n{rules}"


def exchange(calls: Sequence[tuple[str, str, str]], text: str) -> list[Mapping[str, Any]]:
    """The model's turn and the results. `calls`: id, arguments and result of each."""
    made = [
        {"id": id_, "type": "function", "function": {"name": NAME, "arguments": arguments}}
        for id_, arguments, _ in calls
    ]
    turn = {"role": "assistant", "content": text, "tool_calls": made}
    results = [
        {"role": "tool", "tool_call_id": id_, "name": NAME, "content": said}
        for id_, _, said in calls
    ]
    return [turn, *results]
