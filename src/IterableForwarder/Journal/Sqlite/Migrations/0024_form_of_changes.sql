-- The form that the changes are written in (ChangeCodec): 0 for all that stood here before there was a number.

ALTER TABLE bodies ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
