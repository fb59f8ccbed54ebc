-- Lists that Iterable was asked to make, so that none is made twice; a day later the row is of no use.

CREATE TABLE made_lists (
    project_id               BLOB    NOT NULL,
    key_hash                 BLOB    NOT NULL,           -- SHA-256 of the Iterable key it was asked with
    name                     TEXT    NOT NULL,
    list_id                  INTEGER NULL,               -- null while no answer is known
    asked_at                 INTEGER NOT NULL,
    PRIMARY KEY (project_id, key_hash, name)
) STRICT, WITHOUT ROWID;
