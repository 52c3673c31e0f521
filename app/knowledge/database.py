"""The SQLite file that holds documents, chunks, the keyword index and jobs."""

from __future__ import annotations

import time
from pathlib import Path

from app.storage import Storage

VERSION = 1

SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL UNIQUE,   -- where it came from: a path, an address, an upload's name
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    added REAL NOT NULL,           -- seconds since 1970
    modified REAL NOT NULL,
    report TEXT NOT NULL,          -- JSON
    metadata TEXT NOT NULL,        -- JSON
    removed INTEGER NOT NULL DEFAULT 0  -- gone for everyone; its chunks are cleared away later
);
CREATE INDEX documents_removed ON documents (id) WHERE removed = 1;
CREATE INDEX documents_by_content ON documents (sha256);

CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id),
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    path TEXT NOT NULL,            -- JSON
    pages TEXT NOT NULL,           -- JSON
    key TEXT NOT NULL,
    embedded INTEGER NOT NULL DEFAULT 0  -- how many vectors it has
);
CREATE INDEX chunks_by_document ON chunks (document, ordinal);
CREATE INDEX chunks_to_embed ON chunks (id) WHERE embedded = 0;

-- Chunks whose vectors are still to be removed, and how many each may have.
CREATE TABLE forgotten (chunk INTEGER PRIMARY KEY, vectors INTEGER NOT NULL);

-- Without content of its own: the terms of a chunk can be made again from its text.
CREATE VIRTUAL TABLE terms USING fts5 (
    words, characters, content = '',
    tokenize = "porter unicode61 remove_diacritics 2 tokenchars '_'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (terms, row);

CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created REAL NOT NULL,
    metadata TEXT NOT NULL
);
CREATE TABLE members (
    collection INTEGER NOT NULL REFERENCES collections (id),
    document INTEGER NOT NULL REFERENCES documents (id),
    PRIMARY KEY (collection, document)
) WITHOUT ROWID;
CREATE INDEX members_by_document ON members (document);
CREATE TABLE tags (
    tag TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id),
    PRIMARY KEY (tag, document)
) WITHOUT ROWID;
CREATE INDEX tags_by_document ON tags (document);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,          -- empty: a file or an address that is still to be fetched
    bytes INTEGER NOT NULL,
    wanted TEXT NOT NULL,          -- JSON: collections, tags, metadata
    crawl TEXT,                    -- JSON: how far the links of an address are followed
    site TEXT,                     -- the first job of a site, so that each page comes once
    state TEXT NOT NULL,
    page INTEGER NOT NULL DEFAULT 0,
    pages INTEGER NOT NULL DEFAULT 0,
    document TEXT,                 -- uid, once there is one
    problem TEXT,                  -- JSON
    created REAL NOT NULL,
    ended REAL
);
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX jobs_open ON jobs (source) WHERE ended IS NULL;
CREATE UNIQUE INDEX jobs_by_site ON jobs (site, source) WHERE site IS NOT NULL;

CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE folders (path TEXT PRIMARY KEY, wanted TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (                -- how the files of watched folders looked
    path TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    size INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX seen_by_folder ON seen (folder);
"""

# Each connection's own: memory for searches, and the terms of one question, as the index has them.
CONNECTION = """
PRAGMA cache_size = -65536;
PRAGMA mmap_size = 1073741824;
CREATE VIRTUAL TABLE temp.asked USING fts5 (
    words, tokenize = "porter unicode61 remove_diacritics 2 tokenchars '_'"
);
CREATE VIRTUAL TABLE temp.stems USING fts5vocab (temp, asked, instance);
"""


class Database(Storage):
    """The documents' file, with what searching it wants of memory."""

    def __init__(self, path: Path, mends: bool = True) -> None:
        super().__init__(path, SCHEMA, VERSION, CONNECTION, mends)

    def settle(self) -> None:
        """Wait until all that was written so far is on the disk."""
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO facts (name, value) VALUES ('settled', ?)", (time.time(),)
            )
