"""For models whose template knows no tools: they are told in words, and calls are text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.chat.formats import hermes
from app.chat.formats.format import Message, ToolFormat, described, with_values
from app.chat.request import Tool

RESULT = "<tool_response>"
TOLD = """You can call functions. Each of them is described here in one line of JSON:
{functions}

To call one, write its name and its arguments as JSON between two marks, and nothing after it:
<tool_call>
{{"name": "the function's name", "arguments": {{"an argument": "its value"}}}}
</tool_call>
What it returns comes back to you between <tool_response> and </tool_response>. \
If no function helps, answer in your own words."""


@dataclass(frozen=True, slots=True)
class Generic(ToolFormat):
    """Everything about tools is text in messages of the roles that every template knows."""

    def presented(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> tuple[list[Message], dict[str, Any]]:
        """The conversation, with the tools in front, and calls and results written out.

        A template that knows tools after all gets none: it would tell of another format.
        """
        found: list[dict[str, Any]] = []
        for message in map(with_values, messages):
            if message.get("role") == "tool":
                _add_result(found, str(message["content"]))
            else:
                found.append(_with_calls_as_text(dict(message)))
        if tools:
            _tell(found, tools)
        return list(found), {}


GENERIC = Generic(hermes.MARKUP)


def _tell(found: list[dict[str, Any]], tools: Sequence[Tool]) -> None:
    lines = (json.dumps(described(tool)["function"], ensure_ascii=False) for tool in tools)
    told = TOLD.format(functions="\n".join(lines))
    if found and found[0].get("role") == "system":
        system = found[0]["content"]
        if isinstance(system, list):
            found[0]["content"] = [*system, {"type": "text", "text": f"\n\n{told}"}]
        else:
            found[0]["content"] = f"{system}\n\n{told}"
    else:
        found.insert(0, {"role": "system", "content": told})


def _with_calls_as_text(message: dict[str, Any]) -> dict[str, Any]:
    texts = [message["content"]] if message["content"] else []
    for call in message.pop("tool_calls", ()):
        function = call["function"]
        value = {"name": function["name"], "arguments": function.get("arguments", {})}
        texts.append(f"<tool_call>\n{json.dumps(value, ensure_ascii=False)}\n</tool_call>")
    if len(texts) > 1 or not message["content"]:
        message["content"] = "\n".join(map(str, texts))
    return message


def _add_result(found: list[dict[str, Any]], result: str) -> None:
    text = f"{RESULT}\n{result}\n</tool_response>"
    last = found[-1] if found else {}
    if last.get("role") == "user" and str(last["content"]).startswith(RESULT):
        # Many templates want the two sides to take turns.
        last["content"] += f"\n{text}"
    else:
        found.append({"role": "user", "content": text})
