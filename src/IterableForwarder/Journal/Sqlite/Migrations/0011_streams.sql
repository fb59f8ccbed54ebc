-- Streams of events and users. Each has two rows in connections, which are created and deleted only together with it.

CREATE TABLE streams (
    id                       BLOB    NOT NULL PRIMARY KEY,   -- also the id of its events' row in connections
    users_id                 BLOB    NOT NULL UNIQUE,        -- the id of its users' row in connections
    project_id               BLOB    NOT NULL,
    settings                 TEXT    NOT NULL,               -- JSON
    created_at               INTEGER NOT NULL
) STRICT;
