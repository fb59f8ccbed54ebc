-- The wall clock was set back: entries up to this number cannot have been received after this time (Unix milliseconds).

CREATE TABLE clock_steps (seq INTEGER NOT NULL, at INTEGER NOT NULL);
