-- The member index now finds a message by its source's id. Ids are in random order, so an index that is written together with each
-- message costs one written page per message. The member index is emptied here and built again with the ids in it.

DROP INDEX entries_source;

DELETE FROM member_pages;

DELETE FROM member_segments;
