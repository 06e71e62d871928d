#!/usr/bin/env bash
# Whether alarms arrive: raises one in Alertmanager, as Prometheus would, and takes it back:  try-alarms.sh [http://127.0.0.1:9093]
# It is critical, so it goes to the pager and to the channel (deploy/alertmanager/alertmanager.yml); tell the one on call before.
# The text is ContactPointTest. TRY_ALARMS_SECONDS: how long it lasts (60, above Alertmanager's group_wait of 20 s); when it is over both
# are told that it is resolved. Exit code 0 when Alertmanager took it; whether it arrived is seen where it should arrive.
set -euo pipefail
url="${1:-http://127.0.0.1:9093}"
seconds="${TRY_ALARMS_SECONDS:-60}"
[[ "$seconds" =~ ^[1-9][0-9]{0,3}$ ]] || { echo "TRY_ALARMS_SECONDS: expected 1 to 9999 seconds" >&2; exit 2; }
ends="$(date -u -d "+$seconds seconds" +%Y-%m-%dT%H:%M:%SZ)"
curl --silent --show-error --fail-with-body --max-time 10 -H 'Content-Type: application/json' "$url/api/v2/alerts" --data "[{
  \"labels\": {\"alertname\": \"ContactPointTest\", \"severity\": \"critical\"},
  \"annotations\": {\"summary\": \"A test: nothing is wrong\", \"runbook\": \"docs/runbook.md#do-alarms-get-through\"},
  \"endsAt\": \"$ends\"}]"
echo "try-alarms.sh: raised ContactPointTest, which ends at $ends"
