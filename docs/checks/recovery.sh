#!/usr/bin/env bash
# How long shards with many cards take to come back after kill -9: docs/checks/recovery.sh [CUSTOMERS] [PAYMENTS] [SHARDS]
# Broker, service on SQLite and feeder on this machine; six shards. Prints what each shard's recovery logged, and what is stored.
set -euo pipefail
customers="${1:-1000000}"
payments="${2:-2000000}"
shards="${3:-6}"
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

serve() {
  $fraud serve --no-welcome --no-feed --data "$work/data" --urls http://127.0.0.1:8199 --kafka "$broker" \
    --set Cluster:MaxCardsInMemory=1500000 --set Kafka:Partitions="$shards" >"$work/serve.log" 2>&1 &
  service=$!
}
ready() {
  for _ in $(seq 600); do
    curl -sf http://127.0.0.1:8199/health/ready >"$work/ready" && return
    sleep 0.1
  done
  echo "recovery: the service did not become ready" >&2
  exit 1
}

$fraud broker --partitions "$shards" >"$work/broker.log" 2>&1 &
broker=""
for _ in $(seq 60); do
  broker="$(grep -oE '[0-9.]+:[0-9]+' "$work/broker.log" | head -1 || true)"
  [ -n "$broker" ] && break
  sleep 0.5
done
serve
ready
$fraud simulate --kafka "$broker" --rate 0 --customers "$customers" --terminals 100000 --count "$payments" --no-labels \
  --max-in-flight "$((6667 * shards))" 2>"$work/feed.log"
kill -9 "$service"
wait "$service" 2>/dev/null || true
started="$(date +%s.%N)"
serve
ready
echo "ready $(echo "$(date +%s.%N) - $started" | bc) s after the start"
sleep 2
grep recovered "$work/serve.log"
sqlite3 "$work/data/fraud.db" \
  "SELECT count(*) || ' stored, ' || count(DISTINCT transaction_id) || ' distinct, ' || count(DISTINCT card_id) || ' cards' FROM transactions"
