#!/usr/bin/env bash
# What rows behind the journal cost callers: docs/checks/rows-behind.sh [SECONDS]
# Service on a PostgreSQL of this check's own. Flat out over HTTP for SECONDS (60): answers/s, p50 and p99, rows written meanwhile, how far they
# are behind at the end, and how long until the last one is there. Then 200/s, as it is and with a trigger that sleeps 200 ms in each
# transaction of rows: p99 of both.
set -euo pipefail
seconds="${1:-60}"
cd "$(dirname "$0")/../.."
fraud="dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll"
work="$(mktemp -d)"
chmod 755 "$work"
url=http://127.0.0.1:8197
bin="$(ls -d /usr/lib/postgresql/*/bin | tail -1)"
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
trap 'kill -TERM $(jobs -p) 2>/dev/null || true; wait; as "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

mkdir "$work/pg"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
as "$bin/initdb" -D "$work/pg/data" -U fraud -A trust >/dev/null
as "$bin/pg_ctl" -D "$work/pg/data" -o "-p 8196 -k $work/pg -c listen_addresses=127.0.0.1" -l "$work/pg/log" -w start >/dev/null
sql() { "$bin/psql" -h 127.0.0.1 -p 8196 -U fraud -d postgres -qAtc "$1"; }
behind() { curl -s "$url/metrics" | awk '/^fraud_rows_behind_payments/ { print $2 }'; }

CardNumbers__TokenKey="$(openssl rand -base64 32)" $fraud serve --no-welcome --no-feed --urls "$url" \
  --postgres "Host=127.0.0.1;Port=8196;Username=fraud;Database=postgres" --set Overload:RatePerSecond=0 >"$work/serve.log" 2>&1 &
for _ in $(seq 120); do
  curl -sf "$url/health/ready" >"$work/ready" && break
  sleep 0.5
done

cat >"$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local n = 0
math.randomseed(os.time())
local who = math.random(1, 1000000000)
request = function()
  n = n + 1
  return wrk.format(nil, "/predict", nil, string.format(
    '{"transaction_id":"rows-%d-%d","card_id":"load-card-%08d","terminal_id":"load-terminal-%04d","amount":%d.34}', who, n, math.random(1, 100000), math.random(1, 1000), math.random(1, 200)))
end
LUA
wrk -t1 -c64 -d5s -s "$work/post.lua" "$url" >"$work/warm"
until [ "$(behind)" = 0 ]; do sleep 0.1; done
before="$(sql 'SELECT count(*) FROM transactions')"
wrk -t1 -c64 -d"${seconds}s" --latency -s "$work/post.lua" "$url" >"$work/flat"
ended="$(date +%s.%N)"
left="$(behind)"
written="$(sql 'SELECT count(*) FROM transactions')"
until [ "$(behind)" = 0 ]; do sleep 0.05; done
last="$(echo "$(date +%s.%N) - $ended" | bc)"
awk '/50%|99%/ { printf "flat out %s %s\n", $1, $2 } /Requests\/sec/ { printf "flat out %s answers/s\n", $2 } /Non-2xx/ { print }' "$work/flat"
echo "rows written meanwhile $((written - before)); behind at the end $left; the last row was there after $last s, by then $(($(sql 'SELECT count(*) FROM transactions') - before))"

p99() { $fraud load --url "$url/predict" --quiet --rate 200 --connections 64 --duration "$1" --json |
  python3 -c 'import json, sys; d = json.load(sys.stdin); print(json.dumps(d.get("latency_ms", d)))'; }
echo "200/s: $(p99 20s)"
sql "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END \$\$;
     CREATE TRIGGER slow AFTER UPDATE ON reader_positions FOR EACH STATEMENT EXECUTE FUNCTION slow();"
echo "200/s, rows 200 ms a transaction and more: $(p99 20s); behind at the end $(behind)"
