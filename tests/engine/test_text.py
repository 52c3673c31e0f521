from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.reply import Finished, Reply, Timings, Token, Usage
from app.engine.text import Delta, StopStrings, TextReply
from app.errors import EngineFailed
from app.language import Text

END = Finished("length", Usage(3, 5, 0), Timings(3, 1.0, 5, 1.0, 0))


def reply_of(pieces: list[bytes], end: Finished = END) -> Reply:
    reply = Reply()
    for number, piece in enumerate(pieces):
        reply.put(Token(number, piece))
    reply.put(end)
    return reply


def deltas(pieces: list[bytes], stop: tuple[str, ...] = ()) -> list[str]:
    *parts, _ = TextReply(reply_of(pieces), stop)
    return [part.text for part in parts if isinstance(part, Delta)]


@given(
    st.text(alphabet="aé中文字🙂👩‍👩‍👧\n", max_size=30), st.lists(st.integers(0, 120), max_size=12)
)
def test_a_character_is_never_split(text: str, cuts: list[int]) -> None:
    data = text.encode()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in pairwise(places)]
    assert "".join(deltas(pieces)) == text
    assert all(delta and "\ufffd" not in delta for delta in deltas(pieces))


def test_a_character_comes_as_soon_as_it_is_whole() -> None:
    assert deltas([b"\xe4", b"\xbd", b"\xa0\xe5", b"\xa5\xbd"]) == ["你", "好"]


def test_half_a_character_at_the_end_is_shown_as_such() -> None:
    assert deltas([b"ok", b"\xe4\xbd"]) == ["ok", "\ufffd"]


def test_an_answer_ends_in_front_of_a_stop_string() -> None:
    assert deltas([b"one. ", b"two.\n", b"User", b": three"], ("\nUser:",)) == ["one. ", "two."]


def test_text_that_only_looked_like_a_stop_string_is_not_lost() -> None:
    assert deltas([b"a", b"b", b"c"], ("bx",)) == ["a", "bc"]
    assert deltas([b"a", b"b"], ("bx",)) == ["a", "b"]


def test_the_first_of_several_stop_strings_counts() -> None:
    assert "".join(deltas([b"1 STOP 2 END"], ("END", "STOP"))) == "1 "


def test_an_empty_stop_string_stops_nothing() -> None:
    assert deltas([b"abc"], ("",)) == ["abc"]


@given(
    st.text(alphabet="abc", max_size=30),
    st.lists(st.text(alphabet="abc", min_size=1, max_size=4), min_size=1, max_size=3),
    st.integers(1, 5),
)
def test_stop_strings_cut_the_same_however_the_text_is_split(
    text: str, stops: list[str], size: int
) -> None:
    places = [text.index(stop) for stop in stops if stop in text]
    # A longer stop string that began earlier may only be complete later: the first complete counts.
    ends = [text.index(stop) + len(stop) for stop in stops if stop in text]
    pieces = [text[n : n + size].encode() for n in range(0, len(text), size)]
    got = "".join(deltas(pieces, tuple(stops)))
    assert text.startswith(got)
    if not places:
        assert got == text
    else:
        assert min(places) <= len(got) < min(ends)


def test_a_stop_string_cancels_the_reply_and_is_a_stop() -> None:
    reply = reply_of([b"yes", b"STOP", b"more"])
    *_, last = TextReply(reply, ("STOP",))
    assert reply.cancelled
    assert isinstance(last, Finished)
    assert last.reason == "stop"
    assert last.usage.completion_tokens == 2


def test_without_a_stop_string_the_end_is_the_engines_own() -> None:
    *_, last = TextReply(reply_of([b"yes"]))
    assert last == END


def test_nothing_is_left_in_a_flushed_buffer() -> None:
    stops = StopStrings(("xyz",))
    assert stops.feed("ax") == ("a", False)
    assert stops.flush() == "x"
    assert stops.flush() == ""


def test_an_engines_failure_reaches_the_reader() -> None:
    reply = Reply()
    reply.put(Token(1, b"so"))
    reply.put(EngineFailed(Text("broken", "坏了")))
    reader = iter(TextReply(reply))
    first = next(reader)
    assert isinstance(first, Delta)
    assert first.text == "so"
    with pytest.raises(EngineFailed, match="broken"):
        next(reader)


def test_cancelling_wakes_the_engine_once() -> None:
    wakes: list[int] = []
    reply = TextReply(Reply(lambda: wakes.append(threading.get_ident())))
    reply.cancel()
    reply.cancel()
    assert len(wakes) == 1
