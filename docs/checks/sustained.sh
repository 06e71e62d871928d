#!/usr/bin/env bash
# A recorded file of payments through Kafka: the service with its rows, fed at the pace of its commits, against a consumer that only reads (kcat)
# behind the same feeder and broker, in turn. Usage: docs/checks/sustained.sh HANDBOOK_CSV [PAIRS]
# Prints payments a second of both, from the start of the feeder until the last is committed or read, and for the service until the last row is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
data="$1"
pairs="${2:-3}"
fraud=(dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll)
work="$(mktemp -d)"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
now() { date +%s.%N; }
rate() { echo "scale=3; t = $2 - $1; scale=0; $payments / t" | bc; }
stop() {
  kill -TERM "$@"
  wait "$@" || true
}
begin() {
  rm -rf "$work/data" "$work/broker"
  "${fraud[@]}" broker >"$work/broker" &
  server=$!
  for _ in $(seq 100); do
    broker="$(grep -soE '127.0.0.1:[0-9]+' "$work/broker")" && break
    sleep 0.1
  done
}
feed() { "${fraud[@]}" replay "$data" --kafka "$broker" --no-labels "$@" >"$work/replay" 2>&1; }
payments="$(($(gunzip -c "$data" | wc -l) - 1))"

for pair in $(seq "$pairs"); do
  begin
  "${fraud[@]}" serve --no-feed --no-welcome --kafka "$broker" --data "$work/data" --urls http://127.0.0.1:8127 >"$work/serve" 2>&1 &
  service=$!
  for _ in $(seq 120); do
    curl -sf http://127.0.0.1:8127/health/ready >"$work/ready" && break
    sleep 0.5
  done
  started="$(now)"
  feed --max-in-flight 40000 --wait 00:01:00
  committed="$(now)"
  until [ "$(curl -s http://127.0.0.1:8127/metrics | awk '/^fraud_rows_behind_payments/ { print $2 }')" = 0 ]; do sleep 0.05; done
  rows="$(now)"
  cpu="$(awk -v hz="$(getconf CLK_TCK)" -v n="$payments" '{ printf "%.1f", ($14 + $15) / hz * 1e6 / n }' "/proc/$service/stat")"
  stored="$(sqlite3 "$work/data/fraud.db" 'SELECT count(*) FROM transactions')"
  stop "$service"
  stop "$server"
  ours="$(rate "$started" "$committed")"

  begin
  begun="$(now)"
  feed --max-in-flight 0 --wait 0 &
  feeder=$!
  until kcat -q -L -b "$broker" -t transactions 2>"$work/kcat.log" | grep -q 'partition 0'; do sleep 0.1; done
  timeout 120 kcat -q -C -b "$broker" -t transactions -o beginning -c "$payments" >"$work/kcat" 2>"$work/kcat.log"
  ended="$(now)"
  wait "$feeder"
  stop "$server"
  bare="$(rate "$begun" "$ended")"
  echo "pair $pair: service $ours/s committed ($(echo "scale=2; $ours / $bare" | bc) of the bare consumer's $bare/s), $(rate "$started" "$rows")/s with the last row; $stored rows of $payments; $cpu us of the service's processor time a payment"
done
