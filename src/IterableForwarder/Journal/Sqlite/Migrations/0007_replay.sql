-- Where and when the changes of a replay were first accepted: that place stays theirs.

ALTER TABLE bodies ADD COLUMN origins BLOB NULL;   -- in the form of ChangeOrigins, one for each change; null where the changes are new
