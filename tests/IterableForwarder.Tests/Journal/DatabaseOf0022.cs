namespace IterableForwarder.Tests.Journal;

/// <summary>
/// A database as the version with script 0022 left it, word for word: the forms of its columns and documents are not those of today's
/// code, whatever that becomes.
/// </summary>
internal static class DatabaseOf0022
{
    public const string Sql =
        """
        CREATE TABLE [SchemaVersions] (
            SchemaVersionID INTEGER CONSTRAINT [PK_SchemaVersions_Id] PRIMARY KEY AUTOINCREMENT NOT NULL,
            ScriptName TEXT NOT NULL,
            Applied DATETIME NOT NULL
        );
        CREATE TABLE projects (
            id                       BLOB    NOT NULL PRIMARY KEY,
            name                     TEXT    NOT NULL,
            api_key                  TEXT    NOT NULL,           -- protected
            api_key_hash             BLOB    NOT NULL UNIQUE,    -- SHA-256: finds the project of a message, and keeps two from sharing a key
            data_center              TEXT    NOT NULL CHECK (data_center IN ('us', 'eu')),
            type                     TEXT    NOT NULL CHECK (type IN ('hybrid', 'email', 'userId')),
            user_id                  TEXT    NOT NULL CHECK (user_id IN ('customerId', 'mpid')),
            budget_lists             REAL    NOT NULL,
            budget_users             REAL    NOT NULL,
            budget_events            REAL    NOT NULL,
            segment_secret           TEXT    NULL,               -- protected
            hold                     TEXT    NULL,               -- JSON: reason, detail, by, since
            created_at               INTEGER NOT NULL
        , source TEXT NULL, key_unverified INTEGER NOT NULL DEFAULT 0, events_ignored INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE connections (
            id                       BLOB    NOT NULL PRIMARY KEY,
            project_id               BLOB    NOT NULL,
            source                   TEXT    NOT NULL CHECK (source IN ('members', 'mparticle', 'segment', 'amplitude')),
            audience_id              TEXT    NULL,
            list_id                  INTEGER NULL,
            settings                 TEXT    NOT NULL,           -- JSON: all that nothing is looked up by
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
        CREATE TABLE bodies (
            id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            project_id               BLOB    NOT NULL,
            members                  BLOB    NOT NULL,           -- sorted 64-bit fingerprints of every identifier in it; first, as it is searched alone
            changes                  BLOB    NOT NULL            -- in the form of ChangeCodec
        , origins BLOB NULL) STRICT;
        CREATE TABLE staged (
            id                       INTEGER NOT NULL PRIMARY KEY
        ) STRICT;
        CREATE TABLE entries (
            seq                      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,  -- with one writer, the order of commits
            project_id               BLOB    NOT NULL,
            connection_id            BLOB    NOT NULL,
            batch_id                 BLOB    NOT NULL,
            first_index              INTEGER NOT NULL,           -- where the chunk begins in its batch
            body_id                  INTEGER NOT NULL,
            rule_id                  INTEGER NOT NULL,
            source                   TEXT    NOT NULL,
            source_id                TEXT    NULL,
            replay_of                BLOB    NULL,
            received_at              INTEGER NOT NULL,
            earliest                 INTEGER NULL,               -- of the times its changes carry; null when none carries one
            latest                   INTEGER NOT NULL,           -- of the times its changes have, the time of receipt included
            received                 INTEGER NOT NULL,
            delivered                INTEGER NOT NULL DEFAULT 0,
            superseded               INTEGER NOT NULL DEFAULT 0,
            dropped                  INTEGER NOT NULL DEFAULT 0,
            rejected                 INTEGER NOT NULL DEFAULT 0,
            outcomes                 BLOB    NULL,               -- a byte a change; null while all are alike
            state                    INTEGER NOT NULL CHECK (state IN (0, 1)),
            completed_at             INTEGER NULL
        ) STRICT;
        CREATE INDEX entries_pending ON entries (connection_id, seq) WHERE state = 0;
        CREATE INDEX entries_batch ON entries (batch_id);
        CREATE INDEX entries_latest ON entries (connection_id, latest);
        CREATE TABLE undelivered (
            seq                      INTEGER NOT NULL,
            position                 INTEGER NOT NULL,
            project_id               BLOB    NOT NULL,
            outcome                  INTEGER NOT NULL CHECK (outcome IN (3, 4)),
            reason                   TEXT    NOT NULL,
            detail                   TEXT    NULL,
            PRIMARY KEY (seq, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE totals (
            connection_id            BLOB    NOT NULL PRIMARY KEY,
            project_id               BLOB    NOT NULL,
            received                 INTEGER NOT NULL DEFAULT 0,
            delivered                INTEGER NOT NULL DEFAULT 0,
            superseded               INTEGER NOT NULL DEFAULT 0,
            dropped                  INTEGER NOT NULL DEFAULT 0,
            rejected                 INTEGER NOT NULL DEFAULT 0,
            last_delivered_at        INTEGER NULL,
            last_error               TEXT    NULL
        ) STRICT;
        CREATE TABLE answers (
            scope                    BLOB    NOT NULL,           -- a connection, or a project for messages with an id
            key                      BLOB    NOT NULL,           -- SHA-256 of the idempotency key or message id
            project_id               BLOB    NOT NULL,
            body_hash                BLOB    NULL,
            batch_id                 BLOB    NULL,
            received                 INTEGER NOT NULL,
            created_at               INTEGER NOT NULL,
            PRIMARY KEY (scope, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE "rules" (
            id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            project_id               BLOB    NOT NULL,
            connection_id            BLOB    NOT NULL,
            content                  TEXT    NOT NULL,           -- JSON: list and mapping rule
            UNIQUE (connection_id, content)
        ) STRICT;
        CREATE TABLE member_segments (
            id                       INTEGER NOT NULL PRIMARY KEY,   -- in the order of its entries
            first_seq                INTEGER NOT NULL,
            last_seq                 INTEGER NOT NULL                -- entries behind the last segment's are not in the index yet
        ) STRICT;
        CREATE TABLE member_pages (
            bucket                   INTEGER NOT NULL,               -- the first bits of the fingerprint
            segment                  INTEGER NOT NULL,
            pairs                    BLOB    NOT NULL,               -- sorted: the next 32 bits of the fingerprint, and the entry's distance from first_seq
            PRIMARY KEY (bucket, segment)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE stops (
            id                       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,  -- the order in which they began
            thing_id                 BLOB    NOT NULL,           -- a connection, or a project
            project_id               BLOB    NOT NULL,
            kind                     TEXT    NOT NULL CHECK (kind IN ('pause', 'hold')),
            reason                   TEXT    NOT NULL,
            detail                   TEXT    NULL,               -- Iterable's words or the operator's
            begun_by                 TEXT    NOT NULL,           -- 'service', or the name of a key
            since                    INTEGER NOT NULL,
            ended_at                 INTEGER NULL,
            ended_by                 TEXT    NULL
        , end_reason TEXT NULL) STRICT;
        CREATE INDEX stops_thing ON stops (thing_id, id);
        CREATE INDEX stops_lasting ON stops (thing_id, kind) WHERE ended_at IS NULL;
        CREATE INDEX stops_ended ON stops (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX entries_completed ON entries (completed_at) WHERE state = 1 AND first_index = 0;
        CREATE INDEX answers_created ON answers (created_at);
        CREATE TABLE purging (
            body_id                  INTEGER NOT NULL PRIMARY KEY,
            seq                      INTEGER NOT NULL            -- of the entry it belonged to
        ) STRICT;
        CREATE TABLE messages (
            scope                    BLOB    NOT NULL,           -- the project
            key                      BLOB    NOT NULL,           -- half of the SHA-256 of the message id
            at                       INTEGER NOT NULL, content INTEGER NULL,
            PRIMARY KEY (scope, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX messages_at ON messages (at);
        CREATE TABLE made_lists (
            project_id               BLOB    NOT NULL,
            key_hash                 BLOB    NOT NULL,           -- SHA-256 of the Iterable key it was asked with
            name                     TEXT    NOT NULL,
            list_id                  INTEGER NULL,               -- null while no answer is known
            asked_at                 INTEGER NOT NULL,
            PRIMARY KEY (project_id, key_hash, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE streams (
            id                       BLOB    NOT NULL PRIMARY KEY,   -- also that of its events' side among the connections
            users_id                 BLOB    NOT NULL UNIQUE,        -- that of its users' side
            project_id               BLOB    NOT NULL,
            settings                 TEXT    NOT NULL,               -- JSON
            created_at               INTEGER NOT NULL
        ) STRICT;
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (1, 'IterableForwarder.Journal.Sqlite.Migrations.0001_settings.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (2, 'IterableForwarder.Journal.Sqlite.Migrations.0002_entries.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (3, 'IterableForwarder.Journal.Sqlite.Migrations.0003_project_source.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (4, 'IterableForwarder.Journal.Sqlite.Migrations.0004_rule_numbers.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (5, 'IterableForwarder.Journal.Sqlite.Migrations.0005_member_index.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (6, 'IterableForwarder.Journal.Sqlite.Migrations.0006_stops.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (7, 'IterableForwarder.Journal.Sqlite.Migrations.0007_replay.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (8, 'IterableForwarder.Journal.Sqlite.Migrations.0008_retention.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (9, 'IterableForwarder.Journal.Sqlite.Migrations.0009_messages.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (10, 'IterableForwarder.Journal.Sqlite.Migrations.0010_made_lists.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (11, 'IterableForwarder.Journal.Sqlite.Migrations.0011_streams.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (12, 'IterableForwarder.Journal.Sqlite.Migrations.0012_source_index.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (13, 'IterableForwarder.Journal.Sqlite.Migrations.0013_reasons_and_marks.sql', '2026-11-30 00:00:00');
        INSERT INTO SchemaVersions (SchemaVersionID, ScriptName, Applied) VALUES (14, 'IterableForwarder.Journal.Sqlite.Migrations.0022_message_content.sql', '2026-11-30 00:00:00');
        INSERT INTO projects (id, name, api_key, api_key_hash, data_center, type, user_id, budget_lists, budget_users, budget_events, segment_secret, hold, created_at, source, key_unverified, events_ignored) VALUES (X'01A22CD6E51A71769181ED35C31820FE', 'Acme', 'encrypted with a ring that is gone', X'7C3386E0CA6EBE607E37281F378945D38A98C94D48700F5C971C02D29D3B0EC2', 'us', 'hybrid', 'customerId', 10.0, 5.0, 10.0, NULL, NULL, 1796048610611, NULL, 1, 0);
        INSERT INTO connections (id, project_id, source, audience_id, list_id, settings, created_at) VALUES (X'01A22CD6E63F70DA97ABF5D5252783D9', X'01A22CD6E51A71769181ED35C31820FE', 'members', NULL, 42, '{"name":"VIP","listUnverified":true,"attributes":[],"pause":{"reason":"pause","detail":"look","by":"configured operator key","since":"2026-11-30T14:23:31.217+00:00"},"warnings":[]}', 1796048610879);
        INSERT INTO connections (id, project_id, source, audience_id, list_id, settings, created_at) VALUES (X'01A22CD6E9297DFD868CE146D6DB75B9', X'01A22CD6E51A71769181ED35C31820FE', 'amplitude', NULL, NULL, '{"name":"s","kind":"Event","attributes":[],"warnings":[]}', 1796048611627);
        INSERT INTO connections (id, project_id, source, audience_id, list_id, settings, created_at) VALUES (X'01A22CD6E929769D9DD0DB28580672CC', X'01A22CD6E51A71769181ED35C31820FE', 'amplitude', NULL, NULL, '{"name":"s","kind":"User","attributes":[],"warnings":[]}', 1796048611627);
        INSERT INTO access_keys (id, name, kind, hash, hint, project_ids, created_at) VALUES (X'01A22CD6EB2976188BF1F0F0F06D00A5', 'B', 'ingest', X'4A6DBDA186236F3FFBAB14D151B7177A9C0B9B097D45F272ADCF9169F1ED509A', 'N8w0', '[]', 1796048612138);
        INSERT INTO bodies (id, project_id, members, changes, origins) VALUES (1, X'01A22CD6E51A71769181ED35C31820FE', X'9CCBA9431594774CF4F2985BEECA3C6B06720C9A581D43B065733D47E55867C9', X'0C0F616E6E406578616D706C652E636F6D03632D31050F626F62406578616D706C652E636F6D0803632D33', NULL);
        INSERT INTO entries (seq, project_id, connection_id, batch_id, first_index, body_id, rule_id, source, source_id, replay_of, received_at, earliest, latest, received, delivered, superseded, dropped, rejected, outcomes, state, completed_at) VALUES (1, X'01A22CD6E51A71769181ED35C31820FE', X'01A22CD6E63F70DA97ABF5D5252783D9', X'01A22CD6EBD07EA880CD5D3A138857F2', 0, 1, 1, 'members', NULL, NULL, 1796048612268, NULL, 1796048612268, 3, 0, 0, 1, 0, X'000003', 0, NULL);
        INSERT INTO undelivered (seq, position, project_id, outcome, reason, detail) VALUES (1, 2, X'01A22CD6E51A71769181ED35C31820FE', 3, 'noEmail', NULL);
        INSERT INTO totals (connection_id, project_id, received, delivered, superseded, dropped, rejected, last_delivered_at, last_error) VALUES (X'01A22CD6E63F70DA97ABF5D5252783D9', X'01A22CD6E51A71769181ED35C31820FE', 3, 0, 0, 1, 0, NULL, NULL);
        INSERT INTO rules (id, project_id, connection_id, content) VALUES (1, X'01A22CD6E51A71769181ED35C31820FE', X'01A22CD6E63F70DA97ABF5D5252783D9', '{"listId":42,"mapping":{"projectType":"Hybrid","identity":"CustomerId","attributes":[]}}');
        INSERT INTO stops (id, thing_id, project_id, kind, reason, detail, begun_by, since, ended_at, ended_by, end_reason) VALUES (1, X'01A22CD6E63F70DA97ABF5D5252783D9', X'01A22CD6E51A71769181ED35C31820FE', 'pause', 'pause', 'look', 'configured operator key', 1796048611217, NULL, NULL, NULL);
        INSERT INTO streams (id, users_id, project_id, settings, created_at) VALUES (X'01A22CD6E9297DFD868CE146D6DB75B9', X'01A22CD6E929769D9DD0DB28580672CC', X'01A22CD6E51A71769181ED35C31820FE', '{"name":"s","identifier":{"property":"user_id","type":"UserId"},"mappings":{"userId":null,"email":null,"campaignId":null,"templateId":null},"events":{"enabled":true,"include":[],"properties":[]},"users":{"enabled":false,"properties":[],"mergeNestedObjects":false}}', 1796048611627);
        """;
}
