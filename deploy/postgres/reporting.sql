-- Reading for others than the service: reports, a BI tool, people with psql. Run it as the owner of the tables after the
-- service's first start, and again after an update; it may be run at any time:
--
--   psql "$FRAUD_POSTGRES_URL" -v ON_ERROR_STOP=1 -f deploy/postgres/reporting.sql
--   psql "$FRAUD_POSTGRES_URL" -c "CREATE ROLE bi LOGIN PASSWORD '...' IN ROLE fraud_reader"
--
-- Role fraud_reader may read the views below and nothing else: no features, no API keys, no audit log, no journal. The names
-- are those of other fraud systems. Ask for an event_time from on: it says which months are read at all.

DO $$
BEGIN
    CREATE ROLE fraud_reader NOLOGIN;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

CREATE SCHEMA IF NOT EXISTS reporting;

-- Minor units of ISO 4217: 100 in one, but for these.
CREATE OR REPLACE FUNCTION reporting.minor_units(currency text) RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT CASE
        WHEN currency = ANY ('{BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,UYI,VND,VUV,XAF,XOF,XPF}'::text[]) THEN 1
        WHEN currency = ANY ('{BHD,IQD,JOD,KWD,LYD,OMR,TND}'::text[]) THEN 1000
        WHEN currency = ANY ('{CLF,UYW}'::text[]) THEN 10000
        ELSE 100
    END::numeric
$$;

-- Each payment once. "status" is what people decided; NULL where there was nothing to decide.
CREATE OR REPLACE VIEW reporting.transactions AS
SELECT
    t.transaction_id,
    t.card_id,
    t.terminal_id,
    t.amount_minor / reporting.minor_units(t.currency) AS amount,
    t.currency,
    t.source,
    t.fraud_score AS ml_anomaly_score,
    CASE WHEN t.decision = 0 THEN 0 ELSE 1 END AS is_anomaly,
    CASE WHEN t.decision <> 0 THEN (ARRAY['NEW', 'INVESTIGATED', 'FRAUD', 'DISMISSED'])[coalesce(c.status, 0) + 1] END AS status,
    to_timestamp(t.event_time / 1000.0) AS "timestamp",
    t.event_time
FROM public.transactions t
LEFT JOIN public.cases c USING (transaction_id);

-- What the model said of each, and what was found out since (NULL: nothing yet).
CREATE OR REPLACE VIEW reporting.predictions AS
SELECT
    t.transaction_id,
    t.model,
    t.model_version,
    t.fraud_score AS fraud_probability,
    (ARRAY['approve', 'review', 'block'])[t.decision + 1] AS decision,
    t.review_threshold,
    t.block_threshold,
    t.reasons,
    l.is_fraud AS label,
    to_timestamp(t.scored_at / 1000.0) AS scored_at,
    t.event_time
FROM public.transactions t
LEFT JOIN public.labels l USING (transaction_id);

GRANT USAGE ON SCHEMA reporting TO fraud_reader;
GRANT SELECT ON reporting.transactions, reporting.predictions TO fraud_reader;
GRANT EXECUTE ON FUNCTION reporting.minor_units(text) TO fraud_reader;
