-- A checksum (XxHash3) of everything stored that decides what is sent, written with it: data that was changed on disk is told from
-- data that was written so. NULL: written before this script, and not checked.

ALTER TABLE bodies ADD COLUMN members_sum INTEGER NULL;
ALTER TABLE bodies ADD COLUMN changes_sum INTEGER NULL;
ALTER TABLE bodies ADD COLUMN origins_sum INTEGER NULL;
ALTER TABLE entries ADD COLUMN outcomes_sum INTEGER NULL;
ALTER TABLE entries ADD COLUMN dropped_as_sum INTEGER NULL;
ALTER TABLE rules ADD COLUMN content_sum INTEGER NULL;

-- The list of a rule is written beside its content. It was computed from the content, so that damage to one rule failed every
-- question about its connection, or gave its changes to another list.
ALTER TABLE rules DROP COLUMN list_id;
ALTER TABLE rules DROP COLUMN list_name;
ALTER TABLE rules ADD COLUMN list_id INTEGER NULL;
ALTER TABLE rules ADD COLUMN list_name TEXT NULL;

UPDATE rules SET list_id = json_extract(content, '$.listId'), list_name = json_extract(content, '$.listName') WHERE json_valid(content);
