-- Finds old batches without reading newer ones. The first entry represents its batch, so there is one row per batch.

CREATE INDEX entries_completed ON entries (completed_at) WHERE state = 1 AND first_index = 0;

CREATE INDEX answers_created ON answers (created_at);

-- Bodies of deleted batches. A batch is deleted in one commit, its bodies in several later ones.
CREATE TABLE purging (
    body_id                  INTEGER NOT NULL PRIMARY KEY,
    seq                      INTEGER NOT NULL            -- of the entry that it belonged to
) STRICT;
