"""Makes small E5S1 files with random weights."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field

HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS, TOKEN_TYPES = 32, 2, 2, 64, 12, 16, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁to", "▁be", "▁or", "not", "<mask>"]
REPLACEMENTS = {"\n": " ", "\u200b": " ", "Ｂ": "B", "\x01": "", "㍿": "株式会社"}
EMBEDDINGS = {
    "emb.word": (HIDDEN, VOCABULARY),
    "emb.pos": (HIDDEN, POSITIONS),
    "emb.type": (HIDDEN, TOKEN_TYPES),
    "emb.ln.w": (HIDDEN,),
    "emb.ln.b": (HIDDEN,),
}
MATRICES = {
    "q": (HIDDEN, HIDDEN),
    "k": (HIDDEN, HIDDEN),
    "v": (HIDDEN, HIDDEN),
    "ao": (HIDDEN, HIDDEN),
    "fi": (HIDDEN, FEED_FORWARD),
    "fo": (FEED_FORWARD, HIDDEN),
}


@dataclass
class E5File:
    """What goes into the file; `tensors`: name -> type, elements, bytes of the weights."""

    replacements: dict[str, str] = field(default_factory=lambda: dict(REPLACEMENTS))
    tensors: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = random.Random(5)
        for name, shape in EMBEDDINGS.items():
            self._add(numbers, name, shape, quantized=name == "emb.word")
        for layer in range(LAYERS):
            for part, shape in MATRICES.items():
                self._add(numbers, f"l{layer}.{part}.w", shape, quantized=True)
                self._add(numbers, f"l{layer}.{part}.b", shape[1:], quantized=False)
            for part in ("aln", "oln"):
                self._add(numbers, f"l{layer}.{part}.w", (HIDDEN,), quantized=False)
                self._add(numbers, f"l{layer}.{part}.b", (HIDDEN,), quantized=False)

    def _add(
        self, numbers: random.Random, name: str, shape: tuple[int, ...], quantized: bool
    ) -> None:
        elements = shape[0] * (shape[1] if len(shape) == 2 else 1)
        if quantized:
            blocks = (
                struct.pack("<e", 0.05) + numbers.randbytes(16) for _ in range(elements // 32)
            )
            data = b"".join(blocks)
        else:
            data = struct.pack(f"<{elements}f", *(numbers.gauss(0, 1) for _ in range(elements)))
        self.tensors[name] = (int(quantized), elements, data)

    def bytes(self) -> bytes:
        """The file."""
        head = self._header() + self._tokenizer()
        offset = len(head) + 4 + sum(2 + len(name) + 21 for name in self.tensors)
        directory = struct.pack("<i", len(self.tensors))
        for name, (kind, elements, data) in self.tensors.items():
            directory += struct.pack("<H", len(name)) + name.encode()
            directory += struct.pack("<BIQQ", kind, elements, offset, len(data))
            offset += len(data)
        return head + directory + b"".join(data for _, _, data in self.tensors.values())

    def _header(self) -> bytes:
        sizes = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS, TOKEN_TYPES)
        return b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)

    def _tokenizer(self) -> bytes:
        pieces = [piece.encode() for piece in PIECES]
        ends = [sum(map(len, pieces[:count])) for count in range(len(pieces) + 1)]
        scores = [0.0 if piece.startswith("<") else -2.0 - len(piece) / 8 for piece in PIECES]
        normalization = b"".join(
            struct.pack(f"<IB{len(new)}I", ord(old), len(new), *map(ord, new))
            for old, new in self.replacements.items()
        )
        return (
            struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, ends[-1])
            + struct.pack(f"<{len(ends)}I{len(scores)}f", *ends, *scores)
            + b"".join(pieces)
            + struct.pack("<iI", len(self.replacements), len(normalization))
            + normalization
        )
