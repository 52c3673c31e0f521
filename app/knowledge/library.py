"""Your documents, as the rest of the program sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from app.errors import AssistantError, SourceRefused
from app.knowledge.collections import Collections
from app.knowledge.contents import Contents
from app.knowledge.database import Database
from app.knowledge.disposal import Disposal
from app.knowledge.documents import Documents
from app.knowledge.drafts import Wanted
from app.knowledge.embedder import Embedder
from app.knowledge.embedding import Embedding
from app.knowledge.extraction.extractor import Extractor, Limits
from app.knowledge.ingestion import Incoming, Ingestion
from app.knowledge.job import OPEN, Crawl, Job
from app.knowledge.jobs import Jobs
from app.knowledge.labels import Labels
from app.knowledge.originals import Originals
from app.knowledge.progress import Progress, progress
from app.knowledge.recordings import Listen
from app.knowledge.recovery import recover
from app.knowledge.retrieval import By, Passage, Rerank, Retrieval
from app.knowledge.scripts import SCRIPTS
from app.knowledge.sources.folders import POLL_S, files_in
from app.knowledge.sources.web import normalized
from app.knowledge.vectors.embedded import Client, EmbeddedVectors
from app.knowledge.vectors.remote import RemoteVectors
from app.knowledge.vectors.store import VectorsByScript
from app.knowledge.watching import Watching
from app.language import Text

DATABASE, ORIGINALS, CHROMA = "documents.db", "originals", "chroma"


@dataclass(frozen=True, slots=True)
class Options:
    """How a library works. `extractor`: the command that starts the child which reads files."""

    folder: Path
    extractor: Sequence[str]
    readers: int = 2
    limits: Limits = field(default_factory=Limits)
    chroma: str | None = None
    chroma_token: str | None = None
    poll_s: float = POLL_S


@dataclass(frozen=True, slots=True)
class State:
    """How much there is, how much waits, and what is wrong with the store of vectors if it is."""

    documents: int
    chunks: int
    chunks_waiting: int  # for their vectors
    vectors: int | None  # None: the store does not answer
    failure: Text | None


class Library:
    """Documents come in, are found, and go. Everything acknowledged survives the program."""

    kept = True  # what stands for one that was not opened yet may know that there is nothing

    def __init__(
        self,
        options: Options,
        embedding: Embedding | None = None,
        rerank: Rerank | None = None,
        listen: Listen | None = None,
    ) -> None:
        self.folder = options.folder
        self.embeds = embedding is not None
        self._database = Database(options.folder / DATABASE)
        self.documents = Documents(self._database)
        self.contents = Contents(self._database)
        self.collections = Collections(self._database)
        self.labels = Labels(self._database)
        self.jobs = Jobs(self._database)
        self._originals = Originals(options.folder / ORIGINALS)
        self.aside = self._database.aside  # where the file lies that was damaged, if it was
        if self.aside is not None:
            recover(self._database, self.jobs, self._originals, self.aside)
            self._database.mended()
        self._vectors = _vectors(options)
        self._embedder = Embedder(
            self._database,
            self.documents,
            self.jobs,
            self._vectors,
            embedding,
            Disposal(self._database, self._originals),
        )
        self._retrieval = Retrieval(self._database, self._vectors, embedding, rerank)
        self._ingestion = Ingestion(
            self._database,
            self.documents,
            self.jobs,
            self._originals,
            [Extractor(options.extractor, options.limits) for _ in range(options.readers)],
            self._embedder.wake,
            embeds=embedding is not None,
            listen=listen,
        )
        self.watching = Watching(
            self._database, self.documents, self._ingestion.add_files, options.poll_s
        )

    def start(self) -> None:
        """Go on with what an earlier run left, and take in what is new."""
        self._ingestion.start()
        self._embedder.start()
        self.watching.start()

    def close(self) -> None:
        """End all work; what is not done goes on with the next start."""
        self.watching.stop()
        self._ingestion.stop()
        self._embedder.stop()
        self._retrieval.close()
        self._originals.close()
        for store in self._vectors.values():
            store.close()
        self._database.close()

    def add(
        self,
        name: str,
        content: BinaryIO | bytes,
        wanted: Wanted | None = None,
        source: str | None = None,
    ) -> Job:
        """Take in an upload or a pasted text; the same name again is a new version of it."""
        incoming = Incoming(source or f"upload:{name}", name, content)
        return self._ingestion.add([incoming], wanted or Wanted())[0]

    def add_path(self, path: Path, wanted: Wanted | None = None, watch: bool = False) -> list[Job]:
        """Take in a file, or every file of a folder, each when its turn comes.

        Raises: SourceRefused.
        """
        path = path.expanduser().absolute()
        if not path.exists():
            raise SourceRefused(
                Text("There is no file or folder {path}.", "没有 {path} 这个文件或文件夹。").filled(
                    path=path
                )
            )
        if watch and path.is_dir():
            return self.watching.watch(path, wanted or Wanted())
        return self._ingestion.add_files(files_in(path), wanted or Wanted())

    def add_address(
        self,
        address: str,
        wanted: Wanted | None = None,
        depth: int = 0,
        private_allowed: bool = False,
    ) -> Job:
        """Take in a web page, and with a depth the pages of its site that it links to."""
        crawl = Crawl(depth, private_allowed)
        job = self.jobs.add_address(normalized(address), wanted or Wanted(), crawl)
        assert job is not None
        return job

    def cancel(self, job: str) -> Job | None:
        """Stop a job; a document that had only its words so far goes away again."""
        stopped = self.jobs.cancel(job)
        if stopped is not None and stopped.state == "cancelled" and stopped.document:
            self.remove(stopped.document)
        return stopped

    def progress(self, jobs: Sequence[Job]) -> list[Progress]:
        """How far jobs are."""
        return progress(self._database, jobs, self._embedder.seconds_per_chunk)

    def wait(self, job: Job, timeout_s: float, searchable: bool = True) -> Job:
        """The job when its document can be found by its words, or when it is over altogether."""

        def is_so(job: Job) -> bool:
            return job.state not in OPEN or (searchable and job.document is not None)

        return self.jobs.wait(job.uid, is_so, timeout_s) or job

    def remove(self, document: str) -> bool:
        """Take a document away, at once for everyone; whether it was there."""
        removed = self.documents.remove(document)
        self._embedder.wake()
        return removed

    def original(self, document: str) -> Path | None:
        """The file that a document was made from."""
        found = self.documents.get(document)
        path = self._originals.path(found.sha256) if found else None
        return path if path and path.exists() else None

    def search(
        self,
        question: str,
        most: int = 5,
        documents: Iterable[str] | None = None,
        collections: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
        by: By = "both",
    ) -> list[Passage]:
        """The best passages for a question, best first; of chosen documents where any are named."""
        chosen = self.documents.chosen(documents, collections, tags)
        return self._retrieval.search(question, most, chosen, by)

    @property
    def waiting(self) -> int:
        """How many chunks wait for their vectors; none where there will be none."""
        return self.documents.chunk_counts()[1] if self.embeds else 0

    def state(self) -> State:
        """How the library stands."""
        chunks, waiting = self.documents.chunk_counts()
        try:
            vectors, failure = sum(store.count() for store in self._vectors.values()), None
        except AssistantError as error:
            vectors, failure = None, error.message
        return State(self.documents.count(), chunks, waiting, vectors, failure)


def _vectors(options: Options) -> VectorsByScript:
    if options.chroma:
        address, token = options.chroma, options.chroma_token
        return {script: RemoteVectors(address, script, token) for script in SCRIPTS}
    client = Client(options.folder / CHROMA)
    return {script: EmbeddedVectors(client, script) for script in SCRIPTS}
