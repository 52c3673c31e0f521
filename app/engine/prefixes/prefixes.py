"""What the sequences hold: reused, shared, moved to the host's memory and to disk.

Owned by the engine's one thread, except for `fetch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.engine.backend import Llama
from app.engine.pictures.picture import has_picture
from app.engine.prefixes.placing import Place, following, place
from app.engine.prefixes.prefix import HostCache, Prefix, reusable
from app.engine.prefixes.prefix_files import PrefixFiles
from app.engine.slots import Answer, Slot

WORTH_KEEPING = 64  # tokens; fewer are computed again about as fast
WORTH_READING = 64  # likewise, from disk


@dataclass(frozen=True, slots=True)
class Caches:
    """Where prefixes are kept beyond the context. `folder` None: nothing is kept on disk."""

    ram_bytes: int = 2**30
    folder: Path | None = None
    disk_bytes: int = 4 * 2**30
    slot_folder: Path | None = None  # where clients may save slots; None: they may not


class Prefixes:
    """The tokens that the slots of one context hold, and those kept elsewhere."""

    def __init__(self, llama: Llama, slots: Sequence[Slot], caches: Caches) -> None:
        self._llama = llama
        self._slots = slots
        self._can_cut = llama.facts.can_cut
        self._host = HostCache(caches.ram_bytes, self._can_cut)
        self._files = (
            PrefixFiles(caches.folder, llama.facts.identity, caches.disk_bytes)
            if caches.folder and llama.facts.identity
            else None
        )

    def fetch(self, answer: Answer) -> None:
        """Read from disk what saves much of a prompt's work; from any thread.

        It happens in the thread of the one who asks, so that nobody else waits for the disk.
        """
        generation = answer.generation
        if (
            self._files is None
            or not self._can_cut
            or not generation.keep_cache
            or generation.slot is not None
        ):
            return
        saved = max(self._host.best(answer.tokens, answer.adapters)[1], self._in_slots(answer))
        answer.fetched = self._files.fetch(answer.tokens, answer.adapters, saved + WORTH_READING)

    def place(self, answer: Answer) -> Place | None:
        """Where a request goes; None while it has to wait, or better waits for another's work."""
        if answer.following and not answer.following.is_over:
            return None
        found = self._place(answer)
        if found:
            answer.following = following(answer, self._slots, found.reused, self._can_cut)
        return None if answer.following else found

    def take(self, found: Place, answer: Answer) -> int:
        """Make a slot hold the beginning of an answer's tokens; how many of them."""
        slot, source, reused = found.slot, found.source, found.reused
        if source is None:
            if 2 * reused < len(slot.held):
                self.keep(slot)
            self.cut(slot, reused)
        else:
            self.keep(slot)
            self.forget(slot)
            self._fill(slot, source, reused)
        slot.adapters = answer.adapters
        answer.fetched = None
        return len(slot.held)

    def cut(self, slot: Slot, end: int) -> None:
        """Let a slot hold its first `end` tokens only."""
        if end == len(slot.held):
            return
        if self._llama.forget(slot.sequence, end):
            del slot.held[end:]
        else:  # a recurrent model's state can't be cut back
            self.forget(slot)

    def forget(self, slot: Slot) -> None:
        """Let a slot hold nothing."""
        self._llama.forget(slot.sequence, 0)
        slot.held.clear()
        slot.shares = None

    def keep(self, slot: Slot) -> None:
        """Move what a slot holds to the host's memory, where that is worth it."""
        # A picture is more work than the positions tell that it takes.
        few = len(slot.held) < WORTH_KEEPING and not has_picture(slot.held)
        if few or self._host.limit_bytes == 0:
            return
        if slot.last and not slot.last.generation.keep_cache:
            return
        if not self._host.has(slot.held, slot.adapters):
            self._host.put(self.snapshot(slot))

    def snapshot(self, slot: Slot) -> Prefix:
        """What a slot holds, to be restored later."""
        return Prefix(tuple(slot.held), self._llama.save(slot.sequence), slot.adapters)

    def restore(self, slot: Slot, prefix: Prefix) -> bool:
        """Let an idle slot hold a snapshot; False: there is no place for it, or it is not ours."""
        self.forget(slot)
        if not self._restored(slot, prefix):
            return False
        slot.held[:], slot.adapters, slot.last = prefix.tokens, prefix.adapters, None
        return True

    def pin(self, slot: Slot) -> None:
        """Write what a slot holds to disk, once there is not nearly as much already."""
        # A file tells a model by its own file, and not by the one that gives it eyes.
        if (
            self._files
            and not has_picture(slot.held)
            and self._files.lacks(slot.held, slot.adapters)
        ):
            self._files.keep(self.snapshot(slot))

    def make_place(self) -> bool:
        """Move the prefix that was idle longest out of the context; False where there is none."""
        idle = [slot for slot in self._slots if slot.answer is None and slot.held]
        if idle:
            oldest = min(idle, key=lambda slot: slot.released)
            self.keep(oldest)
            self.forget(oldest)
        return bool(idle)

    def close(self) -> None:
        """Wait for what is being written."""
        if self._files:
            self._files.close()

    def _place(self, answer: Answer) -> Place | None:
        stored, saved = self._host.best(answer.tokens, answer.adapters)
        fetched = answer.fetched
        if fetched and len(fetched.tokens) > saved:
            stored = fetched
        return place(answer, self._slots, stored, self._can_cut)

    def _in_slots(self, answer: Answer) -> int:
        """How many of its tokens some slot holds, or soon will."""
        texts: list[Sequence[int]] = []
        for slot in self._slots:
            running = slot.answer
            if slot.adapters == answer.adapters:
                texts.append(running.tokens if running else slot.held)
        return max((reusable(text, answer.tokens, self._can_cut) for text in texts), default=0)

    def _fill(self, slot: Slot, source: Slot | Prefix, reused: int) -> None:
        if isinstance(source, Slot):
            self._llama.copy(source.sequence, slot.sequence, reused)
            slot.held[:] = source.held[:reused]
            slot.shares = (source.answer, reused) if source.answer else None
        elif self._restored(slot, source):
            slot.held[:] = source.tokens
            self.cut(slot, reused)
            self._host.touch(source)
        else:
            self._host.drop(source)

    def _restored(self, slot: Slot, source: Prefix) -> bool:
        while not self._llama.restore(slot.sequence, source.data):
            if not self.make_place():
                return False
        return True
