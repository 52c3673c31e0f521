"""POST /infill: what stands between two pieces of text, as code editors ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.llamacpp.completion import continued
from app.api.llamacpp.completion_request import CompletionFields
from app.api.services import services
from app.api.wire import read
from app.engine.model import Model
from app.engine.pictures.picture import Seen
from app.errors import SwitchedOff
from app.language import Text

infill = Blueprint("llamacpp_infill", __name__)

_NOT_TRAINED = Text(
    "Infill is not supported by this model: it has no tokens for it. Choose a code model with -m.",
    "该模型不支持填空补全：词表里没有相应的词元。请用 -m 指定代码模型。",
)
# Before a file's text, for models that have no token for it. Source: llama.cpp, server-common.cpp.
_SNIPPET = "\n\n--- snippet ---\n\n"


class Extra(msgspec.Struct):
    """Another file, or a piece of one, that may help."""

    text: str
    filename: str = "tmp"


class InfillRequest(CompletionFields, kw_only=True):
    """A gap, what is around it, and how it begins."""

    input_prefix: str
    input_suffix: str
    input_extra: Annotated[list[Extra], Meta(max_length=1024)] | None = None
    prompt: str | None = None


_decoder = msgspec.json.Decoder(InfillRequest)


@infill.post("/infill")
def fill() -> Response:
    """Fill the gap."""
    model = services().engine.model
    if model.infill is None:
        raise SwitchedOff(_NOT_TRAINED)
    asked = read(_decoder)
    prompt = filling(
        model, asked.input_prefix, asked.input_suffix, asked.prompt or "", asked.input_extra or ()
    )
    return continued(asked, [Seen(prompt)], several=False)


def filling(
    model: Model, prefix: str, suffix: str, begun: str = "", extra: Sequence[Extra] = ()
) -> tuple[int, ...]:
    """The prompt for a gap. What is far from it is left out where it does not fit.

    Source: llama.cpp, server-common.cpp, `format_prompt_infill`.
    Raises: SwitchedOff where the model does not fill gaps.
    """
    tokens = model.infill
    if tokens is None:
        raise SwitchedOff(_NOT_TRAINED)
    batch = min(model.facts.batch_tokens, model.context_tokens // 2)
    start = model.tokenize(begun, special=True, begin=False)
    before = model.tokenize(prefix, special=False, begin=False)[-3 * batch // 4 :]
    room = max(0, batch // 4 - 2 - len(start))
    after = model.tokenize(suffix, special=False, begin=False)[:room]
    files = _files(model, extra)
    first = model.tokenize("", special=False, begin=True)
    gap = (*first, tokens.prefix, *before, *start, tokens.suffix, *after, tokens.middle)
    return (*files[max(0, len(files) - (model.context_tokens // 2 - len(gap))) :], *gap)


def _files(model: Model, extra: Sequence[Extra]) -> tuple[int, ...]:
    tokens = model.infill
    assert tokens is not None

    def plain(text: str) -> tuple[int, ...]:
        return model.tokenize(text, special=False, begin=False)

    def begins(name: str) -> tuple[int, ...]:
        if tokens.separator is None:
            return plain(_SNIPPET)
        return (tokens.separator, *plain(f"{name}\n"))

    written: list[int] = []
    if tokens.repository is not None:
        written += (tokens.repository, *plain("myproject\n"))
    for each in extra:
        written += (*begins(each.filename), *plain(each.text))
    if tokens.separator is not None:
        written += begins("filename")
    return tuple(written)
