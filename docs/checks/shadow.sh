#!/usr/bin/env bash
# Answers over HTTP with 0, 1 and 3 shadows, and the scoring stage against bare ONNX Runtime. Under 90 s.
cd "$(dirname "$0")/../.."
F=Fraud.Cli/bin/Release/net10.0/fraud.dll
W=$(mktemp -d)
for v in 2 3 4; do mkdir -p "$W/models/$v"; cp models/payments/1/model.onnx $W/models/$v/; sed -E "s/\"version\": \"[0-9]+\"/\"version\": \"$v\"/" models/payments/1/manifest.json > $W/models/$v/manifest.json; done
for round in 1 2; do
for n in 0 1 3; do
  args=(); for ((i=0;i<n;i++)); do args+=(--set Scoring:Shadows:$i=$W/models/$((i+2))); done
  dotnet $F serve --urls http://127.0.0.1:18155 --set Storage:SqliteFile=$W/$round-$n.db --set Overload:RatePerSecond=0 "${args[@]}" > $W/serve-$round-$n.log 2>&1 &
  pid=$!
  for i in $(seq 100); do curl -sf http://127.0.0.1:18155/health/ready > /dev/null && break; sleep 0.1; done
  echo "== round $round shadows $n"
  dotnet $F load --url http://127.0.0.1:18155/predict --rate ${RATE:-1000} --warmup 2s --duration 6s --connections 32 --cards 5000 --json | tr ',' '\n' | grep -E 'p50|p99|p_?50|p_?99|rate|fail|error|ok|mean' 
  curl -s http://127.0.0.1:18155/metrics | grep -E '^fraud_shadow' 
  kill -TERM $pid; wait $pid 2>/dev/null
done; done
