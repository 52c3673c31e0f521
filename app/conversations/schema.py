"""The SQLite file that holds profiles, conversations, messages and their index."""

from __future__ import annotations

VERSION = 2

SCHEMA = """
CREATE TABLE profiles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    pin TEXT,                      -- stretched; NULL: anyone may open it
    settings TEXT NOT NULL,        -- JSON, the page's
    created REAL NOT NULL,         -- seconds since 1970
    failures INTEGER NOT NULL DEFAULT 0,  -- wrong PINs in a row
    locked_until REAL NOT NULL DEFAULT 0
);

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    profile INTEGER NOT NULL REFERENCES profiles (id),
    title TEXT NOT NULL,
    folder TEXT NOT NULL,          -- empty: in none
    pinned INTEGER NOT NULL,
    leaf TEXT,                     -- uid of the message at the end of the branch that is shown
    created REAL NOT NULL,
    changed REAL NOT NULL,
    deleted REAL,                  -- when it was thrown away
    filter TEXT                    -- JSON: the documents it looks into; NULL: into none
);
CREATE INDEX conversations_by_change ON conversations (profile, changed);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    parent TEXT,                   -- uid of the message that it follows
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    thinking TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    extra TEXT NOT NULL            -- JSON
);
CREATE INDEX messages_by_conversation ON messages (conversation, id);
CREATE INDEX messages_open ON messages (id) WHERE state = 'writing';

-- What has come of answers that are being written, since they were kept whole.
CREATE TABLE pieces (
    message TEXT NOT NULL,         -- its uid
    number INTEGER NOT NULL,
    event TEXT NOT NULL,           -- JSON
    PRIMARY KEY (message, number)
) WITHOUT ROWID;

CREATE TABLE pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    mime TEXT NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX pictures_by_conversation ON pictures (conversation);

-- Rows are messages by their id, and titles by their conversation's id below zero.
CREATE VIRTUAL TABLE found USING fts5 (
    words, characters, content = '',
    tokenize = "porter unicode61 remove_diacritics 2 tokenchars '_'", prefix = '2 3'
);

CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

STEPS = (
    """
ALTER TABLE conversations ADD COLUMN filter TEXT;
CREATE TABLE pieces (
    message TEXT NOT NULL,
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (message, number)
) WITHOUT ROWID;
""",
)
"""What makes a file of version 1 one of version 2, and so on."""
