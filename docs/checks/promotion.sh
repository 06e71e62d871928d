#!/usr/bin/env bash
# Promotion and rollback under load: docs/checks/promotion.sh [requests a second] [serve options]
# One service on embedded defaults and the load client on this machine. Prints what the client counted, and how long the
# old version went on answering after each command.
set -euo pipefail
rate="${1:-5000}"
shift || true
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# The newest version once more under the next number: it scores the same, and its answers name another version.
old="$(ls models/payments | grep -E '^[0-9]+$' | sort -n | tail -1)"
new=$((old + 1))
cp -r "models/payments/$old" "$work/$new"
sed -i "0,/\"version\": \"$old\"/s//\"version\": \"$new\"/" "$work/$new/manifest.json"

$fraud serve --no-feed --data "$work/data" --urls http://127.0.0.1:8198 --set Overload:RatePerSecond=0 "$@" >"$work/serve.log" 2>&1 &
for _ in $(seq 120); do
  curl -sf http://127.0.0.1:8198/health/ready >"$work/ready" && break
  sleep 0.5
done
$fraud models register "$work/$new" --data "$work/data"
$fraud load --url http://127.0.0.1:8198/predict --rate "$rate" --warmup 6s --duration 20s --versions --json >"$work/load.json" &
load=$!
sleep 13
date +%s.%N >"$work/promote"
$fraud models promote payments "$new" --data "$work/data"
date +%s.%N >>"$work/promote"
sleep 5
date +%s.%N >"$work/rollback"
$fraud models rollback payments --data "$work/data"
date +%s.%N >>"$work/rollback"
wait "$load"

python3 - "$work" <<'PY'
import datetime, json, sys
work = sys.argv[1]
report = json.load(open(f"{work}/load.json"))
versions = report["versions"]
print(f"{report['offered']} requests due at the rate: {report['accepted']['count']} answered 200, {report['shed']['count']} shed, "
      f"{report['failed']['count']} failed, {report['unanswered']['count']} unanswered, {report['unsent']} unsent")
print(f"p50 {report['accepted']['p50_ms']} ms, p99 {report['accepted']['p99_ms']} ms, longest {report['accepted']['max_ms']} ms")
print(f"the version changed {versions['fewest_changes']} to {versions['most_changes']} times on each connection")
at = lambda text: datetime.datetime.fromisoformat(text).timestamp()
for step in versions["steps"]:
    print(f"  version {step['version']}: {step['answers']} answers, {step['first'][11:23]} to {step['last'][11:23]}")
for name, before, after in zip(("promote", "rollback"), versions["steps"], versions["steps"][1:]):
    started, ended = map(float, open(f"{work}/{name}"))
    print(f"{name}: the last old answer {at(before['last']) - started:.2f} s after the command began and {at(before['last']) - ended:.2f} s "
          f"after it ended; old and new overlapped by {max(0, at(before['last']) - at(after['first'])) * 1000:.1f} ms")
failed = report["offered"] - report["accepted"]["count"]
sys.exit(0 if failed == 0 and (versions["fewest_changes"], versions["most_changes"]) == (2, 2) else 1)
PY
