#!/usr/bin/env bash
# A store that takes 200 ms for each commit: docs/checks/slow-store.sh [SECONDS]
# Service on a PostgreSQL of this check's own, in which a trigger sleeps in each transaction that moves heads; embedded broker; 300,000 payments over
# Kafka while HTTP asks 2,000/s for SECONDS (60). Prints how many partitions were paused each second, resident memory each five
# seconds, the client's table; then the trigger is dropped, and what is stored is compared with what was sent.
set -euo pipefail
seconds="${1:-60}"
payments=300000
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
chmod 755 "$work"
url=http://127.0.0.1:8199
bin="$(ls -d /usr/lib/postgresql/*/bin | tail -1)"
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; as "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

mkdir "$work/pg"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
as "$bin/initdb" -D "$work/pg/data" -U fraud -A trust >/dev/null
as "$bin/pg_ctl" -D "$work/pg/data" -o "-p 8198 -k $work/pg -c listen_addresses=127.0.0.1" -l "$work/pg/log" -w start >/dev/null
sql() { "$bin/psql" -h 127.0.0.1 -p 8198 -U fraud -d postgres -qAtc "$1"; }

$fraud serve --no-welcome --no-feed --urls "$url" --postgres "Host=127.0.0.1;Port=8198;Username=fraud;Database=postgres" \
  --set Overload:RatePerSecond=0 >"$work/serve.log" 2>&1 &
service=$!
for _ in $(seq 120); do
  curl -sf "$url/health/ready" >"$work/ready" && break
  sleep 0.5
done
broker="$(grep -oE 'broker at [0-9.]+:[0-9]+' "$work/serve.log" | head -1 | grep -oE '[0-9.]+:[0-9]+$')"
# Once a transaction, which moves the head of each shard by a statement.
sql "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
       IF coalesce(current_setting('check.slow', true), '') = '' THEN
         PERFORM set_config('check.slow', 'on', true), pg_sleep(0.2);
       END IF;
       RETURN NULL;
     END \$\$;
     CREATE TRIGGER slow AFTER UPDATE ON shards FOR EACH STATEMENT EXECUTE FUNCTION slow();"
$fraud simulate --kafka "$broker" --rate 0 --count "$payments" --no-labels --max-in-flight 40000 >"$work/feed.log" 2>&1 &
feeder=$!
(
  for second in $(seq "$seconds"); do
    sleep 1
    curl -s "$url/metrics" | awk '/^fraud_kafka_partitions_paused/ { printf "%d ", $2 }' >>"$work/paused"
    [ $((second % 5)) != 0 ] || awk '/VmRSS/ { printf "%d ", $2 / 1024 }' "/proc/$service/status" >>"$work/memory"
  done
) &
sampler=$!
$fraud load --url "$url/predict" --quiet --rate 2000 --connections 512 --duration "${seconds}s" --json >"$work/load"
wait "$sampler"
echo "partitions paused, each second: $(cat "$work/paused")"
echo "resident memory each 5 s, MB: $(cat "$work/memory")"
python3 - "$work/load" <<'PY'
import json, sys
for name, value in json.load(open(sys.argv[1])).items():
    print(name, json.dumps(value))
PY
sql "DROP TRIGGER slow ON shards"
wait "$feeder"
accepted="$(python3 -c 'import json, sys; print(int(json.load(open(sys.argv[1]))["accepted"]["count"]))' "$work/load")"
for _ in $(seq 300); do
  [ "$(sql "SELECT coalesce(sum(next_offset), 0) FROM shards")" -lt "$payments" ] || break
  sleep 1
done
kill -TERM "$service"
wait "$service" || true
echo "sent over Kafka $payments, accepted over HTTP $accepted; stored and distinct: $(sql 'SELECT count(*), count(DISTINCT transaction_id) FROM transactions')"
