"""Watched folders: their files follow into the documents, and out of them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from app.knowledge.database import Database
from app.knowledge.documents import Documents
from app.knowledge.drafts import Wanted
from app.knowledge.job import Job
from app.knowledge.sources.folders import POLL_S, Changes, Seen, Watcher, look, source_of

AddFiles = Callable[[Iterable[Path], Wanted], list[Job]]


class Watching:
    """The folders that someone wants watched, and how they looked last, over restarts."""

    def __init__(
        self, database: Database, documents: Documents, add: AddFiles, poll_s: float = POLL_S
    ) -> None:
        self._database = database
        self._documents = documents
        self._add = add
        self._watcher = Watcher(self._known, self._follow, poll_s)

    def start(self) -> None:
        """Begin to look at every watched folder."""
        for folder in self.folders():
            self._watcher.watch(folder)
        self._watcher.start()

    def stop(self) -> None:
        """End."""
        self._watcher.stop()

    def folders(self) -> list[Path]:
        """The folders that are watched."""
        rows = self._database.reading.execute("SELECT path FROM folders ORDER BY path")
        return [Path(row["path"]) for row in rows]

    def watch(self, folder: Path, wanted: Wanted) -> list[Job]:
        """Take in a folder's files, and from now on what becomes of them."""
        files = look(folder)
        jobs = self._add(files, wanted)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO folders (path, wanted) VALUES (?, ?)",
                (str(folder), json.dumps(asdict(wanted), ensure_ascii=False)),
            )
        self._remember(folder, files)
        self._watcher.watch(folder)
        return jobs

    def unwatch(self, folder: Path) -> bool:
        """No longer watch a folder; whether it was watched. Its documents stay."""
        self._watcher.unwatch(folder)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM seen WHERE folder = ?", (str(folder),))
            changed = connection.execute("DELETE FROM folders WHERE path = ?", (str(folder),))
            return changed.rowcount > 0

    def _follow(self, folder: Path, changes: Changes, now: dict[Path, Seen]) -> None:
        wanted = self._wanted(folder)
        for old, new in changes.moved:
            document = self._documents.of_source(source_of(old))
            if document is not None:
                self._documents.moved(document.uid, source_of(new), new.name)
        come = (*changes.new, *changes.changed)
        self._add([path for path in come if path.exists()], wanted)
        for path in changes.gone:
            document = self._documents.of_source(source_of(path))
            if document is not None:
                self._documents.remove(document.uid)
        self._remember(folder, now)

    def _wanted(self, folder: Path) -> Wanted:
        row = self._database.reading.execute(
            "SELECT wanted FROM folders WHERE path = ?", (str(folder),)
        ).fetchone()
        said = json.loads(row["wanted"]) if row else {}
        return Wanted(
            tuple(said.get("collections", ())),
            tuple(said.get("tags", ())),
            said.get("metadata", {}),
        )

    def _known(self, folder: Path) -> dict[Path, Seen]:
        rows = self._database.reading.execute("SELECT * FROM seen WHERE folder = ?", (str(folder),))
        return {
            Path(row["path"]): Seen(row["size"], row["changed_ns"], row["inode"]) for row in rows
        }

    def _remember(self, folder: Path, files: dict[Path, Seen]) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM seen WHERE folder = ?", (str(folder),))
            connection.executemany(
                "INSERT OR REPLACE INTO seen (path, folder, size, changed_ns, inode)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (str(path), str(folder), seen.size, seen.changed_ns, seen.inode)
                    for path, seen in files.items()
                ],
            )
