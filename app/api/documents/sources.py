"""The sources of one answer, and its citations as they come, in our form and in privateGPT's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.api.documents.chunks import told_chunk
from app.api.documents.wire import Citation, told_citation, told_passage
from app.chat.citing import Citing, proofs

if TYPE_CHECKING:
    from app.knowledge import citations
    from app.knowledge.retrieval import Passage

Told = dict[str, Any]


class Sources:
    """What an answer rests on. A citation's `passage` is its place in the list of all sources."""

    def __init__(self, told: bool, choices: int) -> None:
        self.passages: list[Passage] = []
        self.looked = False  # whether anything was looked for yet
        self._told = told
        self._citing = [Citing(proofs(())) for _ in range(choices)]
        self._citations: list[list[Citation]] = [[] for _ in range(choices)]

    def add(self, found: Sequence[Passage]) -> list[Passage]:
        """Passages that were found; those that are new."""
        self.looked = True
        new = [each for each in found if each not in self.passages]
        self.passages += new
        known = proofs(self.passages)
        for each in self._citing:
            each.proofs = known
        return new

    def fields(self, found: Sequence[Passage] | None = None) -> Told:
        """Passages, or all, as they stand beside the choices."""
        if not self._told:
            return {}
        return {"sources": [told_passage(each) for each in self._or_all(found)]}

    def choice_fields(self, found: Sequence[Passage] | None = None) -> Told:
        """The same as privateGPT has them, within a choice."""
        if not self._told:
            return {}
        return {"sources": [told_chunk(each) for each in self._or_all(found)]}

    def cited(self, choice: int, text: str) -> Told:
        """The citations that some more text of a choice completes."""
        return self._note(choice, self._citing[choice].feed(text)) if self._told else {}

    def cited_last(self, choice: int) -> Told:
        """The citation of a choice's last sentence."""
        return self._note(choice, self._citing[choice].end()) if self._told else {}

    def whole(self, choice: int) -> Told:
        """All that a choice has once it is complete."""
        if not self._told:
            return {}
        return {**self.choice_fields(), "citations": self._citations[choice]}

    def _note(self, choice: int, found: list[citations.Citation]) -> Told:
        told = [told_citation(each, each.passage) for each in found]
        self._citations[choice] += told
        return {"citations": told} if told else {}

    def _or_all(self, found: Sequence[Passage] | None) -> Sequence[Passage]:
        return self.passages if found is None else found
