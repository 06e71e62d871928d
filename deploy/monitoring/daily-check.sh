#!/usr/bin/env bash
# What production data say of the model in service: daily-check.sh [http://node:8000]
# Live precision and recall from labels beside those of the model's test days, the newest payments beside the training's
# distributions, and the alarms that are raised. Exit code 1 while there are any, so that whoever runs it is told.
# FRAUD_API_KEY is a key with the scopes analyst and score. With RETRAIN=true (and the scope admin) an alarm asks for a new
# version trained from the store: it has to beat the one in service, and nothing has to be restarted. Services with
# Retraining:Enabled do that by themselves.
set -uo pipefail
url="${1:-http://127.0.0.1:8000}"
fraud="${FRAUD:-fraud}"

date -u +'%Y-%m-%d %H:%M:%SZ'
$fraud drift report --url "$url" --strict
alarm=$?
if [ "$alarm" -ne 0 ] && [ "${RETRAIN:-false}" = true ]; then
  # 409: one is being trained already. The key goes by the standard input: other users can read arguments.
  printf '%s\n' 'header = "Content-Type: application/json"' ${FRAUD_API_KEY:+"header = \"X-API-Key: $FRAUD_API_KEY\""} |
    curl -sS --config - -o /dev/null -w 'retraining asked for: %{http_code}\n' -d '{"from":"store"}' "$url/train"
fi
exit "$alarm"
