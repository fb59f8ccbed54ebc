-- The pages of a segment lie together now. Sorted by bucket, each of the 512 pages of a new segment was written to another place of the
-- table, which was a fifth of what is written to the disk for a member. The member index is emptied here and built again.

DROP TABLE member_pages;

DELETE FROM member_segments;

CREATE TABLE member_pages (
    segment                  INTEGER NOT NULL,
    bucket                   INTEGER NOT NULL,               -- the first bits of the fingerprint
    pairs                    BLOB    NOT NULL,               -- sorted: next 32 bits of the fingerprint, seq - first_seq of the entry
    PRIMARY KEY (segment, bucket)
) STRICT, WITHOUT ROWID;
