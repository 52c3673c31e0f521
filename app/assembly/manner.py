"""How answers are given where a request does not say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from app.assembly.files import names
from app.errors import BadSettings
from app.language import Text
from app.settings import Settings

if TYPE_CHECKING:
    from app.chat.request import ChatRequest, ReasoningFormat
    from app.engine.request import Sampling

NOT_AN_OBJECT = Text(
    '--chat-template-kwargs takes a JSON object, such as {{"enable_thinking": false}}.',
    '--chat-template-kwargs 后面应为 JSON 对象，例如 {{"enable_thinking": false}}。',
)


def sampling_of(settings: Settings) -> Sampling:
    """The samplers and their values that the settings name. Raises: BadRequest."""
    from app.engine.request import Sampling

    chosen: dict[str, Any] = dict(settings.sampling)
    if settings.samplers:
        from app.api.token_names import samplers

        chosen["samplers"] = samplers(list(names(settings.samplers.replace(";", ","))))
    return Sampling(seed=None if settings.seed == -1 else settings.seed, **chosen)


def most_tokens_of(settings: Settings) -> int | None:
    """How long an answer may become; None: as long as there is room."""
    return None if settings.n_predict < 1 else settings.n_predict


def thinking_of(settings: Settings) -> bool | None:
    """Whether the model thinks first; None: as it is used to."""
    return {"on": True, "off": False}.get(settings.reasoning)


def template_variables_of(settings: Settings) -> dict[str, Any]:
    """What chat templates get besides the conversation. Raises: BadSettings."""
    try:
        found = json.loads(settings.chat_template_kwargs or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadSettings(NOT_AN_OBJECT.filled())
    return found


def manner_of(settings: Settings) -> ChatRequest:
    """An answer as the settings want it, to a conversation without messages yet.

    Raises: BadRequest, BadSettings.
    """
    from app.chat.request import ChatRequest
    from app.engine.request import Generation

    most = most_tokens_of(settings)
    return ChatRequest(
        messages=(),
        reasoning=cast("ReasoningFormat", settings.reasoning_format),
        thinking=thinking_of(settings),
        template_variables=template_variables_of(settings),
        generation=Generation((), most, sampling_of(settings), keep=settings.keep),
    )
