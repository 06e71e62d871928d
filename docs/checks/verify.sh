#!/usr/bin/env bash
# Serves recorded payments from Kafka, then computes the newest of them anew, offline, and compares features and
# scores bit by bit.  Usage: docs/checks/verify.sh HANDBOOK_CSV [payments] [rows compared]
set -euo pipefail
cd "$(dirname "$0")/../.."
data="$1"
payments="${2:-200000}"
rows="${3:-50000}"
fraud=(dotnet "${FRAUD:-Fraud.Cli/bin/Release/net10.0/fraud.dll}")
work="$(mktemp -d)"
trap 'kill -9 $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

"${fraud[@]}" broker >"$work/broker" &
for _ in $(seq 100); do
  broker="$(grep -soE '127.0.0.1:[0-9]+' "$work/broker")" && break
  sleep 0.1
done
"${fraud[@]}" serve --no-feed --kafka "$broker" --data "$work" --urls http://127.0.0.1:8127 --set Kafka:SessionTimeout=00:00:02 >"$work/serve" 2>&1 &
service=$!
"${fraud[@]}" replay "$data" --kafka "$broker" --limit "$payments" --max-in-flight 40000 --wait 00:01:00 | tail -1
kill -TERM "$service"
wait "$service" || true
"${fraud[@]}" verify --data "$work" --rows "$rows"
