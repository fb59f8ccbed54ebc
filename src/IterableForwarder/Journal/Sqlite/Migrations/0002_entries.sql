-- The journal. An entry is what one request contained for one connection, or a chunk of it. Its changes are in a separate row that
-- is written once, so that settling rewrites only the small row of the entry.
--
--   accepted ──> state 0 pending ──(every change settled)──> state 1 completed
--
-- Outcomes of a change: 0 pending, 1 delivered, 2 superseded, 3 dropped, 4 rejected.

CREATE TABLE bodies (
    id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id               BLOB    NOT NULL,
    members                  BLOB    NOT NULL,           -- sorted 64-bit fingerprints of its identifiers; searches read only this
    changes                  BLOB    NOT NULL            -- encoded by ChangeCodec
) STRICT;

-- Bodies whose request is still being read. A body that is listed here at startup was never accepted.
CREATE TABLE staged (
    id                       INTEGER NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE rules (
    id                       INTEGER NOT NULL PRIMARY KEY,
    project_id               BLOB    NOT NULL,
    connection_id            BLOB    NOT NULL,
    content                  TEXT    NOT NULL,           -- JSON: list and mapping rule
    UNIQUE (connection_id, content)
) STRICT;

CREATE TABLE entries (
    seq                      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,  -- with one writer, the order of commits
    project_id               BLOB    NOT NULL,
    connection_id            BLOB    NOT NULL,
    batch_id                 BLOB    NOT NULL,
    first_index              INTEGER NOT NULL,           -- the position of its first change in the batch
    body_id                  INTEGER NOT NULL,
    rule_id                  INTEGER NOT NULL,
    source                   TEXT    NOT NULL,
    source_id                TEXT    NULL,
    replay_of                BLOB    NULL,
    received_at              INTEGER NOT NULL,
    earliest                 INTEGER NULL,               -- earliest time that a change brought; null when no change brought one
    latest                   INTEGER NOT NULL,           -- latest time of its changes; the time of receipt for those without one
    received                 INTEGER NOT NULL,
    delivered                INTEGER NOT NULL DEFAULT 0,
    superseded               INTEGER NOT NULL DEFAULT 0,
    dropped                  INTEGER NOT NULL DEFAULT 0,
    rejected                 INTEGER NOT NULL DEFAULT 0,
    outcomes                 BLOB    NULL,               -- one byte per change; null while all changes have the same outcome
    state                    INTEGER NOT NULL CHECK (state IN (0, 1)),
    completed_at             INTEGER NULL
) STRICT;

CREATE INDEX entries_pending ON entries (connection_id, seq) WHERE state = 0;
CREATE INDEX entries_batch ON entries (batch_id);
CREATE INDEX entries_source ON entries (source_id) WHERE source_id IS NOT NULL;
CREATE INDEX entries_latest ON entries (connection_id, latest);

CREATE TABLE undelivered (
    seq                      INTEGER NOT NULL,
    position                 INTEGER NOT NULL,
    project_id               BLOB    NOT NULL,
    outcome                  INTEGER NOT NULL CHECK (outcome IN (3, 4)),
    reason                   TEXT    NOT NULL,
    detail                   TEXT    NULL,
    PRIMARY KEY (seq, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
    connection_id            BLOB    NOT NULL PRIMARY KEY,
    project_id               BLOB    NOT NULL,
    received                 INTEGER NOT NULL DEFAULT 0,
    delivered                INTEGER NOT NULL DEFAULT 0,
    superseded               INTEGER NOT NULL DEFAULT 0,
    dropped                  INTEGER NOT NULL DEFAULT 0,
    rejected                 INTEGER NOT NULL DEFAULT 0,
    last_delivered_at        INTEGER NULL,
    last_error               TEXT    NULL
) STRICT;

CREATE TABLE answers (
    scope                    BLOB    NOT NULL,           -- a connection, or a project for messages with an id
    key                      BLOB    NOT NULL,           -- SHA-256 of the idempotency key or message id
    project_id               BLOB    NOT NULL,
    body_hash                BLOB    NULL,
    batch_id                 BLOB    NULL,
    received                 INTEGER NOT NULL,
    created_at               INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
