-- The number of a rule is never reused. If the number of a deleted connection's rule were, changes of another connection would go to
-- the list of the deleted one.

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
