from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from app.conversations.history import FILE, History
from app.conversations.message import Message, new_uid
from app.errors import ProfileLocked


def test_conversations_come_back_from_a_damaged_file_with_their_index(tmp_path: Path) -> None:
    history = History(tmp_path)
    ada = history.profiles.listed()[0]
    kept = history.conversations.add(ada, "Of zebras")
    lost = history.conversations.add(ada, "A title that is lost")
    for conversation in (kept, lost):
        said = Message(new_uid("message"), None, "user", f"grass and {conversation.id}", 1.0)
        history.conversations.say(conversation, [said])
    history.close()
    file = tmp_path / FILE
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM conversations WHERE uid = ?", (lost.uid,))
        connection.commit()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'found'")
        connection.execute("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'found_data'")
        connection.commit()
    again = History(tmp_path)
    assert again.aside is not None
    assert again.aside.exists()
    (found,) = again.conversations.search(ada, "zebras", 9)
    assert (found.uid, found.title) == (kept.uid, "Of zebras")
    everything = again.conversations.listed(ada, 9)
    assert {each.title for each in everything} == {"Of zebras", ""}  # a title alone is lost
    assert len(again.conversations.search(ada, "grass", 9)) == 2
    again.close()
    assert History(tmp_path).aside is None


def test_what_belonged_to_a_lost_profile_is_handed_to_nobody_else(tmp_path: Path) -> None:
    history = History(tmp_path)
    ada = history.profiles.listed()[0]
    others = [history.profiles.add(name, "1234") for name in ("Bob", "Eve")]
    for profile in (ada, *others):
        made = history.conversations.add(profile, f"Of {profile.name or 'Ada'}")
        history.conversations.say(
            made, [Message(new_uid("message"), None, "user", f"secret {profile.id}", 1.0)]
        )
    history.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("DELETE FROM profiles WHERE name = 'Bob'")
        connection.execute("DELETE FROM conversations WHERE title = 'Of Eve'")
        connection.commit()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'found_data'")
        connection.commit()
    again = History(tmp_path)
    (own,) = again.conversations.listed(again.profiles.opened(None, ""), 9)
    assert own.title == "Of Ada"
    assert stat.S_IMODE(again.pins.stat().st_mode) == 0o600
    pins = [line.split(": ") for line in again.pins.read_text().splitlines()]
    assert [name for name, _ in pins] == ["Recovered 1", "Recovered 2"]
    said = []
    for name, pin in pins:
        (profile,) = (each for each in again.profiles.listed() if each.name == name)
        with pytest.raises(ProfileLocked):
            again.profiles.opened(profile.uid, "")
        opened = again.profiles.opened(profile.uid, again.profiles.unlock(profile.uid, pin))
        (found,) = again.conversations.listed(opened, 9)
        said.append(found.title)
    assert said == ["Of Bob", ""]
    again.close()


def test_a_clock_that_leaps_ahead_deletes_nothing_at_once(
    tmp_path: Path, monkeypatch: object
) -> None:
    history = History(tmp_path)
    ada = history.profiles.listed()[0]
    conversation = history.conversations.add(ada, "Thrown away")
    history.conversations.say(
        conversation, [Message(new_uid("message"), None, "user", "hello", 1.0)]
    )
    history.conversations.throw_away(conversation)
    history.close()
    year = 365 * 24 * 3600.0
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        # As if all that had been a year ago: the clock of this start is a year ahead of it.
        connection.execute("UPDATE conversations SET deleted = deleted - ?", (year,))
        connection.execute("UPDATE facts SET value = value - ? WHERE name = 'seen'", (year,))
        connection.commit()
    history = History(tmp_path)
    assert len(history.conversations.all_of(ada)) == 1
    history.close()
    history = History(tmp_path)  # it is that late after all
    assert history.conversations.all_of(ada) == []
    history.close()
