"""Chat templates: Jinja programs out of model files, so run in a sandbox with limits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.errors import BadRequest
from app.language import Text

if TYPE_CHECKING:
    from jinja2 import Template

CHATML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
FAILED = Text(
    "The model's chat template does not accept these messages: {reason}",
    "模型的对话模板不接受这些消息：{reason}",
)
PROBE = "Do you read me?"


class ChatTemplate:
    """One model's template; a model without one gets ChatML.

    Source: transformers, `utils/chat_template_utils.py`: the environment that templates expect.
    """

    def __init__(self, source: str | None, begin_text: str = "", end_text: str = "") -> None:
        self.source = source or CHATML
        self._constants = {"bos_token": begin_text, "eos_token": end_text}

    def render(self, messages: Sequence[Mapping[str, Any]], **variables: Any) -> str:
        """The text that the model continues. Raises: BadRequest with the template's words."""
        return self._run(
            {
                "add_generation_prompt": True,
                **self._constants,
                **_dates(),
                **self._functions(variables.get("tools")),
                **variables,
                "messages": [self._flattened(message) for message in messages],
            }
        )

    def _functions(self, tools: object) -> dict[str, str]:
        """The tools as JSON text, for templates that want them so."""
        wants = "functions" in self.source and "functions is" not in self.source
        return {"functions": json.dumps(tools or [])} if wants else {}

    def _flattened(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The message with its text parts joined, unless the template reads parts itself."""
        content = message.get("content")
        if isinstance(content, str) and self._wants_parts:
            return {**message, "content": [{"type": "text", "text": content}]}
        if not isinstance(content, list) or self._reads_parts:
            return dict(message)
        texts = [part.get("text", "") for part in content if part.get("type") == "text"]
        return {**message, "content": "".join(texts)}

    @cached_property
    def _reads_parts(self) -> bool:
        text = self._probed([{"type": "text", "text": PROBE}])
        return PROBE in text and "'text'" not in text and '"text"' not in text

    @cached_property
    def _wants_parts(self) -> bool:
        """Whether it reads nothing else, as those of some models that see."""
        # Most say nothing of the kind, and need no try.
        return "type" in self.source and self._reads_parts and PROBE not in self._probed(PROBE)

    def _probed(self, content: object) -> str:
        messages = [{"role": "user", "content": content}]
        try:
            return self._run(
                {"add_generation_prompt": False, **self._constants, "messages": messages}
            )
        except BadRequest:
            return ""

    @cached_property
    def _template(self) -> Template:
        # Late: the program answers its first health check sooner without Jinja.
        from app.engine.sandbox import compiled

        return compiled(self.source)

    def _run(self, variables: dict[str, Any]) -> str:
        try:
            from app.engine.sandbox import rendered

            return rendered(self._template, variables)
        except Exception as error:
            # Whatever a template does wrong, from syntax to recursion, ends as its own message.
            reason = str(error) or type(error).__name__
            raise BadRequest(FAILED.filled(reason=reason), field="messages") from error


def _dates() -> dict[str, str]:
    """Today, under the names that templates know. Source: llama.cpp, common/chat.cpp."""
    now = datetime.now().astimezone()
    return {
        "date_string": now.strftime("%d %b %Y"),
        # Without the time: a prompt that changes every minute is read anew each time.
        "datetime": now.strftime("%b %d %Y"),
    }
