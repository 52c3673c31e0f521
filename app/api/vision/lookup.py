"""What a picture is looked up by in the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from app.api.asking import ask_chat
from app.api.services import services
from app.api.vision.described import pixels_in
from app.chat import grounding
from app.chat.pictures import part, pictures_in
from app.chat.reply import Content
from app.chat.request import ChatRequest
from app.engine.request import Generation, Sampling

LEAST_LETTERS = 4  # fewer are mostly a mark or a logo
MOST_CHARACTERS = 600  # of its text: a page says what it is about in its first lines
DESCRIBE = "Say in one short sentence what this picture shows."
MOST_TOKENS = 48  # of that sentence


def words_of(picture: bytes) -> str:
    """The text of a picture; where there is none, what a model that sees says about it.

    Raises: PictureRefused, VisionFailed, SwitchedOff, StillLoading.
    """
    text = services().seeing.read(picture).text.strip()
    if sum(map(str.isalnum, text)) >= LEAST_LETTERS or not services().engine.model.sees:
        return text[:MOST_CHARACTERS]
    return _description(picture)


def question_in(messages: Sequence[Mapping[str, Any]]) -> str:
    """What to look for: the last question, behind the words of the pictures that came with it.

    Raises: as `words_of`.
    """
    asked = [each for each in messages if each.get("role") == "user"]
    shown = pictures_in(asked[-1]) if asked else []
    return "\n".join(filter(None, [*map(words_of, shown), grounding.question_of(messages)]))


def _description(picture: bytes) -> str:
    content = [part(pixels_in(picture), picture), {"type": "text", "text": DESCRIBE}]
    asked = ChatRequest(
        messages=[{"role": "user", "content": content}],
        thinking=False,
        generation=Generation((), MOST_TOKENS, Sampling(temperature=0)),
    )
    with closing(ask_chat(asked)) as replies:
        said = [item.text for _, item in replies if isinstance(item, Content)]
    return "".join(said).strip()
