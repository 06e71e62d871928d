#!/usr/bin/env bash
# A payment in, its alert out. First argument: the broker.
set -euo pipefail
broker="${1:?say the broker: host:port}"
id="kcat-$(date +%s)-$$"

# The key is the card: all payments of a card go to one partition, in order. murmur2_random is what Kafka's own
# clients use; kcat's own default would put the card elsewhere.
echo "{\"transaction_id\":\"$id\",\"card_id\":\"card-$id\",\"terminal_id\":\"terminal-1\",\"amount\":950.00}" |
  kcat -b "$broker" -P -t transactions -k "card-$id" -X topic.partitioner=murmur2_random

# Alerts leave at least once, each with a stable id.
for _ in $(seq 60); do
  if kcat -b "$broker" -C -t fraud_alerts -o beginning -e -q 2>/dev/null | grep -F "alert-$id"; then exit 0; fi
  sleep 0.5
done
echo "no alert for $id within 30 s" >&2
exit 1
