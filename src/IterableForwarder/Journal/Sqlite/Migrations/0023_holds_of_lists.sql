-- A connection may owe changes to several lists. What is pending is read, counted, moved and discarded for each list, and held for it.

-- read from the content, so that rules of any age have them
ALTER TABLE rules ADD COLUMN list_id INTEGER GENERATED ALWAYS AS (json_extract(content, '$.listId')) VIRTUAL;
ALTER TABLE rules ADD COLUMN list_name TEXT GENERATED ALWAYS AS (json_extract(content, '$.listName')) VIRTUAL;

-- Set for an entry whose pending changes were moved to another list: entries below this number may have changed the same members there since.
ALTER TABLE entries ADD COLUMN moved_before INTEGER NULL;

-- The list that a hold of a connection belongs to; null for a hold of the whole connection, of a project, and for a pause.
ALTER TABLE stops ADD COLUMN list_id INTEGER NULL;
