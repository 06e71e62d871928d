#!/usr/bin/env bash
# Serves recorded payments and their labels from Kafka, then asks whether what was stored can be had again from the rows: a row for each
# payment, every score and the features that were kept equal to the bit, the handbook's features equal to an independent computation in SQL.
# Usage: docs/checks/verify.sh HANDBOOK_CSV [PAYMENTS] [ROWS COMPARED] [sqlite | postgres]
set -euo pipefail
cd "$(dirname "$0")/../.."
data="$1"
payments="${2:-200000}"
rows="${3:-50000}"
store="${4:-sqlite}"
fraud=(dotnet "${FRAUD:-Fraud.Cli/bin/Release/net10.0/fraud.dll}")
work="$(mktemp -d)"
chmod 755 "$work"
bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)"
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
trap 'kill -9 $(jobs -p) 2>/dev/null || true; [ ! -d "$work/pg" ] || as "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
seconds() { date +%s.%N; }

where=(--data "$work")
if [ "$store" = postgres ]; then
  mkdir "$work/pg"
  [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  as "$bin/initdb" -D "$work/pg/data" -U fraud -A trust >/dev/null
  as "$bin/pg_ctl" -D "$work/pg/data" -o "-p 8126 -k $work/pg -c listen_addresses=127.0.0.1" -l "$work/pg/log" -w start >/dev/null
  where=(--postgres "Host=127.0.0.1;Port=8126;Username=fraud;Database=postgres")
  export CardNumbers__TokenKey
  CardNumbers__TokenKey="$(openssl rand -base64 32)"
fi
count() {
  if [ "$store" = postgres ]; then
    "$bin/psql" -h 127.0.0.1 -p 8126 -U fraud -d postgres -qAtc 'SELECT count(*) FROM transactions'
  else
    sqlite3 "$work/fraud.db" 'SELECT count(*) FROM transactions'
  fi
}

"${fraud[@]}" broker >"$work/broker" &
for _ in $(seq 100); do
  broker="$(grep -soE '127.0.0.1:[0-9]+' "$work/broker")" && break
  sleep 0.1
done
"${fraud[@]}" serve --no-feed --no-welcome --kafka "$broker" "${where[@]}" --urls http://127.0.0.1:8127 --set Kafka:SessionTimeout=00:00:02 >"$work/serve" 2>&1 &
service=$!
"${fraud[@]}" replay "$data" --kafka "$broker" --limit "$payments" --max-in-flight 40000 --wait 00:01:00 | tail -1
sent="$(gunzip -c "$data" | awk -v most="$payments" 'END { print (NR - 1 < most ? NR - 1 : most) }')"
ended="$(seconds)"
for _ in $(seq 1200); do
  stored="$(count)"
  [ "$stored" -lt "$sent" ] || break
  sleep 0.1
done
echo "payments $sent, rows $stored; the last row was there $(echo "$(seconds) - $ended" | bc) s later"
[ "$sent" = "$stored" ]
kill -TERM "$service"
wait "$service" || true

started="$(seconds)"
"${fraud[@]}" verify "${where[@]}" --rows "$rows"
echo "$stored payments computed again, $((rows < stored ? rows : stored)) compared, in $(echo "$(seconds) - $started" | bc) s"
if [ "$store" = postgres ]; then
  "$bin/psql" -h 127.0.0.1 -p 8126 -U fraud -d postgres -f docs/checks/features-postgres.sql
else
  python3 docs/checks/features-sqlite.py "$work/fraud.db"
fi
