-- A connection may have pending changes for several lists. They are read, counted, moved, discarded and held for each list separately.

-- computed from the content, so that rules of any age have them
ALTER TABLE rules ADD COLUMN list_id INTEGER GENERATED ALWAYS AS (json_extract(content, '$.listId')) VIRTUAL;
ALTER TABLE rules ADD COLUMN list_name TEXT GENERATED ALWAYS AS (json_extract(content, '$.listName')) VIRTUAL;

-- Set for an entry whose pending changes were moved to another list: entries below this number may have changed the same members of that
-- list in the meantime.
ALTER TABLE entries ADD COLUMN moved_before INTEGER NULL;

-- The list that a hold of a connection belongs to; null for a hold of the whole connection or of a project, and for a pause.
ALTER TABLE stops ADD COLUMN list_id INTEGER NULL;
