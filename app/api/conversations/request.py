"""What is asked of the model for an answer in a conversation."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from app.api.conversations.wire import Attachment
from app.api.documents.search import Filter
from app.api.fields import Limit, SamplingFields, StopString
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.openai.tools import ToolFields
from app.api.services import services
from app.api.wire import decoded, wrong
from app.language import Text

if TYPE_CHECKING:
    from app.conversations.conversations import Conversation
    from app.conversations.message import Message

MOST_ATTACHMENTS = 20

_ONE_OF = Text(
    "send text, or the id of the message to answer or to continue",
    "请发送文字，或要回答、续写的消息的 id",
)


class Options(SamplingFields, kw_only=True):
    """How the answer is chosen."""

    max_tokens: Limit | None = None
    stop: StopString | list[StopString] | None = None
    enable_thinking: bool | None = None
    reasoning_effort: str | None = None
    tools: list[ToolFields] | None = None


class AnswerRequest(msgspec.Struct, kw_only=True):
    """Something new that is said, after `parent`; or `again`: another answer to that message; or
    `continues`: more of that answer.

    `filter`: answer from the documents that fit it; null: from none; left out, where something is
    answered `again`: as before. `system`: what stands before the conversation.
    """

    text: str | None = None
    parent: str | None = None
    attachments: Annotated[list[Attachment], Meta(max_length=MOST_ATTACHMENTS)] = []
    again: str | None = None
    continues: str | None = None
    filter: Filter | msgspec.UnsetType | None = msgspec.UNSET
    system: str = ""
    options: Options = msgspec.field(default_factory=Options)

    def check(self) -> None:
        """Raises: BadRequest."""
        given = (self.text is not None, self.again is not None, self.continues is not None)
        if sum(given) != 1:
            raise wrong("text", _ONE_OF)

    def looks_into(self, attachments: Sequence[Attachment]) -> Filter | None:
        """The documents that the answer rests on: those attached, or else those chosen."""
        attached = [each.id for each in attachments if each.kind == "document" and each.id]
        if attached:
            return Filter(docs_ids=attached)
        return None if self.filter is msgspec.UNSET else self.filter


_chat = msgspec.json.Decoder(ChatCompletionRequest)


def chat_request(
    asked: AnswerRequest,
    conversation: Conversation,
    branch: Sequence[Message],
    wanted: Filter | None,
    forgotten: int = 0,
) -> ChatCompletionRequest:
    """The branch to be answered, or continued, as the chat takes it; without its oldest turns.

    Raises: BadRequest.
    """
    options = {
        name: value
        for name, value in msgspec.to_builtins(asked.options).items()
        if value is not None
    }
    messages = [{"role": "system", "content": asked.system}] if asked.system.strip() else []
    messages += _turns(conversation, branch)[2 * forgotten :]
    grounding: dict[str, Any] = {}
    if wanted is not None and asked.continues is None:
        grounding = {"use_context": True, "include_sources": True, "context_filter": wanted}
    body = {"messages": messages, "stream": True, **options, **grounding}
    return decoded(msgspec.json.encode(body), _chat)


def turns_in(branch: Sequence[Message]) -> int:
    """How many answered questions stand before the last one."""
    return sum(1 for each in branch[:-1] if each.role == "assistant" and each.text)


def _turns(conversation: Conversation, branch: Sequence[Message]) -> list[dict[str, Any]]:
    """Questions and answers in turn, as many templates insist; what got no answer is left out."""
    found: list[dict[str, Any]] = []
    for each, following in zip(branch, [*branch[1:], None], strict=True):
        if each.role == "user" and (following is None or following.text):
            found.append({"role": "user", "content": _content(conversation, each)})
        elif each.role == "assistant" and each.text:
            found.append({"role": "assistant", "content": each.text})
    return found


def _content(conversation: Conversation, message: Message) -> str | list[dict[str, Any]]:
    attached = msgspec.convert(message.extra.get("attachments", []), list[Attachment])
    texts = [f"{each.name}:\n\n{_fenced(each.text)}" for each in attached if each.text]
    text = "\n\n".join([*texts, message.text])
    pictures = [
        {"type": "image_url", "image_url": {"url": _data_url(conversation, each.id)}}
        for each in attached
        if each.kind == "picture" and each.id
    ]
    return [*pictures, {"type": "text", "text": text}] if pictures else text


def _data_url(conversation: Conversation, uid: str) -> str:
    mime, data = services().conversing.conversations.picture(conversation, uid)
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.rstrip()}\n{fence}"
