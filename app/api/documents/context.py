"""Requests that want to be answered from documents: privateGPT's fields, and what they lead to.

Source: docs.privategpt.dev, "Contextual Completions".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from app.api.documents.search import Filter, passages
from app.api.documents.sources import Sources
from app.api.services import services
from app.api.vision.lookup import question_in
from app.chat import grounding
from app.chat.request import ChatRequest

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage


class ContextFields(Protocol):
    """Whether to answer from documents, from which, and whether to tell where it stands."""

    use_context: bool | None
    context_filter: Filter | None
    include_sources: bool | None


@dataclass(frozen=True, slots=True)
class Context:
    """What was found for a request, and the request that is to be answered from it.

    `said`: the whole answer, where the documents do not tell.
    """

    request: ChatRequest
    sources: Sources
    said: str | None = None


def context(asked: ContextFields, request: ChatRequest) -> Context | None:
    """The request with what the documents say about it; None where nobody asked for that.

    Raises: PromptTooLong; SwitchedOff; LibraryFailed.
    """
    if not asked.use_context:
        return None
    question = question_in(request.messages)
    found = found_for(question, asked.context_filter)
    model = services().engine.model
    kept = grounding.chosen(model, request, question, found) if found else []
    sources = Sources(asked.include_sources is not False, request.n)
    sources.add(kept)
    if not kept:
        said = grounding.not_told(question, services().documents.waiting)
        return Context(request, sources, said)
    harmless = partial(grounding.without_controls, model)
    return Context(grounding.grounded(request, question, kept, harmless), sources)


def found_for(question: str, wanted: Filter | None) -> Sequence[Passage]:
    """The passages that are about a question."""
    if not question:
        return []
    return grounding.telling(question, passages(question, grounding.PASSAGES, wanted))
