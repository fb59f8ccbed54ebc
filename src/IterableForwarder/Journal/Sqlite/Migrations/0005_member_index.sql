-- Which entries contain a person: the fingerprints of the entries' members, sorted and divided into pages. A background service builds
-- the index from bodies.members. It contains no data of its own: when it is empty, the service builds it again.

CREATE TABLE member_segments (
    id                       INTEGER NOT NULL PRIMARY KEY,   -- ascending in the order of the entries
    first_seq                INTEGER NOT NULL,
    last_seq                 INTEGER NOT NULL                -- entries after the last segment are not in the index yet
) STRICT;

CREATE TABLE member_pages (
    bucket                   INTEGER NOT NULL,               -- the first bits of the fingerprint
    segment                  INTEGER NOT NULL,
    pairs                    BLOB    NOT NULL,               -- sorted: next 32 bits of the fingerprint, seq - first_seq of the entry
    PRIMARY KEY (bucket, segment)
) STRICT, WITHOUT ROWID;
