#!/usr/bin/env bash
# Writes first.db, first.sql.gz and first.json with the program of commit fa79ae1, built in CHECKOUT: later programs must
# open what that one left. The program of another commit writes other stores, so this runs with that one alone.
# Usage, as root, with Debian's postgresql, sqlite3, kcat, curl, jq and openssl: Fraud.Tests/Fixtures/make.sh CHECKOUT
set -euo pipefail

# The store names the machine of whoever changes a model: one of this name is made for the time of this script.
# shellcheck disable=SC2016 # The inner shell expands it.
if [ "$(hostname)" != fixture ]; then exec unshare --uts sh -c 'hostname fixture; exec "$0" "$@"' "$(realpath "$0")" "$@"; fi

target="$(dirname "$(realpath "$0")")"
cd "$1"
[ "$(git rev-parse --short=7 HEAD)" = fa79ae1 ] || { echo "make.sh: $1 is not at commit fa79ae1" >&2; exit 1; }
fraud=(dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll)
binaries="$(pg_config --bindir)"
work="$(mktemp -d)"
chmod 755 "$work"
postgres() {
  local tool="$1"
  shift
  runuser -u postgres -- "$binaries/$tool" "$@"
}
clean() {
  [ ! -e "$work/postgres/data/postmaster.pid" ] || postgres pg_ctl -D "$work/postgres/data" -m immediate stop >/dev/null
  jobs -p | xargs -r kill -9 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT

# A shadow model, so that comparisons are stored: the shipped one under another version.
mkdir -p "$work/shadow/2"
cp models/payments/1/model.onnx "$work/shadow/2"
jq '.version = "2"' models/payments/1/manifest.json >"$work/shadow/2/manifest.json"

call() { # METHOD PATH [BODY [HEADER...]]
  local method="$1" path="$2" body="${3:-}"
  shift 3 || shift $#
  local headers=()
  for header in "$@"; do headers+=(-H "$header"); done
  curl -sS --fail-with-body -X "$method" "$url$path" -H "X-API-Key: $key" -H 'Content-Type: application/json' "${headers[@]}" ${body:+-d "$body"}
}

pay() { # ID CARD AMOUNT
  call POST /predict "$(printf '{"transaction_id":"%s","card_id":"%s","terminal_id":"terminal-4","amount":%s,"currency":"EUR","source":"web"}' "$@")"
}

# Fills one store and writes the part of first.json about it.  fill NAME COUNT-COMMAND STORE-OPTION VALUE
fill() {
  local name="$1" query="$2"
  local store=("$3" "$4")
  "${fraud[@]}" store init "${store[@]}"
  key="$("${fraud[@]}" keys create --name everything --scope score --scope analyst --scope admin --json "${store[@]}" | jq -r .key)"
  local revoked_id revoked
  revoked="$("${fraud[@]}" keys create --name revoked --scope score --json "${store[@]}")"
  revoked_id="$(jq -r .id <<<"$revoked")"
  "${fraud[@]}" keys revoke "$revoked_id" "${store[@]}" >/dev/null
  # The smallest of the shipped models, so that its files in the store are small, too. What scores payments is not touched.
  "${fraud[@]}" models import models/creditcard-snn/1 "${store[@]}"
  "${fraud[@]}" models promote creditcard-snn 1 --reason 'first of its kind' "${store[@]}"
  "${fraud[@]}" models alias creditcard-snn champion 1 "${store[@]}"

  "${fraud[@]}" broker >"$work/$name.broker" &
  local broker=$! address
  until address="$(grep -soE '127.0.0.1:[0-9]+' "$work/$name.broker")"; do sleep 0.1; done
  Stripe__WebhookSecrets=whsec_made_up_for_this "${fraud[@]}" serve --no-feed --kafka "$address" --urls http://127.0.0.1:0 "${store[@]}" \
    --set Cluster:NodeName=fixture --set Cluster:SnapshotInterval=00:00:01 --set "Scoring:Shadows:0=$work/shadow/2" --set Scoring:FeatureModel= >"$work/$name.log" 2>&1 &
  local service=$!
  until url="$(grep -soP '^\s+service\s+\Khttp://\S+' "$work/$name.log")"; do sleep 0.1; kill -0 "$service" || { cat "$work/$name.log" >&2; exit 1; }; done

  "${fraud[@]}" simulate --kafka "$address" --rate 0 --count 150 --customers 8 --terminals 5 --seed 11 --fraud-share 0.05 \
    --simulated-time --start "$(date -d '-10 days' +%F)" --wait 00:01:00 >/dev/null
  # One that can't be read.
  echo '{"transaction_id":"broken' | kcat -P -b "$address" -t transactions -p 3
  for order in 1 2 3 4 5; do pay "order-100$order" card-17 950.00 >/dev/null; done
  for order in 1 2 3; do pay "order-200$order" card-18 12.50 >/dev/null; done
  pay order-1001 card-17 950.00 | jq -e .duplicate >/dev/null
  call POST /predict '{"transaction_id":"order-0001","card_id":"card-17","terminal_id":"terminal-2","amount":7,"currency":"USD","event_time":"2018-04-01T10:00:00Z"}' >/dev/null
  call POST /predict/batch '[{"transaction_id":"order-3001","card_id":"card-19","terminal_id":"terminal-4","amount":80},{"transaction_id":"order-3002","card_id":"card-20","terminal_id":"terminal-4","amount":8}]' \
    'Idempotency-Key: "batch-3"' >/dev/null

  # People at work: found out, dismissed, under way, and one that is taken back. Labels, one of them before its payment.
  call PUT /api/v1/anomalies/order-1001 '{"new_status":"FRAUD","note":"called the cardholder"}' 'If-Match: "v0"' >/dev/null
  call PUT /api/v1/anomalies/order-1002 '{"new_status":"DISMISSED","note":"a holiday"}' >/dev/null
  call PUT /api/v1/anomalies/order-1003 '{"new_status":"INVESTIGATED"}' >/dev/null
  call PUT /api/v1/anomalies/order-1004 '{"new_status":"FRAUD"}' >/dev/null
  call PUT /api/v1/anomalies/order-1004 '{"new_status":"NEW","note":"not so sure"}' >/dev/null
  call POST /labels '[{"transaction_id":"order-2001","is_fraud":true},{"transaction_id":"order-2002","is_fraud":false},{"transaction_id":"not-here-yet","is_fraud":true}]' >/dev/null
  local event time
  event="{\"id\":\"evt_1\",\"type\":\"charge.succeeded\",\"data\":{\"object\":{\"object\":\"charge\",\"id\":\"ch_1\",\"amount\":4200,\"currency\":\"eur\",\"created\":1795000000,\"payment_method_details\":{\"card\":{\"fingerprint\":\"print-1\"}}}}}"
  time="$(date +%s)"
  call POST /webhooks/stripe "$event" "Stripe-Signature: t=$time,v1=$(printf '%s.%s' "$time" "$event" | openssl dgst -sha256 -hmac whsec_made_up_for_this -r | cut -d' ' -f1)" >/dev/null

  # Snapshots have most of it. What comes now is in journals alone, and no alert of it can leave.
  until [ "$($query "select count(*) from outbox where kind = 2")" -eq 1 ] && [ "$($query "select count(*) from outbox where cast(sent as integer) = 0")" -eq 0 ] \
    && [ "$($query "select count(*) from shadow_scores")" -ge 160 ] && [ "$($query "select count(*) from terminal_snapshots")" -ge 1 ] \
    && [ "$($query "select count(*) from shards where snapshot_sequence > 0")" -ge 3 ]; do sleep 0.2; done
  kill -STOP "$broker"
  for order in 1 2 3; do pay "order-400$order" card-17 990.00 >/dev/null; done
  local last
  last="$(pay order-4004 card-21 990.00)"
  kill -9 "$service"
  wait "$service" 2>/dev/null || true
  kill -9 "$broker"
  wait "$broker" 2>/dev/null || true

  jq -n --arg key "$key" --arg revoked "$(jq -r .key <<<"$revoked")" --argjson last "$last" \
    --argjson payments "$($query "select count(*) from transactions")" \
    --argjson flagged "$($query "select count(*) from transactions where decision <> 0")" \
    --argjson labels "$($query "select count(*) from labels")" \
    --argjson unsent "$($query "select count(*) from outbox where cast(sent as integer) = 0")" \
    --argjson behind "$($query "select count(*) from shards where sequence > snapshot_sequence")" \
    --argjson cards "$($query "select count(*) from card_states")" \
    '{key: $key, revoked_key: $revoked, payments: $payments, flagged: $flagged, labels: $labels, unsent: $unsent,
      card_states: $cards, shards_ahead_of_snapshot: $behind, last_score: $last.fraud_score}' >"$work/$name.json"
}

sqlite() { sqlite3 "file:$work/sqlite/fraud.db?mode=ro" "$1"; }
fill sqlite sqlite --data "$work/sqlite"
# What the killed service left in the write-ahead log goes into the file.
sqlite3 "$work/sqlite/fraud.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null

mkdir "$work/postgres"
chown postgres "$work/postgres"
postgres initdb -D "$work/postgres/data" -U fraud -A trust -E UTF8 --no-sync >/dev/null
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
postgres pg_ctl -D "$work/postgres/data" -w -l "$work/postgres/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null
server=(-h 127.0.0.1 -p "$port" -U fraud)
psql "${server[@]}" -qc 'CREATE DATABASE fraud' postgres
rows() { psql "${server[@]}" -qtA -c "$1" fraud; }
fill postgres rows --postgres "Host=127.0.0.1;Port=$port;Username=fraud;Database=fraud"
# Without psql's own commands, so that any client can run it. Parts of months lie together in it as they did in the store.
pg_dump "${server[@]}" --no-owner --no-privileges --no-comments fraud | grep -vE '^\\(un)?restrict|^--|^$' | gzip -9n >"$work/first.sql.gz"

cp "$work/sqlite/fraud.db" "$target/first.db"
cp "$work/first.sql.gz" "$target/first.sql.gz"
jq -s '{sqlite: .[0], postgres: .[1]}' "$work/sqlite.json" "$work/postgres.json" >"$target/first.json"
ls -l "$target"
