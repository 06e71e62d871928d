#!/usr/bin/env bash
# A service that drifts helps itself: docs/checks/drift-retrain.sh handbook_transactions.csv.gz
# A model of three weeks of May serves a fresh store from April on. On June 11th all amounts treble. Nobody asks for anything:
# drift raises its alarm, retraining starts by it and again after its cooldown, until a version passes the gate and is
# promoted. Prints what was alarming before and after, and every job. Fails unless it went so. Two minutes on two free cores.
set -euo pipefail
file="$(realpath "$1")"
cd "$(dirname "$0")/../.."
fraud="${FRAUD:-dotnet $PWD/Fraud.Cli/bin/Release/net10.0/fraud.dll}"
work="$(mktemp -d)"
url=http://127.0.0.1:18299
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# Every second card, so that it takes minutes; from June 11th (unix 1528675200) on amounts are three times what they were.
zcat "$file" | awk -F, -v OFS=, 'NR == 1 { print; next } $3 % 2 == 0 { if ($2 >= 1528675200) $5 = sprintf("%.2f", $5 * 3); print }' >"$work/all.csv"
awk -F, 'NR == 1 || $2 < 1528675200' "$work/all.csv" >"$work/usual.csv"
awk -F, 'NR == 1 || ($2 >= 1528675200 && $2 < 1534809600)' "$work/all.csv" >"$work/drifted.csv" # to August 20th
awk -F, 'NR == 1 || ($2 >= 1534809600 && $2 < 1535414400)' "$work/all.csv" >"$work/then.csv"    # a week more

cd "$work"
$fraud train --data all.csv --out models/payments/1 --train-from 2018-05-01 --train-days 21 --keep-known-cards --json >train.json 2>train.log
# Distributions alone are the reason here: labels of a replay come at once, and would say it sooner.
export Scoring__Model="$work/models/payments" Training__WorkFolder="$work/jobs" Drift__QualityCases=1000000
Retraining__Enabled=true Retraining__DriftThreshold=0.1 Retraining__Interval=00:00:00 Retraining__PollInterval=00:00:01 \
  Retraining__Cooldown=00:00:20 Retraining__TrainDays=21 Retraining__AutoPromote=true \
  $fraud serve --no-feed --data "$work/data" --urls $url >serve.log 2>&1 &
for _ in $(seq 120); do
  curl -sf $url/health/ready >ready && break
  sleep 0.5
done
broker="$(grep -oE 'broker at [0-9.]+:[0-9]+' serve.log | head -1 | grep -oE '[0-9.]+:[0-9]+$')"
say() {
  curl -sf $url/api/v1/drift >drift.json
  jq -r '"model version \(.model_version), \(.status), data_drift_score \(.data_drift_score), \(.payments) payments looked at
alarms: \([.alarms[] | "\(.subject) (\(.measure) \(.value))"] | if length == 0 then "none" else join(", ") end)
without enough history: \([.distributions[] | select(.waits_for_history) | .subject] | length)"' drift.json
}

echo; echo "## Before the drift, at June 10th"; echo
$fraud replay usual.csv --kafka "$broker" 2>replay.log
say
echo "jobs: $(curl -sf $url/train | jq '.jobs | length')"
usual="$(jq .data_drift_score drift.json)"

echo; echo "## Ten weeks of trebled amounts"; echo
$fraud replay drifted.csv --kafka "$broker" 2>>replay.log
# A job that began too early learned from days before the drift, as labels take a week. Retraining goes on by itself.
for _ in $(seq 1200); do
  [ "$(curl -sf $url/train | jq '[.jobs[] | select(.staged_in and .report.window.train_from > "2018-06-11")] | length')" = 0 ] || break
  sleep 0.5
done
grep -oE 'Drift alarm: .*' serve.log | sed -E 's/: distributed otherwise.*//' | head -8
echo
curl -sf $url/train | jq -r '.jobs | reverse | .[] | "\(.trigger), trained from \(.report.window.train_from // "-"): \(.status), \(if .staged_in then "in " + .staged_in else "refused" end): \(.report.gate.reason // .error // "")"'

echo; echo "## A week later"; echo
$fraud replay then.csv --kafka "$broker" 2>>replay.log
say
jq -en --argjson usual "$usual" --slurpfile drift drift.json '$usual < 0.1 and $drift[0].model_version != "1" and $drift[0].data_drift_score < 0.1' >/dev/null \
  && echo "ok: it drifted, was trained anew, and drifts no more" || { echo "not as it should be" >&2; exit 1; }
