#!/usr/bin/env bash
# Every common call with curl. First argument: the service (default http://127.0.0.1:8000).
set -euo pipefail
service="${1:-http://127.0.0.1:8000}"
id="curl-$(date +%s)-$$"

# --retry obeys Retry-After of 429 and 503.
call() {
  curl -sS --retry 4 --max-time 30 ${FRAUD_API_KEY:+-H "X-API-Key: $FRAUD_API_KEY"} -H 'Content-Type: application/json' "$@"
  echo
}

echo "# a payment"
call "$service/predict" -d "{\"transaction_id\":\"$id\",\"card_id\":\"card-1\",\"terminal_id\":\"terminal-1\",\"amount\":950.00,\"currency\":\"EUR\"}"

echo "# the same again: the stored answer"
call "$service/predict" -d "{\"transaction_id\":\"$id\",\"card_id\":\"card-1\",\"terminal_id\":\"terminal-1\",\"amount\":950.00,\"currency\":\"EUR\"}"

echo "# a batch, of which one is wrong"
call "$service/predict/batch" -d "{\"batch_id\":\"$id\",\"transactions\":[{\"transaction_id\":\"$id-1\",\"card_id\":\"card-2\",\"amount\":12.5},{\"amount\":\"many\"}]}"

echo "# it was fraud"
call "$service/labels" -d "[{\"transaction_id\":\"$id\",\"is_fraud\":true}]"

echo "# a mistake, and what the service says of it"
call "$service/predict" -d '{"amount":-1}'

echo "# how the service is"
call "$service/health"
