"""All that was said, in one folder: profiles, conversations, and the answers on their way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from app.conversations.conversations import Conversation, Conversations
from app.conversations.exchange import Imported, picture_in, renamed
from app.conversations.message import Message
from app.conversations.profiles import Profile, Profiles
from app.conversations.recovery import recover
from app.conversations.schema import SCHEMA, STEPS, VERSION
from app.conversations.writing import Writing, Writings
from app.storage import Storage

FILE = "conversations.db"
PINS = "recovered-pins.txt"
KEPT_S = 30 * 24 * 3600.0  # how long what was thrown away can be brought back
ENDING_S = 2.0


class History:
    """Opened once in a program; every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._storage = Storage(folder / FILE, SCHEMA, VERSION, steps=STEPS)
        self.pins = folder / PINS  # of profiles that had to be made anew, if there are any
        self.aside = self._storage.aside  # where the file lies that was damaged, if it was
        if self.aside is not None:
            recover(self._storage, self.aside, self.pins)
            self._storage.mended()
        self.profiles = Profiles(self._storage)
        self.conversations = Conversations(self._storage)
        self.writings = Writings()
        self.conversations.end_unfinished()
        if not self._clock_leapt():
            self.conversations.delete_old(KEPT_S)

    def _clock_leapt(self) -> bool:
        """Whether it is suddenly much later than ever before: a clock set wrongly deletes nothing.

        What is said again at the next start is believed.
        """
        now = time.time()
        with self._storage.writing() as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = 'seen'").fetchone()
            connection.execute("INSERT OR REPLACE INTO facts VALUES ('seen', ?)", (str(now),))
        return row is not None and now - float(row["value"]) > KEPT_S

    def close(self) -> None:
        """End and keep what is being written; then close the file."""
        self.writings.stop_all(ENDING_S)
        self._storage.close()

    def import_into(self, profile: Profile, found: Sequence[Imported]) -> list[Conversation]:
        """Keep conversations that come from a file; what is empty is left out."""
        kept = []
        for each in found:
            messages, leaf = renamed(each.messages, each.leaf)
            if not messages or leaf is None:
                continue
            made = self.conversations.add(profile, each.title, each.folder)
            self.conversations.say(made, [self._with_pictures(made, one) for one in messages])
            self.conversations.change(made, pinned=each.pinned, leaf=leaf)
            kept.append(self.conversations.get(profile, made.uid))
        return kept

    def _with_pictures(self, conversation: Conversation, message: Message) -> Message:
        """A message whose pictures are kept apart, where they came inside it."""
        attachments = []
        for each in message.extra.get("attachments", ()):
            if found := picture_in(each.get("url") or ""):
                uid = self.conversations.add_picture(conversation, *found)
                attachments.append({"kind": "picture", "name": each["name"], "id": uid})
            else:
                attachments.append(each)
        return message.with_extra(attachments=attachments) if attachments else message

    def stop(self, conversation: Conversation, timeout_s: float = ENDING_S) -> Writing | None:
        """End what is being written in a conversation, and wait until it is kept."""
        writing = self.writings.get(conversation.uid)
        if writing is not None:
            writing.stop()
            writing.wait_ended(timeout_s)
        return writing

    def remove(self, profile: Profile) -> None:
        """A profile with all that it said."""
        conversations = self.conversations.all_of(profile)
        for each in conversations:
            self.stop(each)
        self.conversations.delete(conversations)
        self.profiles.remove(profile)
