#!/usr/bin/env bash
# What overload does to the front door: docs/checks/overload.sh [SECONDS]
# Service on SQLite, broker and load client on this machine. First what it answers at 64 connections; then three times that, from two
# clients of 2,000 connections each, where the gate lets 1,000 payments wait, for SECONDS (60): both tables (open loop: times count from when a
# request was due), what the service itself made callers wait, resident memory each five seconds, one refusal's head, and what is stored against what was accepted.
set -euo pipefail
seconds="${1:-60}"
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
url=http://127.0.0.1:8199

$fraud serve --no-welcome --no-feed --data "$work/data" --urls "$url" --set Overload:RatePerSecond=0 --set Overload:QueueCapacity=1000 >"$work/serve.log" 2>&1 &
service=$!
for _ in $(seq 120); do
  curl -sf "$url/health/ready" >"$work/ready" && break
  sleep 0.5
done
load() { $fraud load --url "$url/predict" --quiet --json "$@"; }
field() { python3 -c 'import json, sys; print(int(json.load(open(sys.argv[1]))[sys.argv[2]]["count"]))' "$@"; }

load --rate 0 --connections 64 --warmup 5s --duration 10s >"$work/capacity"
capacity="$(($(field "$work/capacity" accepted) / 10))"
echo "answered at 64 connections: $capacity/s; sent for $seconds s: $((3 * capacity))/s"
# What the warm-up and the client itself left is not what is counted below.
before="$(sqlite3 "$work/data/fraud.db" 'SELECT count(*) FROM transactions')"
(
  for _ in $(seq $((seconds / 5))); do
    sleep 5
    awk '/VmRSS/ { printf "%d ", $2 / 1024 }' "/proc/$service/status"
  done >"$work/memory"
) &
sampler=$!
(
  sleep $((seconds / 2))
  for attempt in $(seq 2000); do
    curl -s -o "$work/body" -D "$work/head" -H 'Content-Type: application/json' "$url/predict" \
      -d "{\"transaction_id\":\"probe-$attempt\",\"card_id\":\"card-1\",\"terminal_id\":\"t\",\"amount\":1.0,\"currency\":\"EUR\"}" || true
    grep -q ' 503' "$work/head" && break
  done
) &
prober=$!
clients=()
for client in 1 2; do
  $fraud load --url "$url/predict" --quiet --rate "$((3 * capacity / 2))" --connections 2000 --duration "${seconds}s" >"$work/load.$client" &
  clients+=($!)
done
wait "${clients[@]}" "$sampler" "$prober"
cat "$work"/load.*
echo "resident memory each 5 s, MB: $(cat "$work/memory")"
echo "a refusal: $(head -1 "$work/head" | tr -d '\r'), $(grep -i '^retry-after' "$work/head" | tr -d '\r')"
curl -s "$url/metrics" | grep -E '^fraud_http_wait_seconds_bucket' >"$work/waits"
python3 - "$work/waits" <<'PYTHON'
import re, sys
series = {}
for line in open(sys.argv[1]):
    labels, count = line.rsplit(" ", 1)
    outcome = re.search('outcome="([^"]*)"', labels)[1]
    series.setdefault(outcome, []).append((float(re.search('le="([^"]*)"', labels)[1].replace("+Inf", "inf")), float(count)))
for outcome, buckets in series.items():
    total = buckets[-1][1]
    print(f"the service's own wait, {outcome}: {total:,.0f}, p50 <= {1000 * next(le for le, n in buckets if n >= total / 2):g} ms, "
          f"p99 <= {1000 * next(le for le, n in buckets if n >= total * 0.99):g} ms")
PYTHON
curl -s "$url/metrics" | grep -E '^fraud_(store_commit|model_call)_payments_(sum|count)' || true
kill -TERM "$service"
wait "$service" || true
sqlite3 "$work/data/fraud.db" "SELECT (count(*) - $before) || ' stored (the probe''s ' || (SELECT count(*) FROM transactions WHERE transaction_id LIKE 'probe-%') || ' among them), ' || (count(*) - count(DISTINCT transaction_id)) || ' twice' FROM transactions"
