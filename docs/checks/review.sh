#!/usr/bin/env bash
# The review page in a real browser: docs/checks/review.sh [folder for pictures]
# One service on embedded defaults that reviews every payment, two keys, and a headless Chromium (Debian package chromium) that
# signs in, decides, meets a colleague, loses the service and finds it again. Prints each step; exits 1 at the first that fails.
set -euo pipefail
pictures="$(realpath -m "${1:-/tmp/review-pictures}")"
cd "$(dirname "$0")/../.."
command -v chromium >/dev/null || { echo "chromium is missing: install the package 'chromium'"; exit 1; }
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
service=0 steps=0
stop() { if [ "$service" != 0 ]; then kill -TERM "$service" && wait "$service" || true; service=0; fi; }
trap 'if [ "$steps" != 0 ]; then kill "$steps" 2>/dev/null || true; fi; stop; rm -rf "$work"' EXIT
mkdir -p "$pictures"

start() {
  $fraud serve --no-feed --no-welcome --data "$work/data" --urls http://127.0.0.1:8197 \
    --set Scoring:ReviewThreshold=0 --set Scoring:BlockThreshold=0.01 --set Overload:RatePerSecond=0 >>"$work/serve.log" 2>&1 &
  service=$!
  for _ in $(seq 240); do
    curl -sf http://127.0.0.1:8197/health/ready >"$work/ready" && return
    sleep 0.25
  done
  cat "$work/serve.log"
  exit 1
}

export FRAUD_SCORE_KEY FRAUD_ANALYST_KEY FRAUD_COLLEAGUE_KEY
FRAUD_SCORE_KEY="$($fraud keys create --name gateway --scope score --data "$work/data" | head -1)"
FRAUD_ANALYST_KEY="$($fraud keys create --name night-desk --scope analyst --data "$work/data" | head -1)"
FRAUD_COLLEAGUE_KEY="$($fraud keys create --name colleague --scope analyst --data "$work/data" | head -1)"
start
# The browser's part asks for the service to go and to come back by what it prints.
node docs/checks/review.mjs http://127.0.0.1:8197 "$work" "$pictures" > >(tee "$work/steps") &
steps=$!
until grep -q '^stop the service' "$work/steps" 2>/dev/null; do kill -0 "$steps" 2>/dev/null || { wait "$steps"; exit 1; }; sleep 0.1; done
stop
start
wait "$steps"
if grep -q 'fraud_[0-9a-f]\{12\}_' "$work/serve.log"; then echo "a key is in the log"; exit 1; fi
echo "all steps passed; pictures are in $pictures"
