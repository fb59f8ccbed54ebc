-- Every pause and hold of projects and connections, current and past. A row without ended_at is current.

CREATE TABLE stops (
    id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,  -- the order in which they began
    thing_id                 BLOB    NOT NULL,           -- a connection, or a project
    project_id               BLOB    NOT NULL,
    kind                     TEXT    NOT NULL CHECK (kind IN ('pause', 'hold')),
    reason                   TEXT    NOT NULL,
    detail                   TEXT    NULL,               -- Iterable's words or the operator's
    begun_by                 TEXT    NOT NULL,           -- 'service', or the name of a key
    since                    INTEGER NOT NULL,
    ended_at                 INTEGER NULL,
    ended_by                 TEXT    NULL
) STRICT;

CREATE INDEX stops_thing ON stops (thing_id, id);
CREATE INDEX stops_lasting ON stops (thing_id, kind) WHERE ended_at IS NULL;
CREATE INDEX stops_ended ON stops (ended_at) WHERE ended_at IS NOT NULL;
