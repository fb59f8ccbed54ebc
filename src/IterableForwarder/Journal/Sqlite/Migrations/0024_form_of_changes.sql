-- The version of the encoding of the changes (ChangeCodec): 0 for bodies from before this script.

ALTER TABLE bodies ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
