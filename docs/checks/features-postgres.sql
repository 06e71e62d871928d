-- Do the stored features equal the handbook's definitions? An independent computation in plain SQL from the
-- stored payments and labels, for 10,000 of the rows that kept features. Prints the mismatches of each feature and their sum.
--
--   psql "$Storage__Postgres" -f docs/checks/features-postgres.sql
--
-- Holds for payments that were read in order of event time, with labels fed when they were seven days old at
-- the latest (fraud replay does both). The label delay is 7 days here: change it with Profile:LabelDelay.
\set ON_ERROR_STOP on
\set sample 10000
\set delay 604800
\set QUIET on
SET jit = off;

CREATE TEMP TABLE payment AS
SELECT position, card_id, terminal_id, event_time / 1000 AS second, features, md5(transaction_id) AS lot,
       amount_minor::float8 / CASE
           WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 1
           WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 1000
           WHEN currency IN ('CLF','UYW') THEN 10000
           ELSE 100 END AS amount,
       coalesce(is_fraud, false) AS is_fraud
FROM transactions LEFT JOIN (SELECT transaction_id, is_fraud FROM labels) AS label USING (transaction_id);
CREATE INDEX ON payment (card_id, second);
CREATE INDEX ON payment (terminal_id, second);
ANALYZE payment;

CREATE TEMP TABLE sampled AS SELECT * FROM payment WHERE cardinality(features) > 0 ORDER BY lot LIMIT :sample;

CREATE TEMP TABLE expected AS
SELECT s.features AS stored, ARRAY[
    s.amount,
    (extract(isodow FROM to_timestamp(s.second) AT TIME ZONE 'UTC') IN (6, 7))::int,
    (extract(hour FROM to_timestamp(s.second) AT TIME ZONE 'UTC') <= 6)::int,
    card.count_1d, card.average_1d, card.count_7d, card.average_7d, card.count_30d, card.average_30d,
    terminal.count_1d, terminal.share_1d, terminal.count_7d, terminal.share_7d, terminal.count_30d, terminal.share_30d
]::float8[] AS wanted
FROM sampled s
CROSS JOIN LATERAL (
    -- (t - window, t], the payment itself among them; of the same second only what was stored before it.
    SELECT count(*) FILTER (WHERE p.second > s.second - 86400) AS count_1d,
           coalesce(avg(p.amount) FILTER (WHERE p.second > s.second - 86400), 0) AS average_1d,
           count(*) FILTER (WHERE p.second > s.second - 7 * 86400) AS count_7d,
           coalesce(avg(p.amount) FILTER (WHERE p.second > s.second - 7 * 86400), 0) AS average_7d,
           count(*) AS count_30d,
           coalesce(avg(p.amount), 0) AS average_30d
    FROM payment p
    WHERE p.card_id = s.card_id AND s.card_id <> ''
      AND p.second > s.second - 30 * 86400 AND (p.second < s.second OR (p.second = s.second AND p.position <= s.position))
) card
CROSS JOIN LATERAL (
    -- (t - delay - window, t - delay]
    SELECT count(*) FILTER (WHERE p.second > s.second - :delay - 86400) AS count_1d,
           coalesce(avg(p.is_fraud::int) FILTER (WHERE p.second > s.second - :delay - 86400), 0) AS share_1d,
           count(*) FILTER (WHERE p.second > s.second - :delay - 7 * 86400) AS count_7d,
           coalesce(avg(p.is_fraud::int) FILTER (WHERE p.second > s.second - :delay - 7 * 86400), 0) AS share_7d,
           count(*) AS count_30d,
           coalesce(avg(p.is_fraud::int), 0) AS share_30d
    FROM payment p
    WHERE p.terminal_id = s.terminal_id AND s.terminal_id <> ''
      AND p.second > s.second - :delay - 30 * 86400 AND p.second <= s.second - :delay
) terminal;

CREATE TEMP TABLE compared AS
SELECT i, stored[i] AS stored, wanted[i] AS wanted,
       -- A float32 holds seven digits; what is missing counts as wrong.
       (abs(stored[i] - wanted[i]) <= 1e-4 * abs(wanted[i]) + 1e-6) IS NOT TRUE AS differs
FROM expected CROSS JOIN generate_series(1, 15) i;

SELECT (ARRAY['amount', 'is_weekend', 'is_night', 'card_count_1d', 'card_average_amount_1d', 'card_count_7d',
              'card_average_amount_7d', 'card_count_30d', 'card_average_amount_30d', 'terminal_count_1d',
              'terminal_fraud_share_1d', 'terminal_count_7d', 'terminal_fraud_share_7d', 'terminal_count_30d',
              'terminal_fraud_share_30d'])[i] AS feature,
       count(*) AS checked,
       count(*) FILTER (WHERE wanted <> 0) AS not_zero,
       count(*) FILTER (WHERE differs) AS mismatches,
       max(abs(stored - wanted)) AS largest_difference
FROM compared GROUP BY i ORDER BY i;

SELECT count(*) / 15 AS rows, count(*) FILTER (WHERE differs) AS mismatches FROM compared;

SELECT count(*) = 0 OR coalesce(bool_or(differs), true) AS failed FROM compared \gset
\if :failed
DO $$ BEGIN RAISE EXCEPTION 'features differ, or there are no rows'; END $$;
\endif
