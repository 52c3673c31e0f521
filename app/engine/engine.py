"""The engine: one thread that loads the model and then owns it; everyone else queues work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from app.engine.adapters import Adapter, Scales
from app.engine.backend import Llama
from app.engine.batching import Batching
from app.engine.errand import Errand
from app.engine.metrics import Metrics
from app.engine.model import Model
from app.engine.pictures.picture import has_picture
from app.engine.prefixes import slot_files
from app.engine.prefixes.prefix import Prefix
from app.engine.prefixes.prefixes import Caches, Prefixes
from app.engine.readiness import ENDING, Readiness
from app.engine.reply import Reply
from app.engine.request import Generation
from app.engine.scheduler import Limits
from app.engine.slots import Answer, Slot
from app.errors import (
    AssistantError,
    BadRequest,
    Busy,
    Cancelled,
    EngineFailed,
    ModelChanged,
    PromptTooLong,
)
from app.language import Text

log = logging.getLogger(__name__)
T = TypeVar("T")

Arrived = Answer | Errand[Any] | Future[Llama]
"""What waits for the engine's thread; a future: someone who needs the model loaded."""

FAILED = Text(
    "The engine failed ({reason}). Ask again; if it happens again, start with --verbose and read "
    "the log.",
    "引擎出错（{reason}）。请重试；如果再次出现，请加 --verbose 启动并查看日志。",
)
FULL = Text(
    "Everyone's turn is taken and {waiting} requests wait already. Try again in a moment.",
    "当前没有空位，已有 {waiting} 个请求在排队，请稍后再试。",
)
EMPTY = Text("The prompt is empty.", "提示词为空。")
UNKNOWN_TOKEN = Text(
    "The prompt holds token {token}, which this model does not have.",
    "提示词中的词元 {token} 不在该模型的词表里。",
)


NO_SLOT = Text(
    "There is no slot {slot}: this assistant has {slots}, counted from 0.",
    "没有编号为 {slot} 的槽位：本助手共有 {slots} 个，从 0 开始编号。",
)
NO_PLACE = Text(
    "The slot file {name} cannot be used: it was saved with another model or other settings, or "
    "the context has no place for it.",
    "槽位文件 {name} 无法使用：它由其他模型或设置保存，或者上下文中没有空位。",
)
HOLDS_PICTURE = Text(
    "What this slot holds cannot be saved: there is a picture in it.",
    "该槽位的内容无法保存：其中有图片。",
)
NOT_WRITTEN = Text(
    "The slot file {name} cannot be written: {reason}", "无法写入槽位文件 {name}：{reason}"
)


@dataclass(frozen=True, slots=True)
class Stats:
    """What the engine is busy with."""

    slots: int
    running: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """A slot as it is just now. `generation` and the counts: of its answer, else its last one."""

    id: int
    context_tokens: int
    held: tuple[int, ...]
    is_running: bool
    speculates: bool
    generation: Generation | None
    tokens: tuple[int, ...] = ()  # prompt and answer so far
    prompt_tokens: int = 0
    cached_tokens: int = 0
    chosen_tokens: int = 0
    left_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """A slot's content that went to, or came from, a file."""

    tokens: int
    bytes: int
    seconds: float


class Engine(Readiness[Model]):
    """Loads a model in its own thread, then answers; every method may be called from any thread.

    Idle for `sleep_after_s` it frees the model, until someone asks; None: never.
    """

    def __init__(
        self,
        load: Callable[[Callable[[float], None]], Llama],
        limits: Limits | None = None,
        caches: Caches | None = None,
        sleep_after_s: float | None = None,
    ) -> None:
        super().__init__()
        self._load = load
        self._limits = limits or Limits()
        self._caches = caches or Caches()
        self._sleep_after_s = sleep_after_s
        self._inbox: SimpleQueue[Arrived | None] = SimpleQueue()  # None: look again
        self._lock = threading.Lock()  # guards _submitted and _closing
        self._submitted = 0
        self._metrics = Metrics()
        self._llama: Llama | None = None  # like the next one: None while it sleeps
        self._batching: Batching | None = None
        self._scales = Scales(())
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def sleeping(self) -> bool:
        """Whether the model is freed until someone asks."""
        return self.ready and self._llama is None

    def submit(self, generation: Generation) -> Reply:
        """Queue a request. Raises: StillLoading, Busy, PromptTooLong, BadRequest, Cancelled."""
        model = self.model
        _check(generation, model)
        generation = replace(generation, adapters=self._scales.of(generation.adapters))
        answer = Answer(generation, Reply(self._wake), time.monotonic())
        if batching := self._batching:
            batching.prefixes.fetch(answer)
        with self._lock:
            if self._closing:
                raise Cancelled(ENDING)
            if self._open() >= model.facts.sequences + self._limits.queue:
                raise Busy(FULL.filled(waiting=self._limits.queue), self._retry_after_s())
            self._submitted += 1
            self._inbox.put(answer)
        return answer.reply

    def stats(self) -> Stats:
        """What it is busy with just now."""
        if self._model is None:
            return Stats(0, 0, 0)
        batching = self._batching
        running = batching.running if batching else 0
        return Stats(self._model.facts.sequences, running, max(0, self._open() - running))

    def slots(self) -> list[SlotFacts]:
        """Every slot as it is just now. Raises: StillLoading; the load's failure."""
        facts, batching = self.model.facts, self._batching
        slots = batching.slots if batching else map(Slot, range(facts.sequences))
        shifts = self._limits.shifts
        return [_slot_facts(slot, facts.sequence_tokens, facts.can_cut, shifts) for slot in slots]

    def metrics(self) -> Metrics:
        """What was done since the start; all zero while the model is loading."""
        return copy(self._metrics)

    def save_slot(self, slot: int, name: str) -> Moved:
        """Write what a slot holds to a file, once it is idle. Raises: BadRequest."""
        path = slot_files.slot_path(self._caches.slot_folder, name)
        start = time.monotonic()
        prefix = self._errand(slot, lambda slot, prefixes: prefixes.snapshot(slot))
        if has_picture(prefix.tokens):
            raise BadRequest(HOLDS_PICTURE, field="id_slot")
        try:
            size = slot_files.write(path, list(prefix.tokens), prefix.data)
        except OSError as error:
            message = NOT_WRITTEN.filled(name=name, reason=error.strerror or error)
            raise BadRequest(message, field="filename") from error
        return Moved(len(prefix.tokens), size, time.monotonic() - start)

    def restore_slot(self, slot: int, name: str) -> Moved:
        """Let a slot hold what `save_slot` wrote, once it is idle. Raises: BadRequest."""
        path = slot_files.slot_path(self._caches.slot_folder, name)
        start = time.monotonic()
        tokens, data = slot_files.read(path)
        facts = self.model.facts
        fits = len(tokens) <= facts.sequence_tokens
        known = all(0 <= token < facts.vocabulary for token in tokens)
        prefix = Prefix(tuple(tokens), data, self._scales.of(None))
        if not (
            fits
            and known
            and self._errand(slot, lambda slot, prefixes: prefixes.restore(slot, prefix))
        ):
            raise BadRequest(NO_PLACE.filled(name=name), field="filename")
        return Moved(len(tokens), path.stat().st_size, time.monotonic() - start)

    def erase_slot(self, slot: int) -> int:
        """Forget what a slot holds, once it is idle; how many tokens. Raises: BadRequest."""
        return self._errand(slot, _erase)

    def adapters(self) -> tuple[Adapter, ...]:
        """The LoRA adapters with the scales that apply to requests which name none."""
        return self._scales.list()

    def scale_adapters(self, scales: Mapping[int, float]) -> None:
        """Change these scales; what is not named does not apply any more. Raises: BadRequest."""
        self._scales.set(scales)

    def close(self) -> None:
        """End the thread and every reply; the model is freed."""
        with self._lock:
            self._closing = True
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _errand(self, slot: int, work: Callable[[Slot, Prefixes], T]) -> T:
        slots = self.model.facts.sequences
        if not 0 <= slot < slots:
            raise BadRequest(NO_SLOT.filled(slot=slot, slots=slots), field="id_slot")
        errand = Errand(slot, work)
        self._send(errand)
        return errand.result()

    def _awake(self) -> Llama:
        """llama.cpp, loaded again if it slept. Raises: the load's failure; Cancelled."""
        if (llama := self._llama) is not None:
            return llama
        wanted: Future[Llama] = Future()
        self._send(wanted)
        return wanted.result()

    def _send(self, asked: Arrived) -> None:
        with self._lock:
            if self._closing:
                raise Cancelled(ENDING)
            self._inbox.put(asked)

    def _retry_after_s(self) -> int:
        """About when a place in the queue will be free."""
        metrics = self.metrics()
        seconds = (metrics.prompt_s + metrics.predicted_s) / max(1, metrics.answers)
        return max(1, min(60, round(seconds / max(1, self.model.facts.sequences))))

    def _open(self) -> int:
        return self._submitted - self._metrics.answers

    def _wake(self) -> None:
        self._inbox.put(None)

    def _run(self) -> None:
        try:
            self._begin()
        except Exception as error:
            self._failure = _as_failure(error)
        self._loaded.set()
        while self._llama is not None and self._batching is not None:
            try:
                self._serve(self._batching)
            finally:
                self._batching.prefixes.close()
                self._llama.close()
            if self._closing:
                return
            self._sleep()

    def _begin(self) -> None:
        """Load the model, for the first time or again."""
        llama = self._load(self._report)
        self._batching = Batching(llama, self._limits, self._caches, self._metrics)
        if self._model is None:
            self._scales = Scales(llama.facts.adapters)
        self._llama = llama
        self._model = Model(llama.facts, self._awake)
        self._progress = 1.0

    def _serve(self, batching: Batching) -> None:
        """Answer, until the program ends or nobody has asked for long."""
        busy = True  # something may have arrived before
        while not self._closing:
            if not self._receive(wait=not busy) and not busy:
                return
            try:
                busy = batching.step()
            except ModelChanged as error:
                self._give_up(error)
                batching.fail(error, waiting_too=True)
                return
            except Exception as error:
                batching.fail(_as_failure(error))
                busy = True  # others may be waiting
        self._receive(wait=False)
        batching.fail(Cancelled(ENDING), waiting_too=True)

    def _receive(self, wait: bool) -> bool:
        """Take in what has arrived; with nothing to do, wait for it. False: nothing came."""
        heard = False
        try:
            while True:
                arrived = self._inbox.get(wait, self._sleep_after_s)
                heard, wait = True, False
                if arrived is not None:
                    self._take(arrived)
        except Empty:
            return heard

    def _take(self, arrived: Arrived) -> None:
        assert self._batching is not None
        assert self._llama is not None
        if isinstance(arrived, Future):
            arrived.set_result(self._llama)
        else:
            self._batching.add(arrived)

    def _sleep(self) -> None:
        """Free the model, and load it again for the first who asks."""
        self._batching = self._llama = None
        log.info("the model sleeps")
        while not self._closing:
            if (arrived := self._inbox.get()) is not None and self._woken(arrived):
                return
        while not self._inbox.empty():
            if (arrived := self._inbox.get()) is not None:
                self._refuse(arrived, Cancelled(ENDING))

    def _woken(self, arrived: Arrived) -> bool:
        if self._failure:  # for good
            self._refuse(arrived, self._failure)
            return False
        try:
            self._begin()
        except Exception as error:
            self._refuse(arrived, _as_failure(error))  # who asks next may have more luck
            return False
        self._take(arrived)
        return True

    def _refuse(self, arrived: Arrived, error: AssistantError) -> None:
        if isinstance(arrived, Future):
            arrived.set_exception(error)
        elif isinstance(arrived, Errand):
            arrived.fail(error)
        else:
            self._metrics.answers += 1
            arrived.reply.put(error)


def _check(generation: Generation, model: Model) -> None:
    prompt = generation.said
    if not prompt:
        raise BadRequest(EMPTY, field="messages")
    if generation.cells >= model.context_tokens:
        raise PromptTooLong(generation.cells, model.context_tokens)
    # llama.cpp would refuse the whole decode call, and everyone else's tokens with it.
    for token in (min(prompt), max(prompt)):
        if not 0 <= token < model.facts.vocabulary:
            raise BadRequest(UNKNOWN_TOKEN.filled(token=token), field="messages")
    if generation.slot is not None and not 0 <= generation.slot < model.facts.sequences:
        message = NO_SLOT.filled(slot=generation.slot, slots=model.facts.sequences)
        raise BadRequest(message, field="id_slot")
    model.check(generation.sampling)


def _erase(slot: Slot, prefixes: Prefixes) -> int:
    count = len(slot.held)
    prefixes.forget(slot)
    return count


def _slot_facts(slot: Slot, sequence_tokens: int, speculates: bool, shifts: bool) -> SlotFacts:
    running = slot.answer  # read once: the engine's thread goes on meanwhile
    answer = running or slot.last
    held = tuple(slot.held)
    if answer is None:
        return SlotFacts(slot.sequence, sequence_tokens, held, False, speculates, None)
    tokens = tuple(answer.tokens)
    prompt = len(answer.generation.prompt)
    return SlotFacts(
        slot.sequence,
        sequence_tokens,
        held,
        running is not None,
        speculates,
        answer.generation,
        tokens,
        prompt,
        answer.cached,
        answer.chosen,
        answer.left(sequence_tokens, shifts),
    )


def _as_failure(error: Exception) -> AssistantError:
    if isinstance(error, AssistantError):
        return error
    log.error("the engine failed", exc_info=error)
    return EngineFailed(FAILED.filled(reason=f"{type(error).__name__}: {error}"))
