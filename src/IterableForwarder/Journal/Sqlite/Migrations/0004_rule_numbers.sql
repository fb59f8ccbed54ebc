-- The number of a rule is never given again: with that of a deleted connection, another one's changes would go to its list.

CREATE TABLE rules_numbered (
    id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id               BLOB    NOT NULL,
    connection_id            BLOB    NOT NULL,
    content                  TEXT    NOT NULL,           -- JSON: list and mapping rule
    UNIQUE (connection_id, content)
) STRICT;

INSERT INTO rules_numbered (id, project_id, connection_id, content) SELECT id, project_id, connection_id, content FROM rules;

DROP TABLE rules;

ALTER TABLE rules_numbered RENAME TO rules;
