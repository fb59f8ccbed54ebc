-- Two copies of every row of the settings and of the totals, which triggers keep, whoever writes. At the start, what two of the three say is right:
-- a flipped digit of a list id would fill another list, a document that cannot be read would keep the service from starting, and an account would
-- never add up again. A script that adds a column to one of these tables adds it to its copies as well, and to the triggers of the totals.
-- A change of settings that no copy has is refused: the id of the row was damaged, and the next start would undo the change.

CREATE TABLE projects_copy_1 AS SELECT * FROM projects;
CREATE UNIQUE INDEX projects_copy_1_id ON projects_copy_1 (id);

CREATE TABLE projects_copy_2 AS SELECT * FROM projects;
CREATE UNIQUE INDEX projects_copy_2_id ON projects_copy_2 (id);

CREATE TRIGGER projects_added AFTER INSERT ON projects BEGIN
    INSERT OR REPLACE INTO projects_copy_1 SELECT * FROM projects WHERE id = NEW.id;
    INSERT OR REPLACE INTO projects_copy_2 SELECT * FROM projects WHERE id = NEW.id;
END;
CREATE TRIGGER projects_changed AFTER UPDATE ON projects BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM projects_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM projects_copy_2 WHERE id = OLD.id);
    DELETE FROM projects_copy_1 WHERE id = OLD.id;
    DELETE FROM projects_copy_2 WHERE id = OLD.id;
    INSERT OR REPLACE INTO projects_copy_1 SELECT * FROM projects WHERE id = NEW.id;
    INSERT OR REPLACE INTO projects_copy_2 SELECT * FROM projects WHERE id = NEW.id;
END;
CREATE TRIGGER projects_removed AFTER DELETE ON projects BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM projects_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM projects_copy_2 WHERE id = OLD.id);
    DELETE FROM projects_copy_1 WHERE id = OLD.id;
    DELETE FROM projects_copy_2 WHERE id = OLD.id;
END;

CREATE TABLE connections_copy_1 AS SELECT * FROM connections;
CREATE UNIQUE INDEX connections_copy_1_id ON connections_copy_1 (id);

CREATE TABLE connections_copy_2 AS SELECT * FROM connections;
CREATE UNIQUE INDEX connections_copy_2_id ON connections_copy_2 (id);

CREATE TRIGGER connections_added AFTER INSERT ON connections BEGIN
    INSERT OR REPLACE INTO connections_copy_1 SELECT * FROM connections WHERE id = NEW.id;
    INSERT OR REPLACE INTO connections_copy_2 SELECT * FROM connections WHERE id = NEW.id;
END;
CREATE TRIGGER connections_changed AFTER UPDATE ON connections BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM connections_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM connections_copy_2 WHERE id = OLD.id);
    DELETE FROM connections_copy_1 WHERE id = OLD.id;
    DELETE FROM connections_copy_2 WHERE id = OLD.id;
    INSERT OR REPLACE INTO connections_copy_1 SELECT * FROM connections WHERE id = NEW.id;
    INSERT OR REPLACE INTO connections_copy_2 SELECT * FROM connections WHERE id = NEW.id;
END;
CREATE TRIGGER connections_removed AFTER DELETE ON connections BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM connections_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM connections_copy_2 WHERE id = OLD.id);
    DELETE FROM connections_copy_1 WHERE id = OLD.id;
    DELETE FROM connections_copy_2 WHERE id = OLD.id;
END;

CREATE TABLE streams_copy_1 AS SELECT * FROM streams;
CREATE UNIQUE INDEX streams_copy_1_id ON streams_copy_1 (id);

CREATE TABLE streams_copy_2 AS SELECT * FROM streams;
CREATE UNIQUE INDEX streams_copy_2_id ON streams_copy_2 (id);

CREATE TRIGGER streams_added AFTER INSERT ON streams BEGIN
    INSERT OR REPLACE INTO streams_copy_1 SELECT * FROM streams WHERE id = NEW.id;
    INSERT OR REPLACE INTO streams_copy_2 SELECT * FROM streams WHERE id = NEW.id;
END;
CREATE TRIGGER streams_changed AFTER UPDATE ON streams BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM streams_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM streams_copy_2 WHERE id = OLD.id);
    DELETE FROM streams_copy_1 WHERE id = OLD.id;
    DELETE FROM streams_copy_2 WHERE id = OLD.id;
    INSERT OR REPLACE INTO streams_copy_1 SELECT * FROM streams WHERE id = NEW.id;
    INSERT OR REPLACE INTO streams_copy_2 SELECT * FROM streams WHERE id = NEW.id;
END;
CREATE TRIGGER streams_removed AFTER DELETE ON streams BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM streams_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM streams_copy_2 WHERE id = OLD.id);
    DELETE FROM streams_copy_1 WHERE id = OLD.id;
    DELETE FROM streams_copy_2 WHERE id = OLD.id;
END;

CREATE TABLE access_keys_copy_1 AS SELECT * FROM access_keys;
CREATE UNIQUE INDEX access_keys_copy_1_id ON access_keys_copy_1 (id);

CREATE TABLE access_keys_copy_2 AS SELECT * FROM access_keys;
CREATE UNIQUE INDEX access_keys_copy_2_id ON access_keys_copy_2 (id);

CREATE TRIGGER access_keys_added AFTER INSERT ON access_keys BEGIN
    INSERT OR REPLACE INTO access_keys_copy_1 SELECT * FROM access_keys WHERE id = NEW.id;
    INSERT OR REPLACE INTO access_keys_copy_2 SELECT * FROM access_keys WHERE id = NEW.id;
END;
CREATE TRIGGER access_keys_changed AFTER UPDATE ON access_keys BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM access_keys_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM access_keys_copy_2 WHERE id = OLD.id);
    DELETE FROM access_keys_copy_1 WHERE id = OLD.id;
    DELETE FROM access_keys_copy_2 WHERE id = OLD.id;
    INSERT OR REPLACE INTO access_keys_copy_1 SELECT * FROM access_keys WHERE id = NEW.id;
    INSERT OR REPLACE INTO access_keys_copy_2 SELECT * FROM access_keys WHERE id = NEW.id;
END;
CREATE TRIGGER access_keys_removed AFTER DELETE ON access_keys BEGIN
    SELECT RAISE(ABORT, 'no copy has this id')
    WHERE NOT EXISTS (SELECT 1 FROM access_keys_copy_1 WHERE id = OLD.id) AND NOT EXISTS (SELECT 1 FROM access_keys_copy_2 WHERE id = OLD.id);
    DELETE FROM access_keys_copy_1 WHERE id = OLD.id;
    DELETE FROM access_keys_copy_2 WHERE id = OLD.id;
END;

CREATE TABLE totals_copy_1 AS SELECT * FROM totals;
CREATE UNIQUE INDEX totals_copy_1_id ON totals_copy_1 (connection_id);

CREATE TABLE totals_copy_2 AS SELECT * FROM totals;
CREATE UNIQUE INDEX totals_copy_2_id ON totals_copy_2 (connection_id);

-- Where the index does not lead to the row of a connection any more, what is counted goes into a second one. The copies have the sum.
CREATE TRIGGER totals_added AFTER INSERT ON totals BEGIN
    INSERT INTO totals_copy_1 SELECT * FROM totals WHERE connection_id = NEW.connection_id
    ON CONFLICT (connection_id) DO UPDATE SET received = received + NEW.received, delivered = delivered + NEW.delivered,
        superseded = superseded + NEW.superseded, dropped = dropped + NEW.dropped, rejected = rejected + NEW.rejected,
        dropped_bytes = dropped_bytes + NEW.dropped_bytes, last_delivered_at = NEW.last_delivered_at, last_error = NEW.last_error;
    INSERT INTO totals_copy_2 SELECT * FROM totals WHERE connection_id = NEW.connection_id
    ON CONFLICT (connection_id) DO UPDATE SET received = received + NEW.received, delivered = delivered + NEW.delivered,
        superseded = superseded + NEW.superseded, dropped = dropped + NEW.dropped, rejected = rejected + NEW.rejected,
        dropped_bytes = dropped_bytes + NEW.dropped_bytes, last_delivered_at = NEW.last_delivered_at, last_error = NEW.last_error;
END;

-- The totals are added to where they lie: a copy takes over what was added, and nothing that is damaged.
CREATE TRIGGER totals_changed AFTER UPDATE ON totals BEGIN
    UPDATE totals_copy_1 SET received = received + NEW.received - OLD.received, delivered = delivered + NEW.delivered - OLD.delivered,
        superseded = superseded + NEW.superseded - OLD.superseded, dropped = dropped + NEW.dropped - OLD.dropped,
        rejected = rejected + NEW.rejected - OLD.rejected, dropped_bytes = dropped_bytes + NEW.dropped_bytes - OLD.dropped_bytes,
        last_delivered_at = NEW.last_delivered_at, last_error = NEW.last_error
    WHERE connection_id = NEW.connection_id;
    UPDATE totals_copy_2 SET received = received + NEW.received - OLD.received, delivered = delivered + NEW.delivered - OLD.delivered,
        superseded = superseded + NEW.superseded - OLD.superseded, dropped = dropped + NEW.dropped - OLD.dropped,
        rejected = rejected + NEW.rejected - OLD.rejected, dropped_bytes = dropped_bytes + NEW.dropped_bytes - OLD.dropped_bytes,
        last_delivered_at = NEW.last_delivered_at, last_error = NEW.last_error
    WHERE connection_id = NEW.connection_id;
END;

CREATE TRIGGER totals_removed AFTER DELETE ON totals BEGIN
    DELETE FROM totals_copy_1 WHERE connection_id = OLD.connection_id;
    DELETE FROM totals_copy_2 WHERE connection_id = OLD.connection_id;
END;
