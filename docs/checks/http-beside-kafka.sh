#!/usr/bin/env bash
# HTTP's latency while Kafka runs flat out: docs/checks/http-beside-kafka.sh handbook_transactions.csv.gz [serve options]
# Service on embedded defaults, feeder and load client on this machine. Prints two tables of the load client, before Kafka's
# payments come and beside them, and the feeder's rate. What the first shows is the machine's, not Kafka's. WARMUP=7s.
set -euo pipefail
file="$(realpath "$1")"
shift
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

$fraud serve --no-feed --data "$work/data" --urls http://127.0.0.1:8199 "$@" >"$work/serve.log" 2>&1 &
for _ in $(seq 120); do
  curl -sf http://127.0.0.1:8199/health/ready >"$work/ready" && break
  sleep 0.5
done
broker="$(grep -oE 'broker at [0-9.]+:[0-9]+' "$work/serve.log" | head -1 | grep -oE '[0-9.]+:[0-9]+$')"
load=($fraud load --url http://127.0.0.1:8199/predict --rate 200 --connections 16 --quiet)
echo "Kafka idle:"
"${load[@]}" --warmup 4s --duration 13s
$fraud replay "$file" --kafka "$broker" --max-in-flight 40000 >"$work/replay.log" 2>&1 &
feeder=$!
sleep 3
echo "Kafka flat out:"
"${load[@]}" --warmup "${WARMUP:-7s}" --duration 13s
kill -TERM "$feeder"
wait "$feeder" || true
tail -1 "$work/replay.log"
