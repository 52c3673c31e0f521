"""The assistant that has the documents: the one that runs already, or one for this purpose."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from threading import Thread

from app import assembly
from app.cli import port
from app.cli.client import Client, Refused
from app.cli.loading import preparing
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import BadSettings, LibraryFailed
from app.language import Text
from app.settings import Settings

TELLS_WITHIN_S = 10.0  # a program that just took the folder is about to say where it is
POLL_S = 0.1
ALONE = "127.0.0.1"

NO_FOLDER = Text(
    "There is no folder for documents. Name one: --data FOLDER",
    "没有存放文档的文件夹。请用 --data 指定一个。",
)
OFF = Text("Documents are switched off (--no-documents).", "文档功能已关闭（--no-documents）。")
BUSY = Text(
    "Another program (PID {process}) is busy with these documents. Try again when it is done.",
    "另一个程序（PID {process}）正在处理这些文档，请等它结束后再试。",
)


@dataclass(slots=True)
class Service:
    """Who is asked. `stays`: it runs on when this program ends; `progress`: of its loading."""

    client: Client
    stays: bool
    progress: float = 0.0

    def wait_ready(self, timeout_s: float | None = None) -> bool:
        """Wait until it answers questions; False when that takes longer. Raises: its failure."""
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._is_ready():
            if until is not None and time.monotonic() > until:
                return False
            time.sleep(POLL_S)
        return True

    def _is_ready(self) -> bool:
        try:
            self.client.get("/health")
        except Refused as error:
            if error.progress is None:
                raise
            self.progress = error.progress
            return False
        return True


@contextmanager
def service(start: Start, answers: bool) -> Iterator[Service]:
    """Who has the documents. `answers`: whether it has to answer questions, too.

    Raises: BadSettings; LibraryFailed; what the start of an assistant fails with.
    """
    settings, terminal = start.settings, start.terminal
    folder = assembly.folder_of(settings)
    if folder is None:
        raise BadSettings(NO_FOLDER if settings.data is None else OFF)
    other = assembly.holder(folder)
    until = time.monotonic() + TELLS_WITHIN_S
    while other is not None and other.url is None:
        if time.monotonic() > until:
            raise LibraryFailed(BUSY.filled(process=other.process))
        time.sleep(POLL_S)
        other = assembly.holder(folder)
    if other is not None and other.url is not None:
        yield Service(Client(other.url, settings.api_key, terminal.language), stays=True)
        return
    with _own(settings, terminal, answers) as client:
        yield Service(client, stays=False)


@contextmanager
def _own(settings: Settings, terminal: Terminal, answers: bool) -> Iterator[Client]:
    """An assistant that only this program can reach, for as long as it takes."""
    key = secrets.token_urlsafe()
    private = replace(settings, host=ALONE, api_key=key, no_ui=True)
    with ExitStack() as until_the_end:
        with preparing(terminal):
            assistant = until_the_end.enter_context(assembly.assistant(private, 0, answers))
        server = assistant.server
        server.start()
        serving = Thread(target=server.serve, name="server")
        serving.start()
        until_the_end.callback(serving.join)
        until_the_end.callback(server.stop)
        yield Client(port.url(ALONE, server.port), key, terminal.language)
