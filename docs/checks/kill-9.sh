#!/usr/bin/env bash
# Kills the service three times, at random moments, while payments stream in, and compares what is stored with
# what was sent.  Usage: docs/checks/kill-9.sh HANDBOOK_CSV [payments]
set -euo pipefail
cd "$(dirname "$0")/../.."
data="$1"
payments="${2:-200000}"
fraud=(dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll)
work="$(mktemp -d)"
trap 'kill -9 $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

"${fraud[@]}" broker >"$work/broker" &
until broker="$(grep -soE '127.0.0.1:[0-9]+' "$work/broker")"; do sleep 0.1; done

serve() {
  "${fraud[@]}" serve --no-feed --kafka "$broker" --data "$work" --urls http://127.0.0.1:8123 --set Kafka:SessionTimeout=00:00:02 >>"$work/serve" 2>&1 &
  service=$!
}

serve
"${fraud[@]}" replay "$data" --kafka "$broker" --limit "$payments" --max-in-flight 40000 --wait 00:02:00 >"$work/replay" 2>&1 &
replay=$!
for round in 1 2 3; do
  # Somewhere in the round's quarter of the payments.
  goal=$((payments / 4 * (round - 1) + RANDOM % (payments / 4) + 1))
  until stored="$(sqlite3 "$work/fraud.db" 'select count(*) from transactions' 2>/dev/null)" && [ "$stored" -ge "$goal" ]; do sleep 0.02; done
  kill -9 "$service"
  wait "$service" 2>/dev/null || true
  echo "kill $round with $stored stored"
  serve
done
wait "$replay" || { tail -3 "$work/replay"; exit 1; }
tail -1 "$work/replay"
kill -TERM "$service"
wait "$service" || true
sqlite3 -header -column "$work/fraud.db" "
  attach '$work/fraud-journal.db' as pages;
  select (select count(*) from transactions) as results,
         (select count(distinct transaction_id) from transactions) as distinct_ids,
         (select sum(next_offset) from shards) as offsets,
         (select count(*) from transactions where decision > 0) as flagged,
         (select sum(sequence) from shards) as pages,
         (select sum(position) from reader_positions where reader = 'alerts') as pages_sent"
timeout 20 kcat -b "$broker" -t fraud_alerts -C -e -q -f '%k %h\n' >"$work/alerts" 2>/dev/null || true
echo "alerts read from Kafka: $(wc -l <"$work/alerts"), distinct ids: $(grep -o 'alert_id=[^ ]*' "$work/alerts" | sort -u | wc -l)"
[ "$(sqlite3 "$work/fraud.db" 'select count(*) from transactions')" = "$payments" ] || { echo "results differ from inputs" >&2; exit 1; }
