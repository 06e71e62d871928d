#!/usr/bin/env bash
# Three nodes flat out, and nothing is killed: docs/checks/steady.sh [MINUTES]
# PostgreSQL, broker, feeder and load client run on the same machine. For MINUTES (30) Kafka's payments come as fast as they are stored, while 16
# connections ask the first node for answers. Prints what feeder and client saw, what the nodes committed, how often one took another for
# unreachable, how often one was downed, quarantined or ended, and the machine's load each minute.
set -euo pipefail
minutes="${1:-30}"
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
chmod 755 "$work"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

$fraud cluster up --nodes 3 --no-feed --data "$work/data" --set Overload:RatePerSecond=0 >"$work/cluster.log" 2>&1 &
broker=""
for _ in $(seq 240); do
  broker="$(grep -iE '^ *kafka|broker' "$work/cluster.log" | grep -oE '(127.0.0.1|localhost):[0-9]+' | head -1 || true)"
  [ -n "$broker" ] && curl -sf http://127.0.0.1:8003/health/ready >"$work/ready" && break
  sleep 0.5
done
# The last node's join moves shards once more.
sleep 15
before="$(wc -l <"$work/cluster.log")"
$fraud load --url http://127.0.0.1:8001/predict --rate 0 --connections 16 --quiet --duration "${minutes}m" >"$work/load" 2>&1 &
client=$!
(
  for _ in $(seq "$minutes"); do
    sleep 60
    cut -d' ' -f1 /proc/loadavg >>"$work/loads"
  done
) &
sampler=$!
$fraud simulate --rate 0 --duration "${minutes}m" --kafka "$broker" --max-in-flight 40000 --no-labels --json >"$work/feed" 2>"$work/feed.log" || cat "$work/feed.log"
wait "$client" "$sampler" || true
echo "== over Kafka"
cat "$work/feed"
echo "== over HTTP"
cat "$work/load"
echo "== nodes"
$fraud cluster status --url http://127.0.0.1:8001
for node in 1 2 3; do
  curl -s "http://127.0.0.1:800$node/metrics" | grep -E '^fraud_store_commit_payments_sum'
done
tail -n "+$((before + 1))" "$work/cluster.log" >"$work/while"
echo "lines that name an unreachable node: $(grep -ci 'unreachable' "$work/while" || true)"
echo "lines that name a node as downed, quarantined or ended: $(grep -ciE 'downed|quarantin|ended' "$work/while" || true)"
grep -iE 'unreachable|downed|quarantin|ended' "$work/while" | head -20 || true
echo "load of the machine each minute: $(tr '\n' ' ' <"$work/loads")"
