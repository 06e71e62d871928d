namespace Fraud.Stream.Storage;

/// <summary>Tables of the PostgreSQL store.</summary>
/// <remarks>
/// What is over the ages of <c>Storage:Retention</c> leaves, payments by dropping their month's partition.
/// </remarks>
internal static class PostgresSchema
{
    /// <summary>Raised with every change of the tables; a database of a lower version is upgraded when it is opened.</summary>
    public const int Version = 12;

    /// <summary>
    /// In the place of a version while a store is copied into the database, and after a copy that was not finished. Programs that do not know it
    /// refuse it as one of a later program.
    /// </summary>
    public const int CopyUnfinished = int.MaxValue;

    /// <summary>State of the error by which <c>commit_pages</c> refuses; its message has the shards.</summary>
    public const string HeadsMissing = "FR001";

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
            sequence         bigint,            -- with shard and ordinal: its place in the journal, where it was written from there
            ordinal          integer,
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
        CREATE INDEX IF NOT EXISTS labels_age ON labels (event_time);
        -- Labels that wait for their payment.
        CREATE INDEX IF NOT EXISTS labels_waiting ON labels (transaction_id) WHERE event_time = 0;

        -- Frauds that cannot be placed before their payment is stored. Mostly empty: a commit only looks whether it is.
        CREATE TABLE IF NOT EXISTS waiting_labels (transaction_id text PRIMARY KEY);

        CREATE TABLE IF NOT EXISTS label_journal (
            sequence       bigint PRIMARY KEY,  -- from 1, no gaps
            transaction_id text NOT NULL,
            card_id        text NOT NULL,
            terminal_id    text NOT NULL,
            event_time     bigint NOT NULL,
            fraud_delta    smallint NOT NULL,
            stored_at      bigint NOT NULL DEFAULT 0 -- milliseconds since 1970 UTC; 0: before it was written down
        );

        -- Every commit raises the sequence in place; the room is for that.
        CREATE TABLE IF NOT EXISTS shards (
            shard             integer PRIMARY KEY,
            generation        bigint NOT NULL,
            owner             text NOT NULL,    -- '' when it was given back
            address           text NOT NULL,
            sequence          bigint NOT NULL DEFAULT 0,
            commit_id         uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000', -- of the commit that wrote the sequence
            next_offset       bigint,           -- Kafka's offset to go on at; NULL before the first record
            snapshot_sequence bigint NOT NULL DEFAULT 0,
            snapshot_labels   bigint NOT NULL DEFAULT 0,
            claimed_at        bigint NOT NULL
        ) WITH (fillfactor = 20);

        CREATE TABLE IF NOT EXISTS journal (
            shard     integer NOT NULL,
            sequence  bigint NOT NULL,
            payload   bytea NOT NULL,
            stored_at bigint NOT NULL,
            PRIMARY KEY (shard, sequence)
        );
        -- Compact already: packing them would only cost time.
        ALTER TABLE journal ALTER COLUMN payload SET STORAGE EXTERNAL;

        -- How far what is made from the journal is: the last page of a shard that it contains, and the claim under which it goes on.
        CREATE TABLE IF NOT EXISTS reader_positions (
            reader     text NOT NULL,
            shard      integer NOT NULL,
            position   bigint NOT NULL,
            generation bigint NOT NULL,
            PRIMARY KEY (reader, shard)
        ) WITH (fillfactor = 20);

        -- Payments of the journal whose id was stored before: at these places histories have counted one too many.
        CREATE TABLE IF NOT EXISTS repeated_payments (
            shard          integer NOT NULL,
            sequence       bigint NOT NULL,
            ordinal        integer NOT NULL,
            transaction_id text NOT NULL,
            retracted      bigint,              -- the page that takes it back; NULL: none yet, as far as pages were read
            PRIMARY KEY (shard, sequence, ordinal)
        );

        -- Payments whose rows the database refused, until it takes them.
        CREATE TABLE IF NOT EXISTS refused_rows (
            shard          integer NOT NULL,    -- with sequence and ordinal: its place in the journal
            sequence       bigint NOT NULL,
            ordinal        integer NOT NULL,
            transaction_id text,                -- NULL where the encoding has no letter of it
            event_time     bigint NOT NULL,
            refused_at     bigint NOT NULL,     -- the last time
            error          text NOT NULL,       -- state and constraint, no value
            attempts       integer NOT NULL,
            payload        bytea NOT NULL,      -- a page with this payment alone: the journal's leaves
            PRIMARY KEY (shard, sequence, ordinal)
        );
        CREATE INDEX IF NOT EXISTS refused_rows_id ON refused_rows (transaction_id);

        CREATE TABLE IF NOT EXISTS card_states (
            shard   integer NOT NULL,
            card_id text COLLATE "C" NOT NULL,
            payload bytea NOT NULL,
            PRIMARY KEY (shard, card_id)
        ) WITH (fillfactor = 80);
        ALTER TABLE card_states ALTER COLUMN payload SET STORAGE EXTERNAL;

        -- The commit. Heads are compared and set one after the other, in the order that they come in: one statement for all would lock them in
        -- an order that the planner chooses. Fewer than expected, and nothing is written (rules 2, 4 and 5 of docs/decisions/0011).
        CREATE OR REPLACE FUNCTION commit_pages(
            shards_ integer[], generations bigint[], sequences bigint[], commits uuid[], offsets_ bigint[], payloads bytea[], at bigint)
            RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            missing integer[] := '{}';
        BEGIN
            FOR i IN 1 .. cardinality(shards_) LOOP
                UPDATE shards SET sequence = sequences[i], commit_id = commits[i], next_offset = offsets_[i]
                WHERE shard = shards_[i] AND generation = generations[i] AND sequence = sequences[i] - 1;
                IF NOT FOUND THEN
                    missing := missing || shards_[i];
                END IF;
            END LOOP;
            IF cardinality(missing) > 0 THEN
                RAISE EXCEPTION USING ERRCODE = 'FR001', MESSAGE = array_to_string(missing, ',');
            END IF;
            INSERT INTO journal (shard, sequence, payload, stored_at)
            SELECT shard, sequence, payload, at FROM unnest(shards_, sequences, payloads) AS page (shard, sequence, payload);
        END $$;

        -- One set: row 0 says what it contains, the others are its chunks.
        CREATE TABLE IF NOT EXISTS terminal_snapshots (
            ordinal   integer PRIMARY KEY,
            labels    bigint,
            positions text,                     -- JSON object: journal position by shard
            payload   bytea NOT NULL
        );
        ALTER TABLE terminal_snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;

        -- Who retrains a model, and when it was last done.
        CREATE TABLE IF NOT EXISTS training_leases (
            model          text PRIMARY KEY,
            owner          text NOT NULL,     -- '' when nobody does
            job            text NOT NULL,
            expires_at     bigint NOT NULL,
            finished_at    bigint NOT NULL DEFAULT 0,
            label_sequence bigint NOT NULL DEFAULT 0
        );

        CREATE TABLE IF NOT EXISTS offsets (
            topic       text NOT NULL,
            partition   integer NOT NULL,
            next_offset bigint NOT NULL,
            PRIMARY KEY (topic, partition)
        );

        -- Flagged payments only, which are few: in the order of writing, and in those of the review queue (docs/cases.md).
        CREATE INDEX IF NOT EXISTS transactions_flagged ON transactions (position) WHERE decision <> 0;
        CREATE INDEX IF NOT EXISTS transactions_flagged_time ON transactions (event_time, position) WHERE decision <> 0;
        CREATE INDEX IF NOT EXISTS transactions_flagged_score ON transactions (fraud_score, event_time, position) WHERE decision <> 0;
        CREATE INDEX IF NOT EXISTS transactions_flagged_amount ON transactions (amount_minor, event_time, position) WHERE decision <> 0;

        -- Made by the first change of a flagged payment's status; absent: NEW.
        CREATE TABLE IF NOT EXISTS cases (
            transaction_id text PRIMARY KEY,
            position       bigint NOT NULL,
            event_time     bigint NOT NULL,
            status         smallint NOT NULL,   -- 0 NEW, 1 INVESTIGATED, 2 FRAUD, 3 DISMISSED
            version        bigint NOT NULL,
            changed_at     bigint NOT NULL,
            changed_by     text NOT NULL,
            note           text
        );
        CREATE INDEX IF NOT EXISTS cases_status ON cases (status, event_time, position);

        -- Who did what; never changed.
        CREATE TABLE IF NOT EXISTS case_events (
            transaction_id text NOT NULL,
            version        bigint NOT NULL,
            changed_at     bigint NOT NULL,
            changed_by     text NOT NULL,
            from_status    smallint NOT NULL,
            to_status      smallint NOT NULL,
            note           text,
            PRIMARY KEY (transaction_id, version)
        );

        -- Labels that nobody but a decision about a case says.
        CREATE TABLE IF NOT EXISTS case_labels (
            transaction_id text PRIMARY KEY,
            was_fraud      boolean              -- the label before it, known again when it is withdrawn; NULL: there was none
        );

        CREATE TABLE IF NOT EXISTS webhook_events (
            event_id    text PRIMARY KEY,
            received_at bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS webhook_events_age ON webhook_events (received_at);

        -- What models that are compared said, and the model in service ("base") of the same payment. In the order of
        -- writing, so that the oldest leave first.
        CREATE TABLE IF NOT EXISTS shadow_scores (
            position       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            transaction_id text NOT NULL,
            model          text NOT NULL,
            version        text NOT NULL,
            score          real NOT NULL,
            decision       smallint NOT NULL,   -- 0 approve, 1 review, 2 block
            base_model     text NOT NULL,
            base_version   text NOT NULL,
            base_score     real NOT NULL,
            base_decision  smallint NOT NULL,
            decided        boolean NOT NULL,    -- the model was the one that decided
            scored_at      bigint NOT NULL,
            UNIQUE (transaction_id, model, version)
        );

        -- Every start of a process, by the number that it gave itself. Times are the database's: clocks of nodes differ.
        CREATE TABLE IF NOT EXISTS cluster_nodes (
            incarnation  text PRIMARY KEY,
            name         text NOT NULL,
            host         text NOT NULL,         -- where Akka.Remote of other nodes reaches it
            port         integer NOT NULL,
            uid          bigint NOT NULL,       -- Akka's number of the actor system at that address
            http_address text NOT NULL,         -- its front door; '' when others need not reach it
            formation    bigint,                -- the cluster that it formed or was told to join; NULL: formed without this table
            is_member    boolean NOT NULL DEFAULT false,
            started_at   timestamptz NOT NULL,
            watched_at   timestamptz NOT NULL,  -- since when its heartbeats came without a gap
            heartbeat_at timestamptz NOT NULL,
            removed_at   timestamptz,           -- set once: from then on it is refused
            removed_why  text
        );

        -- One row: the number of the cluster that was formed last.
        CREATE TABLE IF NOT EXISTS cluster_formation (
            only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            number   bigint NOT NULL
        );

        -- Who may decide for the cluster, until when by the database's clock.
        CREATE TABLE IF NOT EXISTS cluster_leases (
            name       text PRIMARY KEY,
            owner      text NOT NULL,           -- an incarnation
            expires_at timestamptz NOT NULL
        );

        -- Akka.Persistence's, for what is kept as events beside the payments; the plugin itself makes no tables.
        CREATE TABLE IF NOT EXISTS akka_events (
            ordering        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            created         bigint NOT NULL,
            deleted         boolean NOT NULL,   -- the last one of those that were deleted stays, for its number
            persistence_id  text NOT NULL,
            sequence_number bigint NOT NULL,
            message         bytea NOT NULL,
            manifest        text,
            identifier      integer,            -- of the serializer
            writer_uuid     text,
            UNIQUE (persistence_id, sequence_number) -- of two writers one is refused
        );
        CREATE TABLE IF NOT EXISTS akka_event_tags (
            ordering_id    bigint NOT NULL,
            tag            text NOT NULL,
            sequence_nr    bigint NOT NULL,
            persistence_id text NOT NULL,
            PRIMARY KEY (ordering_id, tag)
        );
        CREATE TABLE IF NOT EXISTS akka_snapshots (
            persistence_id  text NOT NULL,
            sequence_number bigint NOT NULL,
            created         bigint NOT NULL,
            snapshot        bytea,
            manifest        text,
            serializer_id   integer,
            PRIMARY KEY (persistence_id, sequence_number)
        );

        CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL);

        CREATE TABLE IF NOT EXISTS api_keys (
            key_id     text PRIMARY KEY,
            name       text NOT NULL,
            scopes     smallint NOT NULL,       -- 1 score, 2 analyst, 4 admin, added up
            hash       bytea NOT NULL,          -- SHA-256 of the key, which is nowhere else
            created_at bigint NOT NULL,
            expires_at bigint,
            revoked_at bigint                   -- set once; keys are never removed
        );

        CREATE TABLE IF NOT EXISTS audit (
            id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at      bigint NOT NULL,
            actor   text NOT NULL,
            action  text NOT NULL,
            subject text NOT NULL,
            outcome text NOT NULL,
            detail  text NOT NULL
        );
        CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
        CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
        -- Of the last year (31,536,000 s) none leaves, whatever Storage:Retention says.
        CREATE OR REPLACE TRIGGER audit_keeps_a_year BEFORE DELETE ON audit
            FOR EACH ROW WHEN (old.at >= (extract(epoch FROM clock_timestamp()) - 31536000) * 1000) EXECUTE FUNCTION audit_is_append_only();
        """;
}
