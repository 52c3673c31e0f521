"""Which slot a request takes, and whose work it goes on from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.prefixes.prefix import Prefix, reusable
from app.engine.slots import Answer, Following, Slot

WORTH_WAITING = 32  # tokens; to compute fewer again takes no time that anyone would notice


@dataclass(frozen=True, slots=True)
class Place:
    """A free slot, and where the first `reused` tokens come from; None: the slot holds them."""

    slot: Slot
    source: Slot | Prefix | None
    reused: int


def place(
    answer: Answer, slots: Sequence[Slot], stored: Prefix | None, can_cut: bool
) -> Place | None:
    """The place that saves most work; None while the slot that it asks for is busy, or all are.

    A request that names a slot works with what that slot holds, and with nothing else.
    """
    generation = answer.generation
    if generation.slot is not None:
        slot = slots[generation.slot]
        reused = _saved(slot, answer, can_cut) if generation.keep_cache else 0
        return Place(slot, None, reused) if slot.answer is None else None
    free = [slot for slot in slots if slot.answer is None]
    if not free:
        return None
    emptiest = min(free, key=lambda slot: (bool(slot.held), slot.released))
    if not generation.keep_cache:
        return Place(emptiest, None, 0)
    best = max(
        slots,
        key=lambda slot: (
            _saved(slot, answer, can_cut),
            slot.answer is None,
            not slot.held,
            -slot.released,
        ),
    )
    reused = _saved(best, answer, can_cut)
    if stored and (more := reusable(stored.tokens, answer.tokens, can_cut)) > reused:
        return Place(emptiest, stored, more)
    if best.answer is None and (best is emptiest or _goes_on(best, reused, emptiest)):
        return Place(best, None, reused)
    if reused == 0:
        return Place(emptiest, None, 0)
    return Place(emptiest, best, reused)


def following(answer: Answer, slots: Sequence[Slot], saved: int, can_cut: bool) -> Following | None:
    """Whose work to wait for, where somebody computes much of this prompt just now.

    `saved`: how many tokens would be reused by beginning at once.
    """
    if not can_cut or not answer.generation.keep_cache or answer.generation.slot is not None:
        return None
    for slot in slots:
        other = slot.answer
        if other is None or slot.adapters != answer.adapters:
            continue
        computed = other.tokens if slot.pending() > 1 else slot.held
        tokens = reusable(computed, answer.tokens, can_cut)
        if tokens > len(slot.held) and tokens - saved >= WORTH_WAITING:
            return Following(slot, other, tokens)
    return None


def _goes_on(slot: Slot, reused: int, other: Slot) -> bool:
    """Whether a prompt goes on with a slot's text, so that what it held beyond may be lost."""
    lost = len(slot.held) - reused
    return reused >= lost and (lost < WORTH_WAITING or bool(other.held))


def _saved(slot: Slot, answer: Answer, can_cut: bool) -> int:
    if slot.adapters != answer.adapters:
        return 0
    return reusable(slot.held, answer.tokens, can_cut)
