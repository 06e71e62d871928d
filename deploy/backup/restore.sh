#!/usr/bin/env bash
# Puts a backup into an empty store:  restore.sh FILE
# Environment as of backup.sh: FRAUD_POSTGRES_URL or FRAUD_DATABASE (an empty database), or FRAUD_SQLITE (a file that does
# not exist yet). BACKUP_IDENTITY is a file with the private key that belongs to one of the backup's recipients: bring it for this, and
# take it away afterwards. BACKUP_PSQL is another way to psql, such as: docker compose exec -T db psql --username fraud
# Stop the service first; it goes on at the offsets that the backup holds.
# With SQLite the journal is a backup of its own (*.journal.db.gz*), restored like the store, to NAME-journal.db beside FRAUD_SQLITE; the
# service needs both, of the same time. So are the events (*.events.db.gz*), which go to FRAUD_SQLITE_EVENTS or to events.db beside
# FRAUD_SQLITE; without them the history of shards begins again, and nothing else is missing.
# Claims of shards in what is restored are a million higher than they were: whoever still holds one from after the backup, a node that
# was forgotten or stood still, is refused at its next write (rule 1 of docs/decisions/0011).
set -euo pipefail
umask 077
file="${1:?restore.sh: expected the backup}"
[ -f "$file" ] || { echo "restore.sh: expected a file that exists" >&2; exit 2; }
if [ -f "$file.sha256" ]; then
  (cd "$(dirname "$file")" && sha256sum --quiet --check "$(basename "$file").sha256")
fi

read -ra psql <<<"${BACKUP_PSQL:-psql}"

plain() {
  case "$file" in
    *.age) age --decrypt --identity "$BACKUP_IDENTITY" "$file" | gunzip ;;
    *) gunzip -c "$file" ;;
  esac
}

case "$file" in
  *.age) [ -r "${BACKUP_IDENTITY:?BACKUP_IDENTITY: expected the file with the private key for this backup}" ] ||
    { echo "BACKUP_IDENTITY: expected a file that can be read" >&2; exit 2; } ;;
esac

case "$file" in
  *.db.gz*)
    target="${FRAUD_SQLITE:?FRAUD_SQLITE: expected the file to make}"
    case "$file" in
      *.events.db.gz*) target="${FRAUD_SQLITE_EVENTS:-$(dirname "$target")/events.db}" ;;
      *.journal.db.gz*) target="${target%.*}-journal.db" ;;
    esac
    [ ! -e "$target" ] || { echo "$target: expected a file that does not exist yet" >&2; exit 2; }
    trap 'rm -f "$target.new"' EXIT
    plain >"$target.new"
    [ "$(sqlite3 "$target.new" 'PRAGMA integrity_check')" = ok ] || { echo "restore.sh: the backup is damaged" >&2; exit 1; }
    if [ "$(sqlite3 "$target.new" "SELECT count(*) FROM sqlite_master WHERE name = 'shards'")" = 1 ]; then
      sqlite3 "$target.new" 'UPDATE shards SET generation = generation + 1000000'
    fi
    mv "$target.new" "$target" ;;
  *.sql.gz*)
    database="${FRAUD_POSTGRES_URL:-${FRAUD_DATABASE:?FRAUD_POSTGRES_URL or FRAUD_DATABASE: expected one of them}}"
    tables="$("${psql[@]}" --quiet --tuples-only --no-align --dbname "$database" --command \
      "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")"
    [ "$tables" = 0 ] || { echo "restore.sh: expected an empty database, found $tables tables" >&2; exit 2; }
    # All of it or nothing.
    raise="SELECT format('UPDATE %I.shards SET generation = generation + 1000000', schemaname) FROM pg_tables WHERE tablename = 'shards' \gexec"
    { plain; echo "$raise"; } | "${psql[@]}" --quiet --single-transaction --set ON_ERROR_STOP=1 --dbname "$database" >/dev/null ;;
  *) echo "restore.sh: expected a file that backup.sh made" >&2; exit 2 ;;
esac
echo "restored $file"
