-- Accepted messages, one row each, because a source may repeat them grouped into other requests. Kept for one day.

CREATE TABLE messages (
    scope                    BLOB    NOT NULL,           -- the project
    key                      BLOB    NOT NULL,           -- half of the SHA-256 of the message id
    at                       INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_at ON messages (at);
