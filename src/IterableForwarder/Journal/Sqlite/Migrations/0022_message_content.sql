-- A hash of the message's content, so that another message with the same id is recognized. NULL: accepted before this script.

ALTER TABLE messages ADD COLUMN content INTEGER NULL;
