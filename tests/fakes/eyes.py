"""Eyes that look at nothing: they tell what they were shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.engine.backend import NoPlace
from app.engine.engine import Engine
from app.engine.pictures.picture import Picture, Pixels, Seen, standing_for
from app.errors import EngineFailed
from app.language import Text
from tests.fakes.engine import engine_of
from tests.fakes.llama import ScriptedLlama, echo, tokens_of

PLACES, CELLS = 4, 6
BLINDING = Pixels(1, 1, b"\xff\xff\xff")  # cannot be looked at


@dataclass
class ScriptedEyes:
    """`happened`: what was done with pictures, and between that each decode call's tokens."""

    llama: ScriptedLlama
    happened: list[str] = field(default_factory=list)
    refuses: int = 0  # so many times there is no place
    shown: list[Pixels] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.llama.eyes = self
        self.llama.facts = replace(self.llama.facts, sees=True)
        before = self.llama.before_decode

        def listen(spans: Sequence[object]) -> None:
            self.happened.append("decode")
            before(spans)  # type: ignore[arg-type]

        self.llama.before_decode = listen

    def read(self, parts: Sequence[str | Pixels], begin: bool) -> Seen:
        tokens: list[int] = []
        pictures: list[Picture] = []
        for part in parts:
            if isinstance(part, str):
                tokens += tokens_of(part)
                continue
            self.shown.append(part)
            pictures.append(Picture(len(tokens), PLACES, CELLS, part.key, part))
            tokens += standing_for(pictures[-1])
        return Seen(tuple(tokens), tuple(pictures))

    def encode(self, picture: Picture) -> bytes:
        self.happened.append("encode")
        if picture.content == BLINDING:
            raise EngineFailed(Text("blinded", "看不见"))
        return b"seen"

    def show(self, sequence: int, position: int, picture: Picture, encoded: bytes) -> None:
        assert encoded == b"seen"
        assert position == len(self.llama.held[sequence])
        self.happened.append("show")
        if self.refuses:
            self.refuses -= 1
            raise NoPlace
        self.llama.held[sequence] += standing_for(picture)
        self.llama.take_cells(sequence, picture.places)


def seeing_engine(llama: ScriptedLlama | None = None) -> tuple[Engine, ScriptedEyes]:
    """An engine whose model sees, ready."""
    running = llama or ScriptedLlama(echo)
    eyes = ScriptedEyes(running)
    return engine_of(running), eyes
