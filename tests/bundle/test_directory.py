from __future__ import annotations

import contextlib
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bundle.directory import LIMIT_BYTES, TRAILER, Directory, Entry, content_length, parse
from app.errors import BadFile

SHA256 = "ab" * 32
MODEL = Entry("chat.gguf", "model", 4096, 98, SHA256, "A model", "Apache-2.0", "its publisher")
PAGE = Entry("page", "page", 8192, 5, SHA256)
DIRECTORY = Directory("b01d", (MODEL, PAGE), ("--port", "9000"))

texts = st.text(st.characters(exclude_categories=["Cs"]))
places = st.integers(0, (1 << 63) - 1)
entries = st.builds(Entry, texts, texts, places, places, st.just(SHA256), texts, texts, texts)
directories = st.builds(
    Directory,
    texts,
    st.lists(entries, max_size=4).map(tuple),
    st.lists(texts, max_size=4).map(tuple),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(directories)
def test_what_was_written_is_read(directory: Directory):
    assert Directory.from_bytes(directory.to_bytes()) == directory


@given(directories, st.data())
def test_any_changed_byte_is_noticed(directory: Directory, data: st.DataObject):
    content = bytearray(directory.to_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadFile):
        Directory.from_bytes(bytes(content))


@given(directories, st.data())
def test_a_cut_directory_is_noticed(directory: Directory, data: st.DataObject):
    content = directory.to_bytes()
    start = data.draw(st.integers(1, len(content)))
    with pytest.raises(BadFile):
        Directory.from_bytes(content[start:])


@given(st.binary())
def test_no_bytes_do_more_than_be_refused(content: bytes):
    with contextlib.suppress(BadFile):
        Directory.from_bytes(content)
    with contextlib.suppress(BadFile):
        parse(content)


@given(json_values)
def test_no_json_does_more_than_be_refused(value: object):
    with contextlib.suppress(BadFile):
        parse(json.dumps(value).encode())


@given(st.sampled_from(["build", "entries", "arguments"]), json_values)
def test_no_field_of_another_kind_does_more_than_be_refused(field: str, value: object):
    fields = dataclasses.asdict(DIRECTORY) | {field: value}
    with contextlib.suppress(BadFile):
        parse(json.dumps(fields).encode())


@given(st.sampled_from([field.name for field in dataclasses.fields(Entry)]), json_values)
def test_no_entry_of_another_shape_does_more_than_be_refused(field: str, value: object):
    fields = dataclasses.asdict(MODEL) | {field: value}
    content = {"build": "", "entries": [fields], "arguments": []}
    with contextlib.suppress(BadFile):
        entry = parse(json.dumps(content).encode()).entries[0]
        assert type(entry.size) is type(entry.offset) is int
        assert min(entry.size, entry.offset) >= 0


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"build": "\\ud800", "entries": [], "arguments": []}',
        b'{"build": "b", "entries": [], "arguments": [1]}',
        b'{"build": "b", "entries": [], "arguments": "text"}',
        b'{"build": "b", "arguments": []}',
        b'{"build": "b", "entries": [], "arguments": ' + b"9" * 5000 + b"}",
    ],
)
def test_these_are_refused(content: bytes):
    with pytest.raises(BadFile, match="directory cannot be read"):
        parse(content)


def test_an_impossible_length_is_refused_before_anything_is_read():
    with pytest.raises(BadFile, match="length"):
        content_length(TRAILER.pack(b"assist\r\n", LIMIT_BYTES + 1, bytes(32)))


def test_entries_are_found_by_kind():
    assert DIRECTORY.find("page") == PAGE
    assert DIRECTORY.find("speech") is None
