namespace Fraud.Stream.Storage;

/// <summary>Tables of the PostgreSQL store.</summary>
/// <remarks>
/// Old payments leave by dropping their month's partition (and the ids of that month); sent records
/// may be deleted from the outbox up to the offsets that Kafka can still replay. Nothing does so unasked.
/// </remarks>
internal static class PostgresSchema
{
    /// <summary>One number per schema: nodes that start together create it one after the other.</summary>
    public const long LockId = 0x6672_6175_6431;

    public const string Sql = """
        CREATE SEQUENCE IF NOT EXISTS transactions_position;

        CREATE TABLE IF NOT EXISTS transactions (
            position         bigint NOT NULL,   -- order of writing within a shard: the journal
            transaction_id   text NOT NULL,     -- unique by way of transaction_ids
            shard            integer NOT NULL,
            card_id          text NOT NULL,
            terminal_id      text NOT NULL,
            amount_minor     bigint NOT NULL,
            currency         text NOT NULL,
            event_time       bigint NOT NULL,   -- milliseconds since 1970 UTC
            source           text NOT NULL,
            fraud_score      real NOT NULL,
            decision         smallint NOT NULL, -- 0 approve, 1 review, 2 block
            reasons          text,              -- JSON array; flagged payments only
            model            text NOT NULL,
            model_version    text NOT NULL,
            review_threshold real NOT NULL,
            block_threshold  real NOT NULL,
            features         real[] NOT NULL,   -- in the order of FeatureCatalog
            kafka_offset     bigint,            -- NULL when it came over HTTP; the partition is the shard
            scored_at        bigint NOT NULL,
            PRIMARY KEY (position, event_time)
        ) PARTITION BY RANGE (event_time);
        CREATE TABLE IF NOT EXISTS transactions_other PARTITION OF transactions DEFAULT;

        -- Ids are unique over all months, which a partitioned table cannot promise by itself.
        -- Position and time lead to the row: the time names its partition, the position its place there.
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
        -- Labels that wait for their payment.
        CREATE INDEX IF NOT EXISTS labels_waiting ON labels (transaction_id) WHERE event_time = 0;

        CREATE TABLE IF NOT EXISTS outbox (
            id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind    smallint NOT NULL,          -- 1 alert, 2 dead letter
            source  text NOT NULL UNIQUE,       -- what it was written for; a repeat is not written again
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

    /// <summary>The writer's own table, emptied by every commit. Positions follow the order of copying.</summary>
    public const string Staging = """
        CREATE TEMP TABLE staging (
            position bigint NOT NULL DEFAULT nextval('transactions_position'),
            ordinal integer NOT NULL,
            transaction_id text, shard integer, card_id text, terminal_id text, amount_minor bigint, currency text,
            event_time bigint, source text, fraud_score real, decision smallint, reasons text, model text,
            model_version text, review_threshold real, block_threshold real, features real[], kafka_offset bigint,
            scored_at bigint
        ) ON COMMIT DELETE ROWS
        """;

    private const string Columns =
        "transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score, decision, "
        + "reasons, model, model_version, review_threshold, block_threshold, features, kafka_offset, scored_at";

    /// <summary>Columns in a copied row.</summary>
    public const short CopiedColumns = 19;

    public const string Copy = $"COPY staging (ordinal, {Columns}) FROM STDIN (FORMAT BINARY)";

    /// <summary>Moves the new payments from staging into place and answers the ordinals of those that were there already.</summary>
    public const string Move = $"""
        WITH fresh AS (
            INSERT INTO transaction_ids (transaction_id, position, event_time)
            SELECT transaction_id, position, event_time FROM staging ORDER BY position
            ON CONFLICT (transaction_id) DO NOTHING
            RETURNING position
        ), stored AS (
            INSERT INTO transactions (position, {Columns})
            SELECT position, {Columns} FROM staging JOIN fresh USING (position)
        )
        SELECT ordinal FROM staging LEFT JOIN fresh USING (position) WHERE fresh.position IS NULL
        """;
}
