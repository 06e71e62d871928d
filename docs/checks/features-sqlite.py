#!/usr/bin/env python3
"""Do the stored features equal the handbook's definitions?

An independent computation in plain SQL from the stored payments and labels, for 10,000 of the rows that kept features; Python
only decodes the stored vectors and compares. Prints the mismatches of each feature; exit code 1 if there are any.

    python3 docs/checks/features-sqlite.py data/fraud.db

Holds for payments that were read in order of event time, with labels fed when they were seven days old at the
latest (fraud replay does both). The label delay is 7 days here: change it with Profile:LabelDelay.
"""
import random
import sqlite3
import struct
import sys

SAMPLE = 10_000
DAY = 86_400
DELAY = 7 * DAY
WINDOWS = (1, 7, 30)
NAMES = (
    ["amount", "is_weekend", "is_night"]
    + [f"card_{what}_{days}d" for days in WINDOWS for what in ("count", "average_amount")]
    + [f"terminal_{what}_{days}d" for days in WINDOWS for what in ("count", "fraud_share")]
)

PAYMENT = """
CREATE TEMP TABLE payment AS
SELECT position, card_id, terminal_id, event_time / 1000 AS second,
       CAST(amount_minor AS REAL) / CASE
           WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 1
           WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 1000
           WHEN currency IN ('CLF','UYW') THEN 10000
           ELSE 100 END AS amount,
       coalesce(is_fraud, 0) AS is_fraud
FROM transactions LEFT JOIN (SELECT transaction_id, is_fraud FROM labels) AS label USING (transaction_id);
CREATE INDEX payment_position ON payment (position);
CREATE INDEX payment_card ON payment (card_id, second);
CREATE INDEX payment_terminal ON payment (terminal_id, second);
ANALYZE payment;
"""

OWN = """
SELECT amount, strftime('%w', second, 'unixepoch') IN ('0', '6'),
       CAST(strftime('%H', second, 'unixepoch') AS INTEGER) <= 6, card_id, terminal_id, second
FROM payment WHERE position = ?
"""

# (t - window, t], the payment itself among them; of the same second only what was stored before it.
CARD = """
SELECT count(*), coalesce(avg(amount), 0) FROM payment
WHERE card_id = :card AND :card <> '' AND second > :second - :window
  AND (second < :second OR (second = :second AND position <= :position))
"""

# (t - delay - window, t - delay]
TERMINAL = """
SELECT count(*), coalesce(avg(is_fraud), 0) FROM payment
WHERE terminal_id = :terminal AND :terminal <> '' AND second > :second - :delay - :window AND second <= :second - :delay
"""


def expected(store, position):
    amount, weekend, night, card, terminal, second = store.execute(OWN, (position,)).fetchone()
    values = [amount, weekend, night]
    for query in (CARD, TERMINAL):
        for days in WINDOWS:
            values += store.execute(query, {
                "card": card, "terminal": terminal, "second": second, "position": position,
                "window": days * DAY, "delay": DELAY,
            }).fetchone()
    return values


def main(path):
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    store.executescript(PAYMENT)
    positions = [row[0] for row in store.execute("SELECT position FROM transactions WHERE length(features) > 0 ORDER BY position")]
    positions = random.Random(1).sample(positions, min(SAMPLE, len(positions)))
    mismatches, not_zero, largest = ([0] * len(NAMES) for _ in range(3))
    for position in positions:
        (blob,) = store.execute("SELECT features FROM transactions WHERE position = ?", (position,)).fetchone()
        stored = struct.unpack_from(f"<{len(NAMES)}f", blob)
        for i, wanted in enumerate(expected(store, position)):
            difference = abs(stored[i] - wanted)
            largest[i] = max(largest[i], difference)
            not_zero[i] += wanted != 0
            # A float32 holds seven digits. Written so that NaN counts as wrong.
            mismatches[i] += not difference <= 1e-4 * abs(wanted) + 1e-6

    print(f"{'feature':26}{'checked':>9}{'not zero':>10}{'mismatches':>12}{'largest difference':>20}")
    for i, name in enumerate(NAMES):
        print(f"{name:26}{len(positions):>9}{not_zero[i]:>10}{mismatches[i]:>12}{largest[i]:>20.3g}")
    print(f"rows {len(positions)}, mismatches {sum(mismatches)}")
    return 1 if sum(mismatches) or not positions else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: features-sqlite.py FILE")
    sys.exit(main(sys.argv[1]))
