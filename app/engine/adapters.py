"""LoRA adapters: small changes to a model's weights, each of them with a scale."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.bundle.slice import Slice
from app.engine.prefixes.prefix import Adapters
from app.errors import BadRequest
from app.language import Text

UNKNOWN = Text(
    "There is no adapter {id}: this assistant has {count}, counted from 0.",
    "没有编号为 {id} 的适配器：本助手共有 {count} 个，从 0 开始编号。",
)
BAD_SCALE = Text(
    "The scale of adapter {id} must be an ordinary number.", "适配器 {id} 的缩放系数应为普通数值。"
)

LARGEST = 1e6


@dataclass(frozen=True, slots=True)
class AdapterFile:
    """Where an adapter lies, and how strongly it applies while nobody says otherwise."""

    source: Slice
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Adapter:
    """A loaded adapter. `task_name` and `prompt_prefix`: what its file says that it is for."""

    id: int
    path: str
    scale: float
    task_name: str = ""
    prompt_prefix: str = ""


class Scales:
    """How strongly each adapter applies; from any thread."""

    def __init__(self, loaded: Sequence[Adapter]) -> None:
        self._lock = threading.Lock()
        self._adapters = tuple(loaded)

    def list(self) -> tuple[Adapter, ...]:
        """All adapters with their scales as they are now."""
        with self._lock:
            return self._adapters

    def set(self, scales: Mapping[int, float]) -> None:
        """Change them for every request to come; what is not named does not apply any more.

        Raises: BadRequest.
        """
        wanted = dict(self.of(tuple(scales.items())))
        with self._lock:
            self._adapters = tuple(
                replace(each, scale=wanted.get(each.id, 0.0)) for each in self._adapters
            )

    def of(self, asked: Adapters | None) -> Adapters:
        """What a request computes with: what it asks for, else the scales as they are now.

        Ordered, without those that do not apply. Raises: BadRequest.
        """
        if asked is None:
            asked = tuple((each.id, each.scale) for each in self.list())
        count = len(self._adapters)
        for id_, scale in asked:
            if not 0 <= id_ < count:
                raise BadRequest(UNKNOWN.filled(id=id_, count=count), field="lora")
            if not math.isfinite(scale) or abs(scale) > LARGEST:
                raise BadRequest(BAD_SCALE.filled(id=id_), field="lora")
        return tuple(sorted((id_, float(scale)) for id_, scale in dict(asked).items() if scale))


class Turns:
    """Whose adapters the next decode call computes with: all of its answers share them.

    Each set keeps its turn for some steps, for a change costs time, and for a limited one only,
    so that the others go on too.
    """

    def __init__(self, clock: Callable[[], float], turn_s: float = 0.1) -> None:
        self._clock = clock
        self._turn_s = turn_s
        self._current: Adapters = ()
        self._since = clock()

    def next(self, wanted: Sequence[Adapters]) -> Adapters:
        """One of the sets that running answers want, of whom there is at least one."""
        now = self._clock()
        sets = sorted(set(wanted))
        kept = self._current in sets and now - self._since < self._turn_s
        if len(sets) > 1 and not kept:
            later = [each for each in sets if each > self._current]
            self._current, self._since = (later or sets)[0], now
        elif len(sets) == 1 and sets[0] != self._current:
            self._current, self._since = sets[0], now
        return self._current
