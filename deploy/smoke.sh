#!/usr/bin/env bash
# Whether a service that runs does what it is for:  deploy/smoke.sh [URL]      (http://127.0.0.1:8000)
# Environment: FRAUD_API_KEY, a key that may score and read metrics (scopes score and metrics); PROMETHEUS_URL, to see that Prometheus reaches all it asks.
# Changes nothing but that one payment of card smoke-test is scored. Exit code 0 when all is well.
set -euo pipefail
url="${1:-http://127.0.0.1:8000}"
key=()
[ -z "${FRAUD_API_KEY:-}" ] || key=(-H "X-API-Key: $FRAUD_API_KEY")
ask() { curl --silent --show-error --fail-with-body --max-time 10 "$@"; }
wrong() { printf 'smoke: %s\n' "$*" >&2; exit 1; }

answer="$(ask "$url/health")" || wrong "$url/health: ${answer:-no answer}"
[[ "$answer" == *'"healthy"'* ]] || wrong "$url/health: $answer"
answer="$(ask "$url/health/ready")" || wrong "$url/health/ready: ${answer:-no answer}"

payment="{\"transaction_id\":\"smoke-$(date +%s)-$$\",\"card_id\":\"smoke-test\",\"terminal_id\":\"smoke-test\",\"amount\":1.00}"
answer="$(ask "${key[@]}" -H 'Content-Type: application/json' --data "$payment" "$url/predict")" || wrong "$url/predict: ${answer:-no answer}"
[[ "$answer" == *'"fraud_score":'* && "$answer" == *'"decision":'* ]] || wrong "$url/predict: $answer"

metrics="$(ask "${key[@]}" "$url/metrics")" || wrong "$url/metrics: no answer"
grep -q '^fraud_predictions_total{' <<<"$metrics" || wrong "$url/metrics: fraud_predictions_total is missing"

if [ -n "${PROMETHEUS_URL:-}" ]; then
  down="$(ask --get --data-urlencode 'query=up == 0' "$PROMETHEUS_URL/api/v1/query")" || wrong "$PROMETHEUS_URL does not answer"
  [[ "$down" == *'"result":[]'* ]] || wrong "Prometheus cannot reach: $down"
fi
echo "smoke: $url scores"
