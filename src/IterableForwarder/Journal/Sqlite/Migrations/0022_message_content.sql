-- What a message said, so that another one under the same id is known as such. NULL: accepted before this was kept.

ALTER TABLE messages ADD COLUMN content INTEGER NULL;
