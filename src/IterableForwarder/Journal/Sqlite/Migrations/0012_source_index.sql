-- The source's id of a message is found by the index of members, which is built behind the journal: ids fall anywhere, so an index of
-- them that is written with each message costs a page of its own for each. The index of members is built again, with them in it.

DROP INDEX entries_source;

DELETE FROM member_pages;

DELETE FROM member_segments;
