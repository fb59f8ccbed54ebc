-- Why changes were dropped when they were accepted, beside the entry (DroppedChanges). Until this script each of them had a row in undelivered; those
-- rows stay, and few are added: commits of many rows kept other writes waiting.

ALTER TABLE entries ADD COLUMN dropped_as BLOB NULL;

-- Rules that no entry has any more are removed.
CREATE INDEX entries_rule ON entries (rule_id);
