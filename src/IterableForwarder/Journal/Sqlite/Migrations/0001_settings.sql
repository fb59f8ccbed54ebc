-- Projects, connections and keys. Ids are 16-byte blobs, times Unix milliseconds, secrets encrypted.

CREATE TABLE projects (
    id                       BLOB    NOT NULL PRIMARY KEY,
    name                     TEXT    NOT NULL,
    api_key                  TEXT    NOT NULL,           -- protected
    api_key_hash             BLOB    NOT NULL UNIQUE,    -- SHA-256: finds the project of a message, and is unique
    data_center              TEXT    NOT NULL CHECK (data_center IN ('us', 'eu')),
    type                     TEXT    NOT NULL CHECK (type IN ('hybrid', 'email', 'userId')),
    user_id                  TEXT    NOT NULL CHECK (user_id IN ('customerId', 'mpid')),
    budget_lists             REAL    NOT NULL,
    budget_users             REAL    NOT NULL,
    budget_events            REAL    NOT NULL,
    segment_secret           TEXT    NULL,               -- protected
    hold                     TEXT    NULL,               -- JSON: reason, detail, by, since
    created_at               INTEGER NOT NULL
) STRICT;

CREATE TABLE connections (
    id                       BLOB    NOT NULL PRIMARY KEY,
    project_id               BLOB    NOT NULL,
    source                   TEXT    NOT NULL CHECK (source IN ('members', 'mparticle', 'segment', 'amplitude')),
    audience_id              TEXT    NULL,
    list_id                  INTEGER NULL,
    settings                 TEXT    NOT NULL,           -- JSON: every setting without a column
    created_at               INTEGER NOT NULL,
    UNIQUE (project_id, source, audience_id)
) STRICT;

CREATE TABLE access_keys (
    id                       BLOB    NOT NULL PRIMARY KEY,
    name                     TEXT    NOT NULL,
    kind                     TEXT    NOT NULL CHECK (kind IN ('operator', 'ingest', 'metrics')),
    hash                     BLOB    NOT NULL UNIQUE,    -- SHA-256 of the key
    hint                     TEXT    NOT NULL,           -- its last four characters
    project_ids              TEXT    NOT NULL,           -- JSON array; empty for all
    created_at               INTEGER NOT NULL
) STRICT;
