-- A checksum (XxHash3) of what an entry says of its changes (EntryHead): an entry that led to another body or another rule would send the wrong
-- people, or send them to another list. NULL: written before this script, and not checked.

ALTER TABLE entries ADD COLUMN head_sum INTEGER NULL;
