"""Conversations out of the assistant and into it: as JSON, and as Markdown."""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import msgspec
from flask import Blueprint, Response, request

from app.api.conversations.who import asker, conversation
from app.api.conversations.wire import (
    Attachment,
    ConversationList,
    Message,
    Title,
    told_conversation,
    told_message,
)
from app.api.errors import spoken_language
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.errors import BadRequest
from app.language import Text

if TYPE_CHECKING:
    from app.conversations.conversations import Conversation
    from app.conversations.exchange import Imported

exchange = Blueprint("conversations_exchange", __name__)

MOST_IMPORTED = 10_000

_NOTHING = Text(
    'No conversation was found in it. JSON takes {{"conversations": […]}} as it was exported, '
    'or {{"messages": […]}} with role and content; Markdown takes turns under the headings '
    "“## You” and “## Assistant”.",
    '其中没有找到对话。JSON 应为导出的 {{"conversations": […]}}，或带有 role 和 content 的 '
    '{{"messages": […]}}；Markdown 应以“## 你”和“## 助手”为标题分段。',
)


class Said(msgspec.Struct):
    """A message as programs have it."""

    role: str
    content: str | None = None


class Portable(msgspec.Struct, kw_only=True):
    """A conversation in a file."""

    title: Title = ""
    folder: Title = ""
    pinned: bool = False
    leaf: str | None = None
    messages: list[dict[str, Any]] = []


class Exported(msgspec.Struct, kw_only=True):
    """Conversations as a file holds them."""

    format: Literal["assistant-conversations"] = "assistant-conversations"
    version: int = 1
    conversations: list[Portable] = []


class ImportRequest(msgspec.Struct, kw_only=True):
    """Conversations as they were exported; or one as messages, or as Markdown."""

    conversations: list[Portable] = []
    messages: list[Said] = []
    markdown: str | None = None
    title: Title = ""


_import = msgspec.json.Decoder(ImportRequest)


@exchange.get("/v1/conversations/<uid>/export")
def one(uid: str) -> Response:
    """One conversation: `format` json, or markdown for the branch that is shown."""
    from app.conversations.exchange import SPEAKERS, as_markdown

    found = conversation(uid)
    if request.args.get("format", "json") != "markdown":
        return _file(_encoded([found]), found.title, "json", "application/json")
    spoken = spoken_language()
    text = as_markdown(
        found.title,
        services().conversing.conversations.messages(found),
        found.leaf,
        {role: words.of(spoken) for role, words in SPEAKERS.items()},
    )
    return _file(text.encode(), found.title, "md", "text/markdown")


@exchange.get("/v1/export")
def everything() -> Response:
    """All conversations of who asks."""
    kept = services().conversing.conversations
    found = [each for each in kept.all_of(asker()) if each.deleted is None and each.leaf]
    day = time.strftime("%Y-%m-%d")
    return _file(_encoded(found), f"assistant {day}", "json", "application/json")


@exchange.post("/v1/import")
def take_in() -> Response:
    """Keep conversations that come from a file."""
    asked, profile = read(_import), asker()
    found = _found(asked)
    if not found:
        raise BadRequest(_NOTHING.filled())
    kept = services().conversing.import_into(profile, found)
    return answered(ConversationList(data=[told_conversation(each) for each in kept]), 201)


def _found(asked: ImportRequest) -> list[Imported]:
    from app.conversations.exchange import in_a_row, of_markdown
    from app.conversations.titles import title_of

    if asked.markdown is not None:
        read_ = of_markdown(asked.markdown)
        return [read_] if read_ else []
    if asked.messages:
        said = [
            ("assistant" if each.role == "assistant" else "user", each.content)
            for each in asked.messages
            if each.content and each.role in ("user", "assistant")
        ]
        title = asked.title or (title_of(said[0][1]) if said else "")
        return [in_a_row(said, title)] if said else []  # type: ignore[arg-type]
    if len(asked.conversations) > MOST_IMPORTED:
        raise wrong("conversations", Text("too many", "过多"))
    return [_imported(each) for each in asked.conversations]


def _imported(each: Portable) -> Imported:
    from app.conversations import message
    from app.conversations.exchange import Imported

    def taken(number: int, raw: dict[str, Any]) -> message.Message:
        try:
            told = msgspec.convert(raw, Message)
        except msgspec.ValidationError as error:
            raise wrong(f"messages[{number}]", Text(str(error), str(error))) from None
        extra = msgspec.to_builtins(told)
        for name in ("id", "parent", "role", "text", "created", "state", "thinking", "events"):
            extra.pop(name, None)
        return message.Message(
            *(told.id, told.parent, told.role, told.text, told.created, told.thinking),
            *(told.state, extra),
        )

    messages = [taken(number, raw) for number, raw in enumerate(each.messages)]
    return Imported(each.title, each.folder, each.pinned, messages, each.leaf)


def _encoded(found: list[Conversation]) -> bytes:
    portable = [
        Portable(
            title=each.title,
            folder=each.folder,
            pinned=each.pinned,
            leaf=each.leaf,
            messages=_portable_messages(each),
        )
        for each in found
    ]
    return msgspec.json.encode(Exported(conversations=portable))


def _portable_messages(found: Conversation) -> list[dict[str, Any]]:
    kept = services().conversing.conversations
    told = [told_message(each) for each in kept.messages(found)]
    for each in told:
        each.attachments = [_with_picture(found, one) for one in each.attachments]
    return [msgspec.to_builtins(each) for each in told]


def _with_picture(found: Conversation, each: Attachment) -> Attachment:
    """A picture inside the file, which has nowhere to fetch it from."""
    if each.kind != "picture" or not each.id:
        return each
    mime, data = services().conversing.conversations.picture(found, each.id)
    url = f"data:{mime};base64,{base64.b64encode(data).decode()}"
    return Attachment(kind="picture", name=each.name, url=url)


def _file(data: bytes, title: str, ending: str, mime: str) -> Response:
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", title).strip()[:80] or "conversation"
    response = Response(data, mimetype=mime)
    named = f"filename*=UTF-8''{quote(f'{name}.{ending}')}"
    response.headers["Content-Disposition"] = f"attachment; {named}"
    return response
