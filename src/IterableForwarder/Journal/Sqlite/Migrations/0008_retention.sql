-- What is old is found without a walk over what is not. One row a batch: its first entry stands for it.

CREATE INDEX entries_completed ON entries (completed_at) WHERE state = 1 AND first_index = 0;

CREATE INDEX answers_created ON answers (created_at);

-- Bodies of batches that are gone from the accounts already: a batch goes at once, its bodies little by little.
CREATE TABLE purging (
    body_id                  INTEGER NOT NULL PRIMARY KEY,
    seq                      INTEGER NOT NULL            -- of the entry it belonged to
) STRICT;
