-- Which entries hold a person: the fingerprints of the entries' members, sorted and cut into pages. Built behind the journal out of
-- the blocks beside the changes, and never the only place where anything stands: emptied, it is built again.

CREATE TABLE member_segments (
    id                       INTEGER NOT NULL PRIMARY KEY,   -- in the order of its entries
    first_seq                INTEGER NOT NULL,
    last_seq                 INTEGER NOT NULL                -- entries behind the last segment's are not in the index yet
) STRICT;

CREATE TABLE member_pages (
    bucket                   INTEGER NOT NULL,               -- the first bits of the fingerprint
    segment                  INTEGER NOT NULL,
    pairs                    BLOB    NOT NULL,               -- sorted: the next 32 bits of the fingerprint, and the entry's distance from first_seq
    PRIMARY KEY (bucket, segment)
) STRICT, WITHOUT ROWID;
