-- Lists that Iterable was asked to create, so that none is created twice. A row is not needed after one day.

CREATE TABLE made_lists (
    project_id               BLOB    NOT NULL,
    key_hash                 BLOB    NOT NULL,           -- SHA-256 of the Iterable key of the request
    name                     TEXT    NOT NULL,
    list_id                  INTEGER NULL,               -- null until Iterable has answered
    asked_at                 INTEGER NOT NULL,
    PRIMARY KEY (project_id, key_hash, name)
) STRICT, WITHOUT ROWID;
