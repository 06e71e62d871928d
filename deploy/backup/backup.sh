#!/usr/bin/env bash
# Backs up the store, and keeps the backups of the last days.
#   backup.sh FOLDER                     SQLite or PostgreSQL as the environment says
# Environment:
#   FRAUD_POSTGRES_URL   postgresql://... of the store; or PGHOST, PGUSER ... and FRAUD_DATABASE
#   FRAUD_SQLITE         file of the store, when it is SQLite. Its journal, NAME-journal.db beside it, becomes a backup of its own,
#                        fraud-TIME.journal.db.gz, taken after the store's: what rows were made of is then in it.
#   FRAUD_SQLITE_EVENTS  file of its events (Storage:EventsFile); events.db beside the store unless it is named. A backup of its own,
#                        fraud-TIME.events.db.gz, taken before the others. Where there is none yet, there is nothing to lose.
#   BACKUP_PG_DUMP       another way to pg_dump, such as: docker compose exec -T db pg_dump --username fraud
#   BACKUP_RECIPIENTS    file with public keys of age, one a line (/etc/fraud/backup.recipients): backups are encrypted for those who have
#                        one of the private keys, which has no business on this host. docs/backup.md says how they are made.
#   BACKUP_PLAIN=true    not encrypted. Without this and without recipients no backup is made.
#   BACKUP_KEEP_DAYS     30
#   BACKUP_S3            s3://bucket/folder; copied there with the aws client, where there is one
# Consistent while the service runs. Exit code 0 only when the backup is there and whole: what was dumped is read back before it is
# encrypted, because here it cannot be afterwards. 2 for a mistake in what it was told.
set -euo pipefail
umask 077
folder="${1:?backup.sh: expected the folder to write to}"
keep="${BACKUP_KEEP_DAYS:-30}"
[[ "$keep" =~ ^[1-9][0-9]{0,3}$ ]] || { echo "BACKUP_KEEP_DAYS: expected 1 to 9999 days" >&2; exit 2; }
mkdir -p "$folder"
stamp="$(date -u +%Y%m%dT%H%M%SZ)"
recipients="${BACKUP_RECIPIENTS:-/etc/fraud/backup.recipients}"
if [ "${BACKUP_PLAIN:-false}" = true ]; then
  echo "backup.sh: not encrypted, as BACKUP_PLAIN says" >&2
else
  [ -r "$recipients" ] || { echo "BACKUP_RECIPIENTS: expected a file with age's public keys, found none at $recipients; BACKUP_PLAIN=true does without" >&2; exit 2; }
  # Before anything is dumped: keys that are none.
  age --encrypt --recipients-file "$recipients" </dev/null >/dev/null || { echo "BACKUP_RECIPIENTS: $recipients has no keys that age takes" >&2; exit 2; }
fi

# keep_as NAME: what dump writes becomes FOLDER/NAME, or NAME.age, with its checksum. On this disk it is never in clear when it is to
# be encrypted: it goes through a pipe to age, and past gzip, which looks whether it is whole.
keep_as() {
  local name="$1" final whole
  if [ "${BACKUP_PLAIN:-false}" = true ]; then
    dump >"$folder/.$name"
    gzip -t "$folder/.$name"
    final="$folder/$name"
  else
    mkfifo "$folder/.$name.check"
    gzip -t <"$folder/.$name.check" &
    whole=$!
    dump | tee "$folder/.$name.check" | age --encrypt --recipients-file "$recipients" >"$folder/.$name"
    wait "$whole"
    rm -f "$folder/.$name.check"
    final="$folder/$name.age"
  fi
  # Under its own name only when it is whole.
  mv "$folder/.$name" "$final"
  (cd "$folder" && sha256sum "$(basename "$final")" >"$(basename "$final").sha256")
  if [ -n "${BACKUP_S3:-}" ]; then
    aws s3 cp --only-show-errors "$final" "$BACKUP_S3/"
    aws s3 cp --only-show-errors "$final.sha256" "$BACKUP_S3/"
  fi
  echo "$final: $(stat -c %s "$final") bytes"
}

if [ -n "${FRAUD_SQLITE:-}" ]; then
  [ -f "$FRAUD_SQLITE" ] || { echo "FRAUD_SQLITE: expected a file that exists" >&2; exit 2; }
  events="${FRAUD_SQLITE_EVENTS:-$(dirname "$FRAUD_SQLITE")/events.db}"
  copy="$(mktemp "$folder/.copy-XXXXXX")"
  trap 'rm -f "$copy" "$folder"/.fraud-"$stamp".*' EXIT
  copy_of() {
    rm -f "$copy"
    sqlite3 "$1" ".timeout 60000" ".backup '$copy'"
    [ "$(sqlite3 "$copy" 'PRAGMA integrity_check')" = ok ] || { echo "backup.sh: the copy of $1 is damaged" >&2; exit 1; }
  }
  dump() { gzip -c "$copy"; }
  # First: what they tell of has then happened in the store's copy too (rule 29 of docs/decisions/0011).
  if [ -f "$events" ]; then
    copy_of "$events"
    keep_as "fraud-$stamp.events.db.gz"
  fi
  copy_of "$FRAUD_SQLITE"
  keep_as "fraud-$stamp.db.gz"
  # Last: no row may tell of a page that is not there.
  if [ -f "${FRAUD_SQLITE%.*}-journal.db" ]; then
    copy_of "${FRAUD_SQLITE%.*}-journal.db"
    keep_as "fraud-$stamp.journal.db.gz"
  fi
else
  database="${FRAUD_POSTGRES_URL:-${FRAUD_DATABASE:?FRAUD_POSTGRES_URL, FRAUD_DATABASE or FRAUD_SQLITE: expected one of them}}"
  trap 'rm -f "$folder"/.fraud-"$stamp".*' EXIT
  read -ra pg_dump <<<"${BACKUP_PG_DUMP:-pg_dump}"
  dump() { "${pg_dump[@]}" --no-owner --no-privileges --dbname "$database" | gzip -c; }
  keep_as "fraud-$stamp.sql.gz"
fi

# Only after the new one is there.
find "$folder" -maxdepth 1 -type f -name 'fraud-*' -mtime "+$keep" -delete
