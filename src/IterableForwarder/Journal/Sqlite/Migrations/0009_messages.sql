-- Messages that were accepted, each by itself: a source may repeat them grouped in another way. Kept for a day.

CREATE TABLE messages (
    scope                    BLOB    NOT NULL,           -- the project
    key                      BLOB    NOT NULL,           -- half of the SHA-256 of the message id
    at                       INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_at ON messages (at);
