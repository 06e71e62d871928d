namespace Fraud.Tests.Stream.Storage;

/// <summary>The tables as they were before there were shards: databases of that time are upgraded.</summary>
internal static class FirstVersion
{
    public const string Postgres = """
        CREATE SEQUENCE IF NOT EXISTS transactions_position;

        CREATE TABLE IF NOT EXISTS transactions (
            position         bigint NOT NULL,
            transaction_id   text NOT NULL,
            shard            integer NOT NULL,
            card_id          text NOT NULL,
            terminal_id      text NOT NULL,
            amount_minor     bigint NOT NULL,
            currency         text NOT NULL,
            event_time       bigint NOT NULL,
            source           text NOT NULL,
            fraud_score      real NOT NULL,
            decision         smallint NOT NULL,
            reasons          text,
            model            text NOT NULL,
            model_version    text NOT NULL,
            review_threshold real NOT NULL,
            block_threshold  real NOT NULL,
            features         real[] NOT NULL,
            kafka_offset     bigint,
            scored_at        bigint NOT NULL,
            PRIMARY KEY (position, event_time)
        ) PARTITION BY RANGE (event_time);
        CREATE TABLE IF NOT EXISTS transactions_other PARTITION OF transactions DEFAULT;
        CREATE TABLE IF NOT EXISTS transaction_ids (
            transaction_id text PRIMARY KEY,
            position       bigint NOT NULL,
            event_time     bigint NOT NULL
        );

        CREATE TABLE IF NOT EXISTS labels (
            transaction_id text PRIMARY KEY,
            card_id        text NOT NULL,
            terminal_id    text NOT NULL,
            event_time     bigint NOT NULL,
            is_fraud       boolean NOT NULL
        );

        CREATE TABLE IF NOT EXISTS outbox (
            id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind    smallint NOT NULL,
            source  text NOT NULL UNIQUE,
            key     bytea NOT NULL,
            value   bytea NOT NULL,
            headers text NOT NULL,
            sent    boolean NOT NULL DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (id) WHERE NOT sent;

        CREATE TABLE IF NOT EXISTS offsets (
            topic       text NOT NULL,
            partition   integer NOT NULL,
            next_offset bigint NOT NULL,
            PRIMARY KEY (topic, partition)
        );
        """;

    public const string Sqlite = """
        CREATE TABLE IF NOT EXISTS transactions (
            position        INTEGER PRIMARY KEY,
            transaction_id  TEXT NOT NULL UNIQUE,
            shard           INTEGER NOT NULL,
            card_id         TEXT NOT NULL,
            terminal_id     TEXT NOT NULL,
            amount_minor    INTEGER NOT NULL,
            currency        TEXT NOT NULL,
            event_time      INTEGER NOT NULL,
            source          TEXT NOT NULL,
            fraud_score     REAL NOT NULL,
            decision        INTEGER NOT NULL,
            reasons         TEXT,
            model           TEXT NOT NULL,
            model_version   TEXT NOT NULL,
            review_threshold REAL NOT NULL,
            block_threshold REAL NOT NULL,
            features        BLOB NOT NULL,
            kafka_offset    INTEGER,
            scored_at       INTEGER NOT NULL
        );
        CREATE TABLE IF NOT EXISTS labels (
            transaction_id  TEXT PRIMARY KEY,
            card_id         TEXT NOT NULL,
            terminal_id     TEXT NOT NULL,
            event_time      INTEGER NOT NULL,
            is_fraud        INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS outbox (
            id      INTEGER PRIMARY KEY,
            kind    INTEGER NOT NULL,
            source  TEXT NOT NULL UNIQUE,
            key     BLOB NOT NULL,
            value   BLOB NOT NULL,
            headers TEXT NOT NULL,
            sent    INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (id) WHERE sent = 0;
        CREATE TABLE IF NOT EXISTS offsets (
            topic       TEXT NOT NULL,
            partition   INTEGER NOT NULL,
            next_offset INTEGER NOT NULL,
            PRIMARY KEY (topic, partition)
        ) WITHOUT ROWID;
        """;

    /// <summary>Three payments of two shards, one flagged, a dead letter, and labels of all kinds.</summary>
    public static string Rows(string features, string no, string yes) => $$"""
        INSERT INTO transactions VALUES
            (5, 'c', 7, 'card', 'terminal', 300, 'EUR', 1000003, 'pos', 0.9, 2, '["x"]', 'payments', '1', 0.5, 0.9, {{features}}, NULL, 9),
            (3, 'a', 0, 'card', 'terminal', 100, 'EUR', 1000001, 'pos', 0.1, 0, NULL, 'payments', '1', 0.5, 0.9, {{features}}, 1, 9),
            (4, 'b', 7, 'card', 'terminal', 200, 'EUR', 1000002, 'pos', 0.1, 0, NULL, 'payments', '1', 0.5, 0.9, {{features}}, 2, 9);
        INSERT INTO labels VALUES
            ('a', '', '', 0, {{yes}}), ('b', 'card', 'terminal', 1000002, {{no}}), ('known', 'card', 'terminal', 5, {{yes}}), ('later', '', '', 0, {{yes}});
        INSERT INTO outbox (kind, source, key, value, headers, sent) VALUES
            (1, 'alert-sent', '', '', '{}', {{yes}}),
            (1, 'alert-c', '', '', '{"alert_id":"alert-c"}', {{no}}),
            (2, 'transactions-4-9', '', '', '{"origin.partition":"4"}', {{no}});
        INSERT INTO offsets VALUES ('transactions', 7, 3);
        """;
}
