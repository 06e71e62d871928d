#!/usr/bin/env bash
# Three nodes against one on the same machine: docs/checks/nodes.sh handbook_transactions.csv.gz
# PostgreSQL, broker and feeder run beside them. Prints the feeder's rate, and each node's share.
set -euo pipefail
file="$(realpath "$1")"
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
chmod 755 "$work"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

for nodes in 1 3; do
  $fraud cluster up --nodes "$nodes" --no-feed --data "$work/$nodes" >"$work/$nodes.log" 2>&1 &
  cluster=$!
  broker=""
  for _ in $(seq 120); do
    broker="$(grep -iE '^ *kafka|broker' "$work/$nodes.log" | grep -oE '(127.0.0.1|localhost):[0-9]+' | head -1 || true)"
    [ -n "$broker" ] && break
    sleep 0.5
  done
  # The last node's join moves shards once more.
  sleep 15
  echo "== $nodes"
  $fraud replay "$file" --kafka "$broker" --max-in-flight 40000 --limit 600000 2>"$work/feed.log" | tail -1
  $fraud cluster status --url http://127.0.0.1:8001 | sed -n "1,$((nodes + 3))p"
  for node in $(seq "$nodes"); do
    curl -s "http://127.0.0.1:800$node/metrics" | grep -E '^fraud_store_commit_payments_sum'
  done
  kill -TERM "$cluster"
  wait "$cluster" || true
done
