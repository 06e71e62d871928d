#!/usr/bin/env bash
# Retraining restores quality: docs/checks/retrain.sh handbook_transactions.csv.gz
# A model learns from April and May, serves, and on June 11th all amounts treble. What it scored is trained from the store,
# judged against it, promoted by the service itself, and serves the weeks after. Prints the gate's reports and, for those
# last weeks, what the old model would have done. Fails unless quality fell and came back. About three minutes.
set -euo pipefail
file="$(realpath "$1")"
cd "$(dirname "$0")/../.."
fraud="${FRAUD:-dotnet $PWD/Fraud.Cli/bin/Release/net10.0/fraud.dll}"
work="$(mktemp -d)"
url=http://127.0.0.1:8198
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# Every second card, so that it takes minutes; from June 11th (unix 1528675200) on amounts are three times what they were.
zcat "$file" | awk -F, -v OFS=, 'NR == 1 { print; next } $3 % 2 == 0 { if ($2 >= 1528675200) $5 = sprintf("%.2f", $5 * 3); print }' >"$work/all.csv"
awk -F, 'NR == 1 || $2 < 1532390400' "$work/all.csv" >"$work/first.csv"                     # to July 23rd
awk -F, 'NR == 1 || ($2 >= 1532390400 && $2 < 1534809600)' "$work/all.csv" >"$work/then.csv" # to August 20th

cd "$work"
$fraud train --data all.csv --out models/payments/1 --train-from 2018-05-01 --train-days 21 --keep-known-cards --json >train.json 2>train.log
export Scoring__Model="$work/models/payments" Training__WorkFolder="$work/jobs" Retraining__TrainDays=21 Retraining__GateDays=7
Retraining__AutoPromote=true $fraud serve --no-feed --data "$work/data" --urls $url >serve.log 2>&1 &
for _ in $(seq 120); do
  curl -sf $url/health/ready >ready && break
  sleep 0.5
done
broker="$(grep -oE 'broker at [0-9.]+:[0-9]+' serve.log | head -1 | grep -oE '[0-9.]+:[0-9]+$')"
$fraud replay first.csv --kafka "$broker" 2>replay.log

echo; echo "## Before the drift (as of June 10th; aside, nothing is staged)"; echo
cp -r models aside
Retraining__GateMinGain=1 $fraud retrain --data data --model aside/payments --work jobs-aside --as-of 2018-06-10T12:00:00Z --train-days 14 --json >before.json 2>before.log
jq -r '"champion, \(.report.window.gate_from) and 6 days after: average precision \(.report.gate.champion.average_precision * 1e4 | round / 1e4)"' before.json

echo; echo "## After it: POST /train {\"from\":\"store\"}"; echo
id="$(curl -sf $url/train -H 'Content-Type: application/json' -d '{"from":"store"}' | jq -r .job_id)"
for _ in $(seq 360); do
  curl -sf "$url/train/$id" >job.json
  [ "$(jq -r .status job.json)" = running ] || break
  sleep 0.5
done
curl -sf "$url/train/$id/report" || cat job.json
sleep 2
echo; echo "in service: version $(curl -sf $url/model/info | jq -r .version)"

$fraud replay then.csv --kafka "$broker" 2>>replay.log
echo; echo "## The weeks after, served by version 2 (before), and what version 1 would have done (after)"; echo
$fraud backtest --store data --model models/payments/1 --from 2018-07-25 --to 2018-08-12 | tee backtest.txt

jq -en --slurpfile before before.json --slurpfile job job.json '
  ($before[0].report.gate.champion.average_precision) as $usual | $job[0].report.gate as $gate
  | $gate.champion.average_precision < $usual - 0.1 and $gate.is_passed and $gate.challenger.average_precision > $gate.champion.average_precision + 0.1' >/dev/null \
  && [ "$(curl -sf $url/model/info | jq -r .version)" = 2 ] && echo "ok: quality fell, and came back" || { echo "not as it should be" >&2; exit 1; }
