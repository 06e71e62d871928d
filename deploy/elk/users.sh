#!/usr/bin/env bash
# Gives Kibana's built-in user its password, and Filebeat a user that can write logs and nothing else. May be run again.
# Variables: ELASTIC_URL, ELASTIC_PASSWORD, KIBANA_PASSWORD, FILEBEAT_PASSWORD.
set -euo pipefail

for name in ELASTIC_PASSWORD KIBANA_PASSWORD FILEBEAT_PASSWORD; do
  case "${!name:?}" in
    # They go into JSON and into curl's own words.
    *[!A-Za-z0-9_.-]*) echo "users.sh: $name: expected letters, digits, '_', '.' and '-' only" >&2; exit 2 ;;
  esac
done

# tell METHOD PATH BODY. The password is not among the arguments, which every process may read.
tell() {
  curl -fsS --retry 10 --retry-connrefused --max-time 30 -o /dev/null -X "$1" "${ELASTIC_URL:?}$2" \
    --config <(printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD") \
    -H 'Content-Type: application/json' --data-binary @- <<<"$3"
  echo "users.sh: $2"
}

tell POST /_security/user/kibana_system/_password "{\"password\":\"$KIBANA_PASSWORD\"}"
# What Filebeat's manual asks for: to set its template and lifecycle up, and to write.
tell PUT /_security/role/fraud_logs '{
  "cluster": ["monitor", "manage_ilm", "manage_index_templates", "read_pipeline"],
  "indices": [{ "names": ["filebeat-*"], "privileges": ["view_index_metadata", "create_doc", "auto_configure", "manage"] }]
}'
tell PUT /_security/user/fraud_logs "{\"password\":\"$FILEBEAT_PASSWORD\",\"roles\":[\"fraud_logs\"]}"
