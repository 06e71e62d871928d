#!/usr/bin/env bash
# Says something in the Slack channel whose webhook is in SLACK_WEBHOOK; without one only here:  deploy/notify.sh TEXT
# CI tells of what failed with it. Alarms go by Alertmanager: deploy/monitoring/try-alarms.sh shows whether they arrive.
set -euo pipefail
text="${1:?notify.sh: expected what to say}"
printf '%s\n' "$text"
[ -n "${SLACK_WEBHOOK:-}" ] || { echo "notify.sh: SLACK_WEBHOOK is not set; no one was told" >&2; exit 0; }
quoted="${text//\\/\\\\}"
quoted="${quoted//\"/\\\"}"
curl --silent --show-error --fail --max-time 10 -H 'Content-Type: application/json' --data "{\"text\":\"${quoted//$'\n'/\\n}\"}" "$SLACK_WEBHOOK" >/dev/null
