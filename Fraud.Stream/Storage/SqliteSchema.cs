namespace Fraud.Stream.Storage;

/// <summary>Tables of the SQLite store's rows; <see cref="SqliteJournal"/> has those of the journal beside it.</summary>
/// <remarks>
/// A million payments take about 270 MB. They stay unless <c>Storage:Retention</c> says otherwise; then the file stops growing once the first leave,
/// and does not shrink. For history without end there is PostgreSQL.
/// With ids that ascend a row costs 5 µs, with random ones (UUIDv4) 20 µs: each touches another page of the index.
/// </remarks>
internal static class SqliteSchema
{
    /// <summary>Raised with every change of the tables; a file of a lower version is upgraded when it is opened.</summary>
    public const int Version = 10;

    public const string Sql = """
        CREATE TABLE IF NOT EXISTS transactions (
            position        INTEGER PRIMARY KEY,
            transaction_id  TEXT NOT NULL UNIQUE,
            shard           INTEGER NOT NULL,
            card_id         TEXT NOT NULL,
            terminal_id     TEXT NOT NULL,
            amount_minor    INTEGER NOT NULL,
            currency        TEXT NOT NULL,
            event_time      INTEGER NOT NULL,  -- milliseconds since 1970 UTC
            source          TEXT NOT NULL,
            fraud_score     REAL NOT NULL,
            decision        INTEGER NOT NULL,  -- 0 approve, 1 review, 2 block
            reasons         TEXT,              -- JSON array; flagged payments only
            model           TEXT NOT NULL,
            model_version   TEXT NOT NULL,
            review_threshold REAL NOT NULL,
            block_threshold REAL NOT NULL,
            features        BLOB NOT NULL,     -- float32, little-endian, in the order of FeatureCatalog
            kafka_offset    INTEGER,           -- NULL when it came over HTTP; the partition is the shard
            scored_at       INTEGER NOT NULL,
            sequence        INTEGER,           -- with shard and ordinal: its place in the journal, where it was written from there
            ordinal         INTEGER
        );
        CREATE TABLE IF NOT EXISTS labels (
            transaction_id  TEXT PRIMARY KEY,
            card_id         TEXT NOT NULL,
            terminal_id     TEXT NOT NULL,
            event_time      INTEGER NOT NULL,
            is_fraud        INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS labels_age ON labels (event_time);
        -- Frauds that cannot be placed before their payment is stored. Mostly empty: a commit only looks whether it is.
        CREATE TABLE IF NOT EXISTS waiting_labels (transaction_id TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS label_journal (
            sequence        INTEGER PRIMARY KEY, -- from 1, no gaps
            transaction_id  TEXT NOT NULL,
            card_id         TEXT NOT NULL,
            terminal_id     TEXT NOT NULL,
            event_time      INTEGER NOT NULL,
            fraud_delta     INTEGER NOT NULL,
            stored_at       INTEGER NOT NULL DEFAULT 0 -- milliseconds since 1970 UTC; 0: before it was written down
        );
        -- How far what is made from the journal is: the last page of a shard that it contains, and the claim under which it goes on.
        CREATE TABLE IF NOT EXISTS reader_positions (
            reader     TEXT NOT NULL,
            shard      INTEGER NOT NULL,
            position   INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            PRIMARY KEY (reader, shard)
        ) WITHOUT ROWID;
        -- Payments of the journal whose id was stored before: at these places histories have counted one too many.
        CREATE TABLE IF NOT EXISTS repeated_payments (
            shard          INTEGER NOT NULL,
            sequence       INTEGER NOT NULL,
            ordinal        INTEGER NOT NULL,
            transaction_id TEXT NOT NULL,
            retracted      INTEGER,            -- the page that takes it back; NULL: none yet, as far as pages were read
            PRIMARY KEY (shard, sequence, ordinal)
        ) WITHOUT ROWID;
        -- Payments whose rows the database refused, until it takes them.
        CREATE TABLE IF NOT EXISTS refused_rows (
            shard          INTEGER NOT NULL,   -- with sequence and ordinal: its place in the journal
            sequence       INTEGER NOT NULL,
            ordinal        INTEGER NOT NULL,
            transaction_id TEXT,
            event_time     INTEGER NOT NULL,
            refused_at     INTEGER NOT NULL,   -- the last time
            error          TEXT NOT NULL,      -- code and constraint, no value
            attempts       INTEGER NOT NULL,
            payload        BLOB NOT NULL,      -- a page with this payment alone: the journal's leaves
            PRIMARY KEY (shard, sequence, ordinal)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS refused_rows_id ON refused_rows (transaction_id);
        -- Who retrains a model, and when it was last done.
        CREATE TABLE IF NOT EXISTS training_leases (
            model          TEXT PRIMARY KEY,
            owner          TEXT NOT NULL,     -- '' when nobody does
            job            TEXT NOT NULL,
            expires_at     INTEGER NOT NULL,
            finished_at    INTEGER NOT NULL DEFAULT 0,
            label_sequence INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS offsets (
            topic       TEXT NOT NULL,
            partition   INTEGER NOT NULL,
            next_offset INTEGER NOT NULL,
            PRIMARY KEY (topic, partition)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS api_keys (
            key_id     TEXT PRIMARY KEY,
            name       TEXT NOT NULL,
            scopes     INTEGER NOT NULL,       -- 1 score, 2 analyst, 4 admin, added up
            hash       BLOB NOT NULL,          -- SHA-256 of the key, which is nowhere else
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER                 -- set once; keys are never removed
        );
        CREATE TABLE IF NOT EXISTS audit (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            at      INTEGER NOT NULL,
            actor   TEXT NOT NULL,
            action  TEXT NOT NULL,
            subject TEXT NOT NULL,
            outcome TEXT NOT NULL,
            detail  TEXT NOT NULL
        );
        CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        -- Of the last year (31,536,000 s) none leaves, whatever Storage:Retention says.
        CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
        WHEN old.at >= (CAST(strftime('%s', 'now') AS INTEGER) - 31536000) * 1000
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, and keeps a year'); END;
        -- What models that are compared said, and the model in service ("base") of the same payment. In the order of
        -- writing, so that the oldest leave first.
        CREATE TABLE IF NOT EXISTS shadow_scores (
            position       INTEGER PRIMARY KEY,
            transaction_id TEXT NOT NULL,
            model          TEXT NOT NULL,
            version        TEXT NOT NULL,
            score          REAL NOT NULL,
            decision       INTEGER NOT NULL,   -- 0 approve, 1 review, 2 block
            base_model     TEXT NOT NULL,
            base_version   TEXT NOT NULL,
            base_score     REAL NOT NULL,
            base_decision  INTEGER NOT NULL,
            decided        INTEGER NOT NULL,   -- 1: the model was the one that decided
            scored_at      INTEGER NOT NULL,
            UNIQUE (transaction_id, model, version)
        );
        -- Flagged payments only, which are few: in the order of writing, and in those of the review queue (docs/cases.md).
        CREATE INDEX IF NOT EXISTS transactions_flagged ON transactions (position) WHERE decision <> 0;
        CREATE INDEX IF NOT EXISTS transactions_flagged_time ON transactions (event_time, position) WHERE decision <> 0;
        CREATE INDEX IF NOT EXISTS transactions_flagged_score ON transactions (fraud_score, event_time, position) WHERE decision <> 0;
        CREATE INDEX IF NOT EXISTS transactions_flagged_amount ON transactions (amount_minor, event_time, position) WHERE decision <> 0;
        -- Made by the first change of a flagged payment's status; absent: NEW.
        CREATE TABLE IF NOT EXISTS cases (
            transaction_id TEXT PRIMARY KEY,
            position       INTEGER NOT NULL,
            event_time     INTEGER NOT NULL,
            status         INTEGER NOT NULL,   -- 0 NEW, 1 INVESTIGATED, 2 FRAUD, 3 DISMISSED
            version        INTEGER NOT NULL,
            changed_at     INTEGER NOT NULL,
            changed_by     TEXT NOT NULL,
            note           TEXT
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS cases_status ON cases (status, event_time, position);
        -- Who did what; never changed.
        CREATE TABLE IF NOT EXISTS case_events (
            transaction_id TEXT NOT NULL,
            version        INTEGER NOT NULL,
            changed_at     INTEGER NOT NULL,
            changed_by     TEXT NOT NULL,
            from_status    INTEGER NOT NULL,
            to_status      INTEGER NOT NULL,
            note           TEXT,
            PRIMARY KEY (transaction_id, version)
        ) WITHOUT ROWID;
        -- Labels that nobody but a decision about a case says.
        CREATE TABLE IF NOT EXISTS case_labels (
            transaction_id TEXT PRIMARY KEY,
            was_fraud      INTEGER             -- the label before it, known again when it is withdrawn; NULL: there was none
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS webhook_events (
            event_id    TEXT PRIMARY KEY,
            received_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS webhook_events_age ON webhook_events (received_at);
        """;
}
