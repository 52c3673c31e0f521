from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.mdns.message import (
    PTR,
    SRV,
    TXT,
    A,
    Damaged,
    Message,
    Question,
    Record,
    named,
    packed,
)

HOST = packed(named("assistant.local"))
names = st.lists(st.binary(min_size=1, max_size=63), max_size=4).map(tuple)
questions = st.builds(Question, names, st.integers(0, 65535), st.booleans())
records = st.builds(
    Record,
    names,
    st.sampled_from((A, TXT)),
    st.binary(max_size=40),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
some = st.lists(records, max_size=3).map(tuple)
messages = st.builds(
    Message,
    st.integers(0, 65535),
    st.booleans(),
    st.lists(questions, max_size=3).map(tuple),
    some,
    some,
    some,
)


@given(messages)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert Message.from_bytes(message.to_bytes()) == message


@given(messages, st.data())
def test_what_a_stranger_sends_is_read_or_refused(message: Message, data: st.DataObject) -> None:
    sent = bytearray(message.to_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    for damaged in (bytes(sent), bytes(sent[: data.draw(st.integers(0, len(sent)))])):
        with suppress(Damaged):
            Message.from_bytes(damaged).to_bytes()


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(noise: bytes) -> None:
    with suppress(Damaged):
        Message.from_bytes(noise)


def test_names_that_point_back_are_written_out() -> None:
    head = bytes((0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, 0))
    place = bytes(6)
    pointer = b"\xc0\x0c"
    first = HOST + bytes((0, SRV, 0, 1, 0, 0, 0, 9, 0, 8)) + place + pointer
    second = b"\x03www" + pointer + bytes((0, PTR, 0, 1, 0, 0, 0, 9, 0, 2)) + pointer
    one, two = Message.from_bytes(head + first + second).answers
    assert (one.name, one.data) == (named("assistant.local"), place + HOST)
    assert (two.name, two.data) == (named("www.assistant.local"), HOST)


@pytest.mark.parametrize("name", [b"\xc0\x0c", b"\x01a\xc0\x0c", b"\x80", b"\x05a", b"\xc0"])
def test_names_without_an_end_are_refused(name: bytes) -> None:
    with pytest.raises(Damaged):
        Message.from_bytes(bytes((0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)) + name)
