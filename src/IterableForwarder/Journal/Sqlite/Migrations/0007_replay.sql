-- Where and when the changes of a replay were first accepted. They keep that place in the order.

ALTER TABLE bodies ADD COLUMN origins BLOB NULL;   -- encoded by ChangeOrigins, one for each change; null for new changes
