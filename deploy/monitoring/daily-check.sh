#!/usr/bin/env bash
# What production data say of the model in service: daily-check.sh [http://node:8000]
# Live precision and recall from labels beside those of the model's test days, the newest payments beside the training's
# distributions, and the alarms that are raised. Exit code 0: none; 1: there are some; 2: nothing could be found out, and then
# nothing is asked for either. FRAUD_API_KEY is a key with the scopes analyst and score, or FRAUD_API_KEY_FILE a file with it.
# With RETRAIN=true (and the scope admin) an alarm asks for a new version trained from the store: it has to beat the one in
# service, and nothing has to be restarted. Services with Retraining:Enabled do that by themselves.
set -uo pipefail
url="${1:-http://127.0.0.1:8000}"
fraud="$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")/fraud"
if [ -n "${FRAUD_API_KEY_FILE:-}" ]; then
  FRAUD_API_KEY="$(cat "$FRAUD_API_KEY_FILE")" || { echo "daily-check.sh: FRAUD_API_KEY_FILE cannot be read" >&2; exit 2; }
  export FRAUD_API_KEY
fi

date -u +'%Y-%m-%d %H:%M:%SZ'
"$fraud" drift report --url "$url" --strict
code=$?
case "$code" in
  0) exit 0 ;;
  # The program's own for alarms. With any other it could not ask, or is not there at all.
  3) ;;
  *) echo "daily-check.sh: the service at $url could not be asked" >&2; exit 2 ;;
esac

if [ "${RETRAIN:-false}" = true ]; then
  # 409: one is being trained already. The key goes by the standard input: other users can read arguments.
  printf '%s\n' 'header = "Content-Type: application/json"' ${FRAUD_API_KEY:+"header = \"X-API-Key: $FRAUD_API_KEY\""} |
    curl -sS --config - -o /dev/null -w 'retraining asked for: %{http_code}\n' -d '{"from":"store"}' "$url/train"
fi
exit 1
