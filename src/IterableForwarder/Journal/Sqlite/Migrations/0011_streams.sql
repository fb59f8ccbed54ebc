-- Streams of events and users. Each has two connections of its own, which nobody makes or deletes but with it.

CREATE TABLE streams (
    id                       BLOB    NOT NULL PRIMARY KEY,   -- also that of its events' side among the connections
    users_id                 BLOB    NOT NULL UNIQUE,        -- that of its users' side
    project_id               BLOB    NOT NULL,
    settings                 TEXT    NOT NULL,               -- JSON
    created_at               INTEGER NOT NULL
) STRICT;
