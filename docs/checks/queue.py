#!/usr/bin/env python3
"""What a page of the analysts' queue costs by score and by amount, with the indexes for it and without, and what these
cost the writing of rows: docs/checks/queue.py [ROWS] [POSTGRES_URL]

The service makes the tables, in an empty PostgreSQL database when its URL is given, else in SQLite in a temporary folder;
this fills them with ROWS flagged payments and asks what Fraud.Stream/Storage/FlaggedSql.cs asks. Medians, both in turn.
"""
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from urllib.parse import urlparse

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
POSTGRES = sys.argv[2] if len(sys.argv) > 2 else None
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
URL = "http://127.0.0.1:8131"

# Milliseconds since 1970: when the flagged payments happened, and when those that are written beside them did.
DAY = 1500000000000
LATER = 1600000000000

# Fraud.Stream/Storage/SqliteConnection.cs
PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536", "mmap_size = 268435456", "wal_autocheckpoint = 131072")

COLUMNS = (
    "t.position, t.transaction_id, t.card_id, t.terminal_id, t.amount_minor, t.currency, t.event_time, t.source, "
    "t.fraud_score, t.decision, t.reasons, t.model, t.model_version, t.scored_at, "
    "c.status, c.version, c.changed_at, c.changed_by, c.note")
FROM = f"SELECT {COLUMNS} FROM transactions t LEFT JOIN cases c ON c.transaction_id = t.transaction_id WHERE t.decision <> 0"
INDEXES = {
    "transactions_flagged_score": "(fraud_score, event_time, position)",
    "transactions_flagged_amount": "(amount_minor, event_time, position)",
}
ROW = (
    "position, transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score, decision, reasons, "
    "model, model_version, review_threshold, block_threshold, features, kafka_offset, scored_at")
QUESTIONS = {"time, first page": f"{FROM} ORDER BY t.event_time DESC, t.position DESC LIMIT 51"}
for word, key, place in (("score", "t.fraud_score", 0.9), ("amount", "t.amount_minor", 900_000)):
    order = f"ORDER BY {key} DESC, t.event_time DESC, t.position DESC LIMIT 51"
    QUESTIONS[f"{word}, first page"] = f"{FROM} {order}"
    QUESTIONS[f"{word}, a page far behind"] = f"{FROM} AND ({key}, t.event_time, t.position) < ({place}, 9000000000000, 9000000000000) {order}"
    QUESTIONS[f"{word}, NEW only"] = f"{FROM} AND (c.status IS NULL OR c.status = 0) {order}"
    QUESTIONS[f"{word}, of one day"] = f"{FROM} AND t.event_time >= 1500000000000 AND t.event_time < 1500086400000 {order}"


def make_tables(folder, *arguments):
    """Starts the service on the store, so that its tables are the real ones, and ends it."""
    service = subprocess.Popen(
        ["dotnet", f"{ROOT}/Fraud.Cli/bin/Release/net10.0/fraud.dll", "serve", "--no-welcome", "--no-feed", "--data", folder,
         "--urls", URL, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{URL}/health/ready").read()
            break
        except OSError:
            time.sleep(0.1)
    service.send_signal(signal.SIGTERM)
    if service.wait() != 0:
        sys.exit("queue: the service did not start and stop")


def drop(execute):
    for name in INDEXES:
        execute(f"DROP INDEX IF EXISTS {name}")


def create(store, execute):
    for name, columns in INDEXES.items():
        started = time.perf_counter()
        execute(f"CREATE INDEX {name} ON transactions {columns} WHERE decision <> 0")
        print(f"{store}: {name} made in {time.perf_counter() - started:.1f} s", file=sys.stderr)


def report(store, plain, indexed, ask, commits, size):
    """Both in turn, so that what else the machine does meets both."""
    print(f"\n| {store}, {ROWS:,} flagged payments | without | with indexes |\n|---|---|---|")
    for what, sql in QUESTIONS.items():
        runs = [(ask(plain, sql), ask(indexed, sql)) for _ in range(3)]
        print(f"| {what} | {statistics.median(run[0] for run in runs):,.1f} ms | {statistics.median(run[1] for run in runs):,.1f} ms |")
    for share, words in ((100, "one in 100 flagged"), (1, "all flagged")):
        runs = [(commits(plain, share, i), commits(indexed, share, i)) for i in range(7)]
        ratio = statistics.median(run[1] / run[0] for run in runs)
        print(f"| rows written in {size}, {words} | {statistics.median(run[0] for run in runs):,.0f}/s "
              f"| {statistics.median(run[1] for run in runs):,.0f}/s ({ratio:.2f}) |")


def sqlite():
    with tempfile.TemporaryDirectory() as folder:
        make_tables(folder)
        plain = open_sqlite(f"{folder}/fraud.db")
        insert = (
            f"INSERT INTO transactions ({ROW}) SELECT NULL, ?1 || i, i % 10, 'card' || i % 50000, 'terminal' || i % 5000, "
            "abs(random()) % 1000000, 'EUR', ?4 + i * 1000 + abs(random()) % 1000000, 'online', "
            "(abs(random()) % 1000000) / 1e6, CASE WHEN i % ?3 = 0 THEN 1 ELSE 0 END, NULL, 'payments', '1', 0.5, 0.9, "
            "zeroblob(132), NULL, ?4 + i * 1000 FROM (WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) SELECT i FROM n)")
        drop(plain.execute)
        plain.execute(insert, ("seed-", ROWS, 1, DAY))
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(f"{folder}/fraud.db", f"{folder}/indexed.db")
        indexed = open_sqlite(f"{folder}/indexed.db")
        create("SQLite", indexed.execute)
        indexed.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        def ask(file, sql):
            started = time.perf_counter()
            assert file.execute(sql).fetchall()
            return (time.perf_counter() - started) * 1000

        def commits(file, share, round_):
            started = time.perf_counter()
            for i in range(20):
                file.execute(insert, (f"w{share}-{round_}-{i}-", 1000, share, LATER))
            return 20_000 / (time.perf_counter() - started)

        for what in ("score, first page", "amount, a page far behind", "score, NEW only", "score, of one day"):
            print(f"SQLite: {what}: {[row[3] for row in indexed.execute('EXPLAIN QUERY PLAN ' + QUESTIONS[what])]}", file=sys.stderr)
        report("SQLite", plain, indexed, ask, commits, "transactions of 1,000")


def open_sqlite(path):
    """As the store opens it."""
    file = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        file.execute(f"PRAGMA {pragma}")
    return file


def psql(sql, url=None):
    done = subprocess.run(["psql", url or POSTGRES, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"queue: {done.stderr}")
    return done.stdout


def postgres():
    parts = urlparse(POSTGRES)
    with tempfile.TemporaryDirectory() as folder:
        make_tables(
            folder, "--set", "Storage:Kind=Postgres", "--set",
            f"Storage:Postgres=Host={parts.hostname};Port={parts.port or 5432};Username={parts.username};"
            f"Password={parts.password or ''};Database={parts.path[1:]}")

    def insert(name, rows, share, since):
        return (
            f"WITH paid AS (SELECT nextval('transactions_position') AS position, '{name}' || i AS id, i, "
            f"{since} + i * 1000 + (random() * 1000000)::bigint AS event_time FROM generate_series(1, {rows}) i), "
            "ids AS (INSERT INTO transaction_ids SELECT id, position, event_time FROM paid) "
            f"INSERT INTO transactions ({ROW}) SELECT position, id, i % 10, 'card' || i % 50000, 'terminal' || i % 5000, "
            "(random() * 1000000)::bigint, 'EUR', event_time, 'online', random()::real, "
            f"CASE WHEN i % {share} = 0 THEN 1 ELSE 0 END, NULL, 'payments', '1', 0.5, 0.9, array_fill(0::real, ARRAY[33]), "
            f"NULL, {since} + i * 1000 FROM paid")

    drop(psql)
    psql(insert("seed-", ROWS, 1, DAY))
    copy = f"{parts.path[1:]}_indexed"
    psql(f"CREATE DATABASE {copy} TEMPLATE {parts.path[1:]}", parts._replace(path="/postgres").geturl())
    indexed = parts._replace(path=f"/{copy}").geturl()
    create("PostgreSQL", lambda sql: psql(sql, indexed))
    for url in (POSTGRES, indexed):
        psql("VACUUM ANALYZE transactions", url)
        psql("CHECKPOINT", url)

    def ask(url, sql):
        return float(psql(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", url).split("Execution Time: ")[1].split(" ")[0])

    def commits(url, share, round_):
        return 5_000_000 / ask(url, insert(f"w{share}-{round_}-", 5_000, share, LATER))

    for what in ("score, first page", "score, NEW only"):
        print(f"PostgreSQL: {what}:\n{psql('EXPLAIN ' + QUESTIONS[what], indexed)}", file=sys.stderr)
    report("PostgreSQL", POSTGRES, indexed, ask, commits, "transactions of 5,000")


postgres() if POSTGRES else sqlite()
