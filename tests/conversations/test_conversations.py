from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.conversations.conversations import Conversation
from app.conversations.history import FILE, History
from app.conversations.message import Message, branch
from app.conversations.profiles import Profile
from app.errors import NotFound


def said(uid: str, parent: str | None, text: str, state: str = "done") -> Message:
    role = "assistant" if uid.startswith("a") else "user"
    return Message(uid, parent, role, text, 1.0, state=state)  # type: ignore[arg-type]


def talked(history: History, someone: Profile, *texts: str, title: str = "") -> Conversation:
    """A conversation with these questions and answers in turn."""
    made = history.conversations.add(someone, title)
    before: str | None = None
    for number, text in enumerate(texts):
        uid = f"{'qa'[number % 2]}{made.id}-{number}"
        history.conversations.say(made, [said(uid, before, text)], texts[0])
        before = uid
    return history.conversations.get(someone, made.uid)


def test_branches_are_kept_and_one_is_shown(history: History, someone: Profile) -> None:
    made = talked(history, someone, "one", "first answer")
    question = history.conversations.messages(made)[0]
    history.conversations.say(made, [said("a2", question.uid, "second answer")])
    messages = history.conversations.messages(made)
    shown = branch(messages, history.conversations.get(someone, made.uid).leaf)
    assert [each.text for each in shown] == ["one", "second answer"]
    history.conversations.change(made, leaf=messages[1].uid)
    shown = branch(messages, history.conversations.get(someone, made.uid).leaf)
    assert [each.text for each in shown] == ["one", "first answer"]


def test_a_branch_can_only_end_with_a_message_of_the_conversation(
    history: History, someone: Profile
) -> None:
    other = talked(history, someone, "other")
    made = talked(history, someone, "mine")
    with pytest.raises(NotFound):
        history.conversations.change(made, leaf=other.leaf)
    with pytest.raises(NotFound):
        history.conversations.say(made, [said("a9", other.leaf, "stolen")])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("hash tables", ["hash"]),
        ("HASH", ["hash"]),
        ("tabl", ["hash"]),  # one is still typing
        ("押金", ["lease"]),
        ("押", ["lease"]),
        ("押金 6800", ["lease"]),
        ("押金 hash", []),
        ("café", ["cafe"]),
        ("zebra", []),
        ("?!", []),
    ],
)
def test_every_word_is_found_in_either_language(
    history: History, someone: Profile, query: str, titles: list[str]
) -> None:
    talked(history, someone, "Explain", "A hash table maps keys.", title="hash")
    talked(history, someone, "租房", "月租金为6800元，押金为两个月租金。", title="lease")
    talked(history, someone, "Where?", "In the Cafe.", title="cafe")
    found = history.conversations.search(someone, query, 10)
    assert [each.title for each in found] == titles


def test_a_title_is_found_under_its_new_name_only(history: History, someone: Profile) -> None:
    made = talked(history, someone, "one", title="Zebras")
    history.conversations.change(made, title="Lions")
    assert history.conversations.search(someone, "zebras", 10) == []
    assert [each.uid for each in history.conversations.search(someone, "lions", 10)] == [made.uid]


def test_what_is_thrown_away_comes_back_and_what_is_deleted_does_not(
    history: History, someone: Profile
) -> None:
    made = talked(history, someone, "precious words")
    history.conversations.throw_away(made)
    assert history.conversations.listed(someone, 10) == []
    assert history.conversations.search(someone, "precious", 10) == []
    assert history.conversations.listed(someone, 10, deleted=True)[0].uid == made.uid
    history.conversations.bring_back(made)
    assert history.conversations.search(someone, "precious", 10)[0].uid == made.uid
    history.conversations.delete([made])
    assert history.conversations.search(someone, "precious", 10) == []
    with pytest.raises(NotFound):
        history.conversations.get(someone, made.uid)


def test_pinned_ones_are_first_and_empty_ones_are_not_listed(
    history: History, someone: Profile
) -> None:
    old, new = talked(history, someone, "old"), talked(history, someone, "new")
    history.conversations.add(someone)
    history.conversations.change(old, pinned=True)
    assert [each.uid for each in history.conversations.listed(someone, 9)] == [old.uid, new.uid]


def test_what_was_being_written_when_the_program_was_killed_is_kept_and_found(
    tmp_path: Path,
) -> None:
    killed = History(tmp_path)
    someone = killed.profiles.listed()[0]
    made = talked(killed, someone, "question")
    killed.conversations.say(made, [said("a1", made.leaf, "", "writing")])
    answer = said("a1", made.leaf, "", "writing")
    for number, event in enumerate([{"thinking": "hm"}, {"text": "half"}, {"text": " an answer"}]):
        killed.conversations.append(answer, number, event)
    # Not closed: as if it had been killed.
    again = History(tmp_path)
    last = again.conversations.messages(made)[-1]
    assert (last.text, last.thinking, last.state) == ("half an answer", "hm", "stopped")
    assert again.conversations.search(someone, "half answer", 9)[0].uid == made.uid
    again.close()
    killed.close()


def test_nobody_sees_another_ones_conversations(history: History, someone: Profile) -> None:
    made = talked(history, someone, "secret")
    other = history.profiles.add("Other", None)
    assert history.conversations.search(other, "secret", 9) == []
    assert history.conversations.listed(other, 9) == []
    with pytest.raises(NotFound):
        history.conversations.get(other, made.uid)


def test_what_a_conversation_looks_into_is_kept_with_it(history: History, someone: Profile) -> None:
    made = history.conversations.add(someone, filter_={"tags": ["animals"]})
    assert history.conversations.get(someone, made.uid).filter == {"tags": ["animals"]}
    history.conversations.look_into(made, {})
    assert history.conversations.get(someone, made.uid).filter == {}
    history.conversations.look_into(made, None)
    assert history.conversations.get(someone, made.uid).filter is None


def test_what_an_older_program_has_kept_is_read(tmp_path: Path) -> None:
    older = History(tmp_path)
    talked(older, older.profiles.listed()[0], "Hello")
    older.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(
            "ALTER TABLE conversations DROP COLUMN filter; DROP TABLE pieces;"
            " PRAGMA user_version = 1"
        )
    history = History(tmp_path)
    (found,) = history.conversations.listed(history.profiles.listed()[0], 9)
    assert (found.title, found.filter) == ("Hello", None)
    history.conversations.look_into(found, {})
    history.conversations.append(said("a9", None, ""), 0, {"text": "more"})
    history.close()
