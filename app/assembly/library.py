"""Your documents: opened when someone first needs them, or when the assistant has time for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from app.assembly.children import own_command
from app.assembly.claim import Claim, holder
from app.assembly.engines import only_vectors
from app.assembly.files import model_of
from app.bundle import packages
from app.bundle.parts import Parts
from app.engine.embedding import Embedder
from app.errors import AssistantError, Cancelled, LibraryFailed
from app.language import Text
from app.notices import say
from app.settings import Settings

if TYPE_CHECKING:
    from app.knowledge.embedding import Embedding
    from app.knowledge.library import Library
    from app.knowledge.recordings import Listen
    from app.knowledge.retrieval import Rerank
    from app.speech.hearing import Hearing

log = logging.getLogger(__name__)

FOLDER, DATABASE = "documents", "documents.db"
READERS = 2  # files that are read at the same time
READ_DOCUMENTS = "read-documents"  # how the program calls itself to read files; not for people

NOT_OPENED = Text(
    "The documents in {folder} cannot be opened: {reason}. Check that the folder may be written "
    "to and that the disk is not full, or name another one: --data FOLDER",
    "无法打开 {folder} 中的文档：{reason}。请确认该文件夹可写且磁盘未满，"
    "或用 --data 指定其他文件夹。",
)
IN_USE = Text(
    "Another assistant ({where}) works with the documents in {folder}. Use that one, or end it; or "
    "name another folder: --data FOLDER",
    "另一个助手（{where}）正在使用 {folder} 中的文档。请使用那个助手或先将其关闭，"
    "也可以用 --data 指定其他文件夹。",
)
REBUILT = Text(
    "The documents in {folder} were damaged. What was there lies beside them as {aside}; they are "
    "being made anew from their originals.",
    "{folder} 中的文档数据已损坏。原来的文件保存在旁边的 {aside} 中，正在从原始文件重新生成。",
)
ENDING = Text("The assistant is ending.", "助手正在退出。")


@contextmanager
def library(
    settings: Settings,
    found: Parts,
    embedder: Embedder | None,
    reranker: Embedder | None = None,
    ready: Callable[[], object] = lambda: None,
    claim: Claim | None = None,
    hearing: Hearing | None = None,
) -> Iterator[Library | None]:
    """The documents of the data folder, if there is one; all work on them ends afterwards.

    Where there are documents already, work on them goes on once `ready` returns.
    """
    folder = folder_of(settings)
    if folder is None:
        yield None
        return
    claim = claim or Claim(folder)

    def open_claimed() -> Library:
        _take(claim, folder)
        return _opened(settings, folder, found, embedder, reranker, _listen(hearing))

    opening = Opening(open_claimed, (folder / DATABASE).exists)
    if (folder / DATABASE).exists():
        opening.begin_after(ready, lambda: embedder and embedder.model)
    try:
        yield cast("Library", opening)
    finally:
        if embedder is not None:
            embedder.close()  # else the vectors that are being made hold up the end
        opening.close()
        claim.release()


def folder_of(settings: Settings) -> Path | None:
    """The folder of the documents; None where none are kept."""
    return settings.data / FOLDER if settings.data and settings.documents else None


class Closable(Protocol):
    """What is open until it is closed."""

    def close(self) -> None:
        """Close it."""


class Opening:
    """Stands for a library or the like: whoever first uses it opens it, or learns why not."""

    def __init__(
        self, open_library: Callable[[], Closable], kept: Callable[[], bool] = lambda: True
    ) -> None:
        self._open = open_library
        self._kept = kept
        self._lock = threading.Lock()
        self._library: Closable | None = None
        self._closed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened(), name)

    @property
    def kept(self) -> bool:
        """Whether there is anything to open; asking does not open it."""
        return self._library is not None or self._kept()

    def begin_after(
        self, ready: Callable[[], object], warm: Callable[[], object] = lambda: None
    ) -> None:
        """Open it without being asked, once `ready` returns or fails; then do what `warm` does.

        So the first question does not wait for the model that finds what it means.
        """

        def begin() -> None:
            with suppress(AssistantError):
                ready()
            try:
                self._opened()
                warm()
            except AssistantError as error:
                log.warning("%s", error)

        threading.Thread(target=begin, name="documents", daemon=True).start()

    def close(self) -> None:
        """Close it if it was opened; it does not open any more."""
        with self._lock:
            self._closed = True
            if self._library is not None:
                self._library.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Closed meanwhile, while others wait for it; then it opens again, if it was open."""
        with self._lock:
            was_open = self._library is not None
            if self._library is not None:
                self._library.close()
                self._library = None
            yield
        if was_open:
            self.begin_after(lambda: None)

    def _opened(self) -> Closable:
        with self._lock:
            if self._closed:
                raise Cancelled(ENDING)
            if self._library is None:
                self._library = self._open()
            return self._library


def reading_command(threads: int, sandbox: bool = True) -> list[str]:
    """What starts the child that reads files. `threads`: of text recognition."""
    return own_command(READ_DOCUMENTS, str(threads), sandbox=sandbox)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many documents there are, and passages; and how many of these wait for vectors."""

    documents: int = 0
    passages: int = 0
    waiting: int = 0


def kept(folder: Path) -> Kept:
    """What a folder of documents holds, be it in use or not. Raises: LibraryFailed."""
    if not (folder / DATABASE).exists():
        return Kept()
    packages.activate()
    import sqlite3

    from app.knowledge.database import Database
    from app.knowledge.documents import Documents

    try:
        with closing(Database(folder / DATABASE, mends=False)) as database:
            documents = Documents(database)
            return Kept(documents.count(), *documents.chunk_counts())
    except (OSError, sqlite3.Error) as error:
        raise LibraryFailed(NOT_OPENED.filled(folder=folder, reason=error)) from error


def _take(claim: Claim, folder: Path) -> None:
    """Raises: LibraryFailed, while another program works with the folder."""
    try:
        taken = claim.take()
    except OSError as error:
        raise LibraryFailed(NOT_OPENED.filled(folder=folder, reason=error)) from error
    if not taken:
        other = holder(folder)
        where = other and (other.url or f"PID {other.process}")
        raise LibraryFailed(IN_USE.filled(folder=folder, where=where or "?"))


def _opened(
    settings: Settings,
    folder: Path,
    found: Parts,
    embedder: Embedder | None,
    reranker: Embedder | None,
    listen: Listen | None,
) -> Library:
    packages.activate()
    import sqlite3

    from app.knowledge.library import Library, Options

    options = Options(
        folder,
        reading_command(max(1, settings.threads // READERS), settings.sandbox),
        READERS,
        chroma=settings.chroma,
        chroma_token=settings.chroma_token,
    )
    try:
        opened = Library(options, _embedding(settings, found, embedder), _rerank(reranker), listen)
        opened.start()
        if opened.aside is not None:
            say(REBUILT.filled(folder=folder, aside=opened.aside.name))
    except (OSError, sqlite3.Error) as error:
        raise LibraryFailed(NOT_OPENED.filled(folder=folder, reason=error)) from error
    return opened


def _embedding(settings: Settings, found: Parts, embedder: Embedder | None) -> Embedding | None:
    if embedder is None or settings.reranking:
        return None
    from app.knowledge.embedding import Embedding

    def count_tokens(text: str) -> int:
        return len(embedder.model.tokenize(text))

    return Embedding(_embedding_name(settings, found), embedder.embed_texts, count_tokens)


def _embedding_name(settings: Settings, found: Parts) -> str:
    """Tells vectors of one model from another's, before it is loaded."""
    if only_vectors(settings):
        model = model_of(settings, found)
        return f"{model.path.name} {model.size}"
    inside = next(entry for entry in found.entries if entry.kind == "embedding")
    return f"{inside.title} {inside.sha256[:16]}"


def _rerank(reranker: Embedder | None) -> Rerank | None:
    if reranker is None:
        return None

    def rerank(question: str, texts: Sequence[str]) -> list[float]:
        model = reranker.model
        most = model.facts.most_tokens
        return reranker.rerank([model.pair(question, text)[:most] for text in texts])

    return rerank


def _listen(hearing: Hearing | None) -> Listen | None:
    if hearing is None:
        return None

    def listen(
        path: Path, on_progress: Callable[[float, float], None]
    ) -> Iterator[tuple[float, str]]:
        from app.speech.transcript import Wanted

        transcription = hearing.transcribe(path, Wanted())
        transcription.on_progress = lambda heard: on_progress(heard.seconds, heard.of)
        for segment in transcription:
            yield segment.start, segment.text

    return listen
