-- The journal. An entry is what one request brought for one connection, or a piece of it; its changes stand beside it in a
-- row that is written once, so that settling touches only the small one.
--
--   accepted ──> state 0 pending ──(every change settled)──> state 1 completed
--
-- Outcomes of a change: 0 pending, 1 delivered, 2 superseded, 3 dropped, 4 rejected.

CREATE TABLE bodies (
    id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id               BLOB    NOT NULL,
    members                  BLOB    NOT NULL,           -- sorted 64-bit fingerprints of every identifier in it; first, as it is searched alone
    changes                  BLOB    NOT NULL            -- in the form of ChangeCodec
) STRICT;

-- Bodies whose request is still being read. What stands here at a start was never accepted.
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
    first_index              INTEGER NOT NULL,           -- where the piece begins in its batch
    body_id                  INTEGER NOT NULL,
    rule_id                  INTEGER NOT NULL,
    source                   TEXT    NOT NULL,
    source_id                TEXT    NULL,
    replay_of                BLOB    NULL,
    received_at              INTEGER NOT NULL,
    earliest                 INTEGER NULL,               -- of the times its changes carry; null when none carries one
    latest                   INTEGER NOT NULL,           -- of the times its changes have, the time of receipt included
    received                 INTEGER NOT NULL,
    delivered                INTEGER NOT NULL DEFAULT 0,
    superseded               INTEGER NOT NULL DEFAULT 0,
    dropped                  INTEGER NOT NULL DEFAULT 0,
    rejected                 INTEGER NOT NULL DEFAULT 0,
    outcomes                 BLOB    NULL,               -- a byte a change; null while all are alike
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
