-- The reason of an operator's pause becomes 'pause', in current pauses and in the history; the end of a pause or hold has its own reason.
-- A project records whether Iterable has accepted its key yet, and whether events of it were ignored. Keys that were set before this
-- script count as accepted, because whether Iterable accepted them was not recorded.

ALTER TABLE stops ADD COLUMN end_reason TEXT NULL;      -- the operator's words

UPDATE stops SET reason = 'pause' WHERE kind = 'pause' AND reason = 'operator';

UPDATE connections SET settings = json_set(settings, '$.pause.reason', 'pause')
WHERE json_extract(settings, '$.pause.reason') = 'operator';

ALTER TABLE projects ADD COLUMN key_unverified INTEGER NOT NULL DEFAULT 0;

ALTER TABLE projects ADD COLUMN events_ignored INTEGER NOT NULL DEFAULT 0;
