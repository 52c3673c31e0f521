from __future__ import annotations

from app.engine.prefixes.placing import WORTH_WAITING, Place, following, place
from app.engine.prefixes.prefix import Prefix
from app.engine.reply import Reply
from app.engine.request import Generation
from app.engine.slots import Answer, Slot

LONG = tuple(range(100))


def asking(prompt: tuple[int, ...], **changes: object) -> Answer:
    return Answer(Generation(prompt, **changes), Reply(), arrived=0.0)  # type: ignore[arg-type]


def busy(sequence: int, held: tuple[int, ...], prompt: tuple[int, ...] | None = None) -> Slot:
    return Slot(sequence, held=list(held), answer=asking(prompt or (*held, 7)))


def test_the_slot_that_holds_most_of_the_prompt_is_taken() -> None:
    slots = [Slot(0, held=[1]), Slot(1, held=[1, 2, 9]), Slot(2)]
    assert place(asking((1, 2, 3, 4)), slots, None, True) == Place(slots[1], None, 2)


def test_among_equals_the_slot_that_was_idle_longest_is_taken() -> None:
    slots = [Slot(0, released=5.0), Slot(1, released=2.0), Slot(2, released=7.0)]
    assert place(asking((1, 2)), slots, None, True) == Place(slots[1], None, 0)


def test_an_empty_slot_is_taken_before_anything_is_forgotten() -> None:
    slots = [Slot(0, held=[8, 9], released=1.0), Slot(1, released=2.0)]
    assert place(asking((1, 2)), slots, None, True) == Place(slots[1], None, 0)


def test_what_a_busy_slot_holds_is_copied() -> None:
    slots = [busy(0, (1, 2, 3)), Slot(1)]
    assert place(asking((1, 2, 3, 4)), slots, None, True) == Place(slots[1], slots[0], 3)


def test_a_short_beginning_of_another_conversation_is_copied_not_overwritten() -> None:
    slots = [Slot(0, held=[*LONG], released=1.0), Slot(1, released=2.0)]
    assert place(asking((0, 1, 2, 99)), slots, None, True) == Place(slots[1], slots[0], 3)
    assert place(asking((0, 1, 2, 99)), slots[:1], None, True) == Place(slots[0], None, 3)


def test_what_is_stored_is_used_where_it_saves_more() -> None:
    slots = [Slot(0, held=[1]), Slot(1)]
    stored = Prefix((1, 2, 3), bytearray())
    assert place(asking((1, 2, 3, 4)), slots, stored, True) == Place(slots[1], stored, 3)
    assert place(asking((1, 9)), slots, stored, True) == Place(slots[0], None, 1)


def test_a_named_slot_is_waited_for_and_works_with_what_it_holds() -> None:
    slots = [Slot(0, held=[1, 2]), Slot(1, held=[1])]
    assert place(asking((1, 2, 3), slot=1), slots, None, True) == Place(slots[1], None, 1)
    slots[1].answer = asking((5,))
    assert place(asking((1, 2, 3), slot=1), slots, None, True) is None


def test_a_request_without_cache_reuses_nothing() -> None:
    slots = [Slot(0, held=[1, 2])]
    assert place(asking((1, 2, 3), keep_cache=False), slots, None, True) == Place(slots[0], None, 0)


def test_what_was_computed_with_other_adapters_is_not_reused() -> None:
    slots = [Slot(0, held=[1, 2], adapters=((0, 1.0),))]
    assert place(asking((1, 2, 3)), slots, None, True) == Place(slots[0], None, 0)
    tuned = asking((1, 2, 3), adapters=((0, 1.0),))
    assert place(tuned, slots, None, True) == Place(slots[0], None, 2)


def test_what_cannot_be_cut_serves_whole_or_not_at_all() -> None:
    slots = [Slot(0, held=[1, 2, 3])]
    assert place(asking((1, 2, 3, 4)), slots, None, False) == Place(slots[0], None, 3)
    assert place(asking((1, 2, 4, 5)), slots, None, False) == Place(slots[0], None, 0)


def test_the_same_prompt_waits_until_it_has_been_computed_once() -> None:
    slots = [busy(0, LONG[:10], prompt=LONG), Slot(1)]
    found = following(asking(LONG), slots, saved=10, can_cut=True)
    assert found
    assert (found.slot, found.leader, found.tokens) == (slots[0], slots[0].answer, 99)
    assert not found.is_over


def test_nobody_waits_for_little_or_for_what_is_there_already() -> None:
    slots = [busy(0, LONG[:10], prompt=LONG), Slot(1)]
    assert following(asking(LONG), slots, saved=99 - WORTH_WAITING + 1, can_cut=True) is None
    assert following(asking(LONG), slots, saved=0, can_cut=False) is None
    assert following(asking(LONG, keep_cache=False), slots, saved=0, can_cut=True) is None
    slots[0].held = [*LONG]
    assert following(asking(LONG), slots, saved=99, can_cut=True) is None


def test_a_follow_up_goes_on_in_its_slot() -> None:
    slots = [Slot(0, held=[*LONG], released=1.0), Slot(1, held=[7], released=2.0)]
    assert place(asking((*LONG[:60], 7, 8)), slots, None, True) == Place(slots[0], None, 60)


def test_while_a_slot_is_empty_nothing_much_is_lost() -> None:
    slots = [Slot(0, held=[*LONG], released=1.0), Slot(1)]
    assert place(asking((*LONG[:60], 7, 8)), slots, None, True) == Place(slots[1], slots[0], 60)
    assert place(asking((*LONG[:90], 7, 8)), slots, None, True) == Place(slots[0], None, 90)
