"""Prefixes on disk: after a restart, a read takes the place of computing them.

A file is a header, the tokens, and what `Llama.save` gave. It counts only whole: a checksum covers
all of it, and its key names the model, the adapters and whatever else the data depends on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import tempfile
import threading
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from app.engine.prefixes.prefix import Adapters, Prefix, common_prefix, reusable

log = logging.getLogger(__name__)

MAGIC = b"prefix\x00\x01"
HEADER = struct.Struct("<8s32s16sIQ")  # magic, key, checksum, count of tokens, bytes of data
SUFFIX, UNFINISHED = ".prefix", ".unfinished"
COVERED = 7 / 8  # with so much of a prompt on disk, the rest is computed faster than written


@dataclass(frozen=True, slots=True)
class Known:
    """A file whose header and tokens have been read."""

    path: Path
    key: bytes
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself."""

    key: bytes
    checksum: bytes
    tokens: tuple[int, ...]
    data_bytes: int


class Damaged(Exception):
    """A file is not what its header says."""


class PrefixFiles:
    """Finds one model's prefixes in a folder that may hold those of others. Safe for threads."""

    def __init__(self, folder: Path, identity: str, limit_bytes: int) -> None:
        self._folder = folder
        self._identity = identity
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._known: list[Known] = []
        self._reading = threading.Lock()
        self._read_before: WeakValueDictionary[Path, Prefix] = WeakValueDictionary()
        self._writer = ThreadPoolExecutor(1, "prefixes")
        with suppress(OSError):
            self._scan()

    def fetch(self, prompt: Sequence[int], adapters: Adapters, beyond: int) -> Prefix | None:
        """Read the prefix that saves more than `beyond` tokens of a prompt, the longest."""
        key = self._key(adapters)
        with self._lock:
            known = [each for each in self._known if each.key == key]
        for each in sorted(known, key=lambda one: -common_prefix(one.tokens, prompt)):
            if reusable(each.tokens, prompt, can_cut=True) <= beyond:
                return None
            try:
                prefix = self._read(each, adapters)
            except (OSError, Damaged) as error:
                log.warning("%s is not used: %s", each.path, error or type(error).__name__)
                self._forget(each.path)
                continue
            with suppress(OSError):
                os.utime(each.path)  # the ones used last outlive the others
            return prefix
        return None

    def lacks(self, tokens: Sequence[int], adapters: Adapters) -> bool:
        """Whether so little of these tokens is on disk that writing them pays."""
        key = self._key(adapters)
        with self._lock:
            return all(
                common_prefix(each.tokens, tokens) < COVERED * len(tokens)
                for each in self._known
                if each.key == key
            )

    def keep(self, prefix: Prefix) -> None:
        """Write a prefix, in a thread of its own."""
        self._writer.submit(self._write, prefix)

    def close(self) -> None:
        """Wait for what is being written."""
        self._writer.shutdown()

    def _read(self, known: Known, adapters: Adapters) -> Prefix:
        """Raises: OSError, Damaged."""
        with self._reading:  # those who ask about one document at a time share what is read
            prefix = self._read_before.get(known.path)
            if prefix is None:
                prefix = Prefix(known.tokens, read(known.path, known.key), adapters)
                self._read_before[known.path] = prefix
            return prefix

    def _write(self, prefix: Prefix) -> None:
        size = HEADER.size + 4 * len(prefix.tokens) + len(prefix.data)
        if size > self._limit:
            return
        key = self._key(prefix.adapters)
        path = self._folder / (_name(key, prefix.tokens) + SUFFIX)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(size)
            write(path, key, prefix)
        except OSError as error:
            log.warning("%s cannot be written: %s", path, error)
            return
        known = Known(path, key, prefix.tokens)
        with self._lock:
            covered = [each for each in self._known if _covers(known, each)]
            self._known = [each for each in self._known if each.path != path] + [known]
        for each in covered:
            self._forget(each.path)

    def _make_room(self, size: int) -> None:
        """Remove the files used longest ago, whichever model they belong to."""
        found = sorted(self._folder.glob("*" + SUFFIX), key=lambda path: path.stat().st_mtime)
        held = sum(path.stat().st_size for path in found)
        for path in found:
            if held + size <= self._limit:
                return
            held -= path.stat().st_size
            self._forget(path)

    def _scan(self) -> None:
        for path in self._folder.glob("*" + UNFINISHED):
            path.unlink(missing_ok=True)
        for path in self._folder.glob("*" + SUFFIX):
            try:
                with path.open("rb") as file:
                    head = _head(file, path.stat().st_size)
            except (OSError, Damaged):
                continue  # it goes when room is needed, or is replaced
            self._known.append(Known(path, head.key, head.tokens))

    def _forget(self, path: Path) -> None:
        with self._lock:
            self._known = [each for each in self._known if each.path != path]
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def _key(self, adapters: Adapters) -> bytes:
        return hashlib.blake2b(f"{self._identity}\n{adapters}".encode(), digest_size=32).digest()


def write(path: Path, key: bytes, prefix: Prefix) -> None:
    """Write a file that is there whole or not at all. Raises: OSError."""
    tokens = array("i", prefix.tokens).tobytes()
    checksum = _checksum(key, tokens, prefix.data)
    header = HEADER.pack(MAGIC, key, checksum, len(prefix.tokens), len(prefix.data))
    descriptor, name = tempfile.mkstemp(UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in (header, tokens, prefix.data):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path, key: bytes) -> bytearray:
    """What a file holds for its tokens. Raises: OSError, Damaged."""
    with path.open("rb") as file:
        head = _head(file, path.stat().st_size)
        data = bytearray(head.data_bytes)
        if file.readinto(data) != len(data):
            raise Damaged("it ends early")
    if head.key != key or head.checksum != _checksum(key, array("i", head.tokens).tobytes(), data):
        raise Damaged("its checksum is wrong")
    return data


def _head(file: BinaryIO, file_bytes: int) -> Head:
    """What stands in front of the data. Raises: Damaged."""
    header = file.read(HEADER.size)
    if len(header) < HEADER.size:
        raise Damaged("it ends early")
    magic, key, checksum, count, data_bytes = HEADER.unpack(header)
    if magic != MAGIC:
        raise Damaged("it is of another version")
    if HEADER.size + 4 * count + data_bytes != file_bytes:
        raise Damaged("its size is wrong")
    tokens = array("i")
    tokens.frombytes(file.read(4 * count))
    return Head(key, checksum, tuple(tokens), data_bytes)


def _checksum(key: bytes, tokens: bytes, data: bytearray) -> bytes:
    digest = hashlib.blake2b(key, digest_size=16)
    digest.update(tokens)
    digest.update(data)
    return digest.digest()


def _name(key: bytes, tokens: tuple[int, ...]) -> str:
    return _checksum(key, array("i", tokens).tobytes(), bytearray()).hex()


def _covers(longer: Known, shorter: Known) -> bool:
    return (
        longer.path != shorter.path
        and longer.key == shorter.key
        and common_prefix(longer.tokens, shorter.tokens) == len(shorter.tokens)
    )
