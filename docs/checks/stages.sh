#!/usr/bin/env bash
# What shares a call of the model and a transaction, and on which threads: docs/checks/stages.sh [SECONDS]
# Service on SQLite and load client on this machine: 200 requests/s for SECONDS (10), then as fast as 64 connections are answered. Of each:
# payments in a call of the model and in a transaction, on average. Under the second load the stacks of the model's and the store's
# threads, where dotnet-stack is on the PATH (dotnet tool install -g dotnet-stack), and what each thread used.
set -euo pipefail
seconds="${1:-10}"
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
url=http://127.0.0.1:8199

$fraud serve --no-welcome --no-feed --data "$work/data" --urls "$url" --set Overload:RatePerSecond=0 >"$work/serve.log" 2>&1 &
service=$!
for _ in $(seq 120); do
  curl -sf "$url/health/ready" >"$work/ready" && break
  sleep 0.5
done

counts() { curl -s "$url/metrics" | grep -E '^fraud_(store_commit|model_call)_payments_(sum|count)' | sort; }
load() {
  local name="$1"
  shift
  counts >"$work/before"
  $fraud load --url "$url/predict" --quiet --json --duration "${seconds}s" "$@" >"$work/load"
  counts >"$work/after"
  join "$work/before" "$work/after" | awk -v name="$name" '
    { sub(/_payments/, "", $1); grown[$1] = $3 - $2 }
    END {
      printf "%s: %.1f payments in a call of the model (%d calls), %.1f in a transaction (%d)\n", name,
        grown["fraud_model_call_sum"] / grown["fraud_model_call_count"], grown["fraud_model_call_count"],
        grown["fraud_store_commit_sum"] / grown["fraud_store_commit_count"], grown["fraud_store_commit_count"]
    }'
}

# Series begin with their first value.
$fraud load --url "$url/predict" --quiet --json --rate 50 --connections 4 --duration 1s >"$work/load"
load "200 requests/s" --rate 200 --connections 64
(
  sleep $((seconds / 2))
  command -v dotnet-stack >/dev/null || exit 0
  for _ in $(seq 40); do
    dotnet-stack report --process-id "$service" >"$work/stack" 2>&1 || true
    # A thread is shown by what it has on its stack.
    awk -v RS= '/ScoreFlow.Apply/ { print > "'"$work/model"'" } /PersistenceFlow.Apply/ { print > "'"$work/store"'" }' "$work/stack"
  done
) &
dumps=$!
load "flat out, 64 connections" --rate 0 --connections 64
wait "$dumps"
echo "processor time by thread, ms:"
for task in /proc/"$service"/task/*; do
  echo "$(awk '{ print ($14 + $15) * 10 }' "$task/stat") $(cat "$task/comm")"
done | sort -rn | head -8
for stage in model store; do
  if [ -s "$work/$stage" ]; then
    task="$(($(grep -oE '0x[0-9A-F]+' "$work/$stage" | head -1)))"
    echo "the $stage, on thread '$(cat "/proc/$service/task/$task/comm")':"
    grep -E 'OnnxRuntime|Fraud\.Stream' "$work/$stage" | head -12
  fi
done
