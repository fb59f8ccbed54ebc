-- Bytes of the store that the changes take which were dropped when they were accepted: of each entry, and in all of each connection. What was dropped
-- before this script counts for nothing; it is gone after its retention.

ALTER TABLE entries ADD COLUMN dropped_bytes INTEGER NOT NULL DEFAULT 0;

ALTER TABLE totals ADD COLUMN dropped_bytes INTEGER NOT NULL DEFAULT 0;
