"""What mtmd makes of a prompt: chunks, each of text or of (a part of) a picture."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from app.engine.pictures.picture import Pixels

TEXT = 0  # MTMD_INPUT_CHUNK_TYPE_TEXT


class Chunk:
    """A piece of a prompt, which lives as long as anyone holds it.

    `picture`: the key of the picture of which it shows the `part`-th part; None: it is text.
    """

    def __init__(self, mtmd: Any, pointer: Any, owner: object) -> None:
        self.pointer = pointer
        self._owner = owner  # frees it
        self.tokens: Sequence[int] = ()
        self.picture: bytes | None = None
        self.part = 0
        self.cells: int = mtmd.mtmd_input_chunk_get_n_tokens(pointer)
        self.places: int = mtmd.mtmd_input_chunk_get_n_pos(pointer)
        if mtmd.mtmd_input_chunk_get_type(pointer) == TEXT:
            count = ctypes.c_size_t()
            self.tokens = mtmd.mtmd_input_chunk_get_tokens_text(pointer, ctypes.byref(count))[
                : count.value
            ]


class _Owner:
    """mtmd's list of chunks."""

    def __init__(self, mtmd: Any) -> None:
        self.pointer = mtmd.mtmd_input_chunks_init()
        weakref.finalize(self, mtmd.mtmd_input_chunks_free, self.pointer).atexit = False


def chunks_of(mtmd: Any, context: Any, parts: Sequence[str | Pixels], begin: bool) -> list[Chunk]:
    """The chunks of a prompt; control tokens in its texts count as such.

    Raises: ValueError, where a picture cannot be used.
    """
    owner = _Owner(mtmd)
    keys: dict[bytes, bytes] = {}  # by the names that chunks know their pictures by
    with ExitStack() as held:
        sent = []
        for number, part in enumerate(parts):
            if isinstance(part, str):
                text = part.encode("utf-8", "replace")
                words = mtmd.mtmd_input_text(text, len(text), False, True)
                sent.append(mtmd.mtmd_input_part(ctypes.pointer(words), None))
                continue
            pixels = ctypes.cast(ctypes.c_char_p(part.rgb), ctypes.POINTER(ctypes.c_uint8))
            bitmap = mtmd.mtmd_bitmap_init(part.width, part.height, pixels)
            held.callback(mtmd.mtmd_bitmap_free, bitmap)
            name = b"%d" % number
            keys[name] = part.key
            mtmd.mtmd_bitmap_set_id(bitmap, name)
            sent.append(mtmd.mtmd_input_part(None, bitmap))
        pointers = (ctypes.POINTER(mtmd.mtmd_input_part) * len(sent))(*map(ctypes.pointer, sent))
        status = mtmd.mtmd_tokenize_from_parts(context, owner.pointer, pointers, len(sent), begin)
    if status:
        raise ValueError(f"mtmd_tokenize: {status}")
    return _told(mtmd, owner, keys)


def _told(mtmd: Any, owner: _Owner, keys: dict[bytes, bytes]) -> list[Chunk]:
    count = mtmd.mtmd_input_chunks_size(owner.pointer)
    found = [
        Chunk(mtmd, mtmd.mtmd_input_chunks_get(owner.pointer, number), owner)
        for number in range(count)
    ]
    parts = dict.fromkeys(keys, 0)
    for chunk in found:
        if name := mtmd.mtmd_input_chunk_get_id(chunk.pointer):
            chunk.picture, chunk.part = keys[name], parts[name]
            parts[name] += 1
    return found
