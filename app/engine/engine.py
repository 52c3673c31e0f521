"""The engine: one thread that loads the model and then owns it; everyone else queues work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from app.engine.backend import Llama
from app.engine.batching import Batching
from app.engine.model import Model
from app.engine.reply import Reply
from app.engine.request import Generation
from app.engine.scheduler import Limits
from app.engine.slots import Answer
from app.errors import (
    AssistantError,
    BadRequest,
    Busy,
    Cancelled,
    EngineFailed,
    PromptTooLong,
    StillLoading,
)
from app.language import Text

log = logging.getLogger(__name__)

ENDING = Text("The assistant is ending.", "助手正在退出。")
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


@dataclass(frozen=True, slots=True)
class Stats:
    """What the engine is busy with."""

    slots: int
    running: int
    waiting: int


class Engine:
    """Loads a model in its own thread, then answers; every method may be called from any thread."""

    def __init__(
        self, load: Callable[[Callable[[float], None]], Llama], limits: Limits | None = None
    ) -> None:
        self._load = load
        self._limits = limits or Limits()
        self._inbox: SimpleQueue[Answer | None] = SimpleQueue()  # None: look again
        self._lock = threading.Lock()  # guards _submitted and _closing
        self._submitted = 0
        self._closing = False
        self._progress = 0.0
        self._failure: AssistantError | None = None
        self._model: Model | None = None
        self._batching: Batching | None = None
        self._loaded = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def progress(self) -> float:
        """How much of the model is loaded, 0 to 1."""
        return self._progress

    @property
    def ready(self) -> bool:
        """Whether it answers."""
        return self._model is not None

    @property
    def failure(self) -> AssistantError | None:
        """Why the model could not be loaded."""
        return self._failure

    def wait_ready(self, timeout_s: float | None = None) -> bool:
        """Wait until the model is loaded; False when that takes longer. Raises: its failure."""
        self._loaded.wait(timeout_s)
        if self._failure:
            raise self._failure
        return self.ready

    @property
    def model(self) -> Model:
        """The loaded model. Raises: StillLoading; the load's failure."""
        if self._failure:
            raise self._failure
        if self._model is None:
            raise StillLoading(self._progress)
        return self._model

    def submit(self, generation: Generation) -> Reply:
        """Queue a request. Raises: StillLoading, Busy, PromptTooLong, BadRequest, Cancelled."""
        model = self.model
        _check(generation, model)
        answer = Answer(generation, Reply(self._wake), time.monotonic())
        with self._lock:
            if self._closing:
                raise Cancelled(ENDING)
            if self._open() >= model.facts.sequences + self._limits.queue:
                raise Busy(FULL.filled(waiting=self._limits.queue))
            self._submitted += 1
            self._inbox.put(answer)
        return answer.reply

    def stats(self) -> Stats:
        """What it is busy with just now."""
        if self._model is None or self._batching is None:
            return Stats(0, 0, 0)
        running = self._batching.running
        return Stats(self._model.facts.sequences, running, max(0, self._open() - running))

    def close(self) -> None:
        """End the thread and every reply; the model is freed."""
        with self._lock:
            self._closing = True
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _open(self) -> int:
        ended = self._batching.ended if self._batching else 0
        return self._submitted - ended

    def _wake(self) -> None:
        self._inbox.put(None)

    def _run(self) -> None:
        try:
            llama = self._load(self._report)
        except Exception as error:
            self._failure = _as_failure(error)
            self._loaded.set()
            return
        self._batching = Batching(llama, self._limits)
        self._model = Model(llama)
        self._progress = 1.0
        self._loaded.set()
        try:
            self._serve(self._batching)
        finally:
            llama.close()

    def _report(self, progress: float) -> None:
        if self._closing:
            raise Cancelled(ENDING)
        self._progress = progress

    def _serve(self, batching: Batching) -> None:
        busy = False
        while not self._closing:
            self._receive(batching, wait=not busy)
            try:
                busy = batching.step()
            except Exception as error:
                batching.fail(_as_failure(error))
                busy = True  # others may be waiting
        self._receive(batching, wait=False)
        batching.fail(Cancelled(ENDING), waiting_too=True)

    def _receive(self, batching: Batching, wait: bool) -> None:
        """Take in what has arrived; with nothing to do, sleep until something does."""
        try:
            while True:
                if answer := self._inbox.get(block=wait):
                    batching.add(answer)
                wait = False
        except Empty:
            return


def _check(generation: Generation, model: Model) -> None:
    prompt = generation.prompt
    if not prompt:
        raise BadRequest(EMPTY, field="messages")
    if len(prompt) >= model.context_tokens:
        raise PromptTooLong(len(prompt), model.context_tokens)
    # llama.cpp would refuse the whole decode call, and everyone else's tokens with it.
    for token in (min(prompt), max(prompt)):
        if not 0 <= token < model.facts.vocabulary:
            raise BadRequest(UNKNOWN_TOKEN.filled(token=token), field="messages")


def _as_failure(error: Exception) -> AssistantError:
    if isinstance(error, AssistantError):
        return error
    log.error("the engine failed", exc_info=error)
    return EngineFailed(FAILED.filled(reason=f"{type(error).__name__}: {error}"))
