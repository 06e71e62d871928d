#!/usr/bin/env bash
# Brings the system of docker-compose.yml up, or to another version, and back when that fails.
#   deploy/deploy.sh                 start or update; builds the image when there is none
#   deploy/deploy.sh --build         build the image in any case
#   deploy/deploy.sh --image NAME    run this image, pulled first
#   deploy/deploy.sh --rollback      back to the image, the composition and the settings that ran before
#   deploy/deploy.sh --logs          and follow the logs afterwards
#   deploy/deploy.sh --no-backup     no backup of the database before
# Environment:
#   the secrets that docker-compose.yml asks for, here or in .env
#   COMPOSE_FILE        further compose files, as docker compose has it
#   BACKUP_FOLDER       backups/; the variables of deploy/backup/backup.sh hold too, BACKUP_RECIPIENTS above all
#   API_NODES, DETECTION_NODES  containers of each (here or in .env); as many as run when they are not said
#   DEPLOY_STATE        .deployed/; what was deployed last and before, so that it can be brought back
#   DEPLOY_TIMEOUT      seconds that one step may take until its services are healthy (180)
#   DEPLOY_MIN_DISK_GB  least room on the disk of the images (10)
# Exit codes: 0 it runs; 2 wrong use; 3 something that is needed is missing; 4 no image or no backup, nothing was changed;
# 5 the new version does not run, the old one does (or there was none); 6 neither does: see to it by hand.
set -euo pipefail
cd "$(dirname "$0")/.."

say()  { printf '[deploy] %s\n' "$*"; }
fail() { local code="$1"; shift; printf '[deploy] failed: %s\n' "$*" >&2; exit "$code"; }

build=no backup=yes logs=no rollback=no chosen=""
while [ $# -gt 0 ]; do
  case "$1" in
    --build) build=yes ;;
    --image)
      [ $# -gt 1 ] || fail 2 "--image wants a name"
      chosen="$2"
      export FRAUD_IMAGE="$chosen"
      shift
      ;;
    --rollback) rollback=yes ;;
    --logs) logs=yes ;;
    --no-backup) backup=no ;;
    -h | --help) sed -n '2,18s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail 2 "unknown option $1; see deploy/deploy.sh --help" ;;
  esac
  shift
done

timeout="${DEPLOY_TIMEOUT:-180}"
pause="${DEPLOY_PAUSE:-2}"
state="$(realpath -m "${DEPLOY_STATE:-.deployed}")"
previous=fraud-detection:previous
nodes=(detection_service api)
watchers=(prometheus alertmanager grafana)

# A value from the environment, else from .env, as docker compose itself takes it.
setting() {
  if [ -n "${!1:-}" ]; then printf '%s' "${!1}"; elif [ -f .env ]; then sed -n "s/^$1=//p" .env | tail -n 1; fi
}

image="$(setting FRAUD_IMAGE)"
export FRAUD_IMAGE="${image:-fraud-detection:local}"
image="$FRAUD_IMAGE"

check_requirements() {
  command -v docker >/dev/null || fail 3 "docker is not installed (Docker 24 or newer)"
  command -v curl >/dev/null || fail 3 "curl is not installed"
  docker info >/dev/null 2>&1 || fail 3 "the Docker engine does not answer; is it running, and may $(id -un) use it?"
  docker compose version >/dev/null 2>&1 || fail 3 "'docker compose' is missing (version 2.20 or newer)"
  local root least free
  root="$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || true)"
  [ -d "$root" ] || root=.
  least="${DEPLOY_MIN_DISK_GB:-10}"
  free=$(($(df -Pk "$root" | awk 'NR == 2 { print $4 }') / 1048576))
  [ "$free" -ge "$least" ] || fail 3 "$root has $free GB left and $least are needed; 'docker image prune' may help"
  # Names the secret that is missing, too.
  docker compose config -q || fail 3 "docker-compose.yml cannot be used as it is: see above"
}

# running FORMAT: something of the node that runs, if one does.
running() {
  local container
  container="$(docker compose ps -q api 2>/dev/null | head -n 1)"
  [ -z "$container" ] || docker inspect --format "$1" "$container"
}

# keep_scale SERVICE VARIABLE: as many nodes as run. Started without being told, compose would go back to one of each.
keep_scale() {
  local count
  [ -z "$(setting "$2")" ] || return 0
  count="$(docker compose ps -q "$1" 2>/dev/null | wc -l)"
  [ "$count" -le 1 ] || export "$2=$count"
}

# What was deployed, whole: the composition, the files that its containers mount, the settings. A copy is never changed;
# 'now' and 'before' are links to two of them, and the others are removed.
keep_release() {
  local name file old
  name="$(date -u +%Y%m%dT%H%M%SZ)-$$"
  umask 077
  mkdir -p "$state/$name"
  for file in docker-compose*.yml deploy secrets .env; do
    [ -e "$file" ] || continue
    if ! cp -a "$file" "$state/$name/"; then
      rm -rf "${state:?}/$name" "$state/now"
      say "what runs now could not be kept: going back to it will take the composition of then and the files of now"
      return 0
    fi
  done
  ln -sfn "$name" "$state/now"
  for old in "$state"/*-*/; do
    old="$(basename "$old")"
    [ "$old" = "$name" ] || [ "$old" = "$(readlink "$state/before" || true)" ] || rm -rf "${state:?}/$old"
  done
}

# The image of what runs, and its copy, are what one goes back to: both or neither.
keep_previous() {
  [ -n "$before" ] || return 0
  docker tag "$before" "$previous"
  rm -f "$state/before"
  [ ! -L "$state/now" ] || ln -s "$(readlink "$state/now")" "$state/before"
}

get_image() {
  if [ "$build" = yes ]; then
    say "building $image"
    docker compose build --pull api || fail 4 "the image could not be built; nothing was changed"
  elif [ "$image" != fraud-detection:local ]; then
    say "pulling $image"
    docker compose pull api || fail 4 "$image could not be pulled; nothing was changed"
  elif ! docker image inspect "$image" >/dev/null 2>&1; then
    say "there is no image yet: building $image"
    docker compose build --pull api || fail 4 "the image could not be built; nothing was changed"
  fi
}

back_up() {
  [ -n "$(docker compose ps -q db 2>/dev/null)" ] || { say "no database runs: nothing to back up"; return 0; }
  say "backing the database up into ${BACKUP_FOLDER:-backups}"
  FRAUD_DATABASE=fraud BACKUP_PG_DUMP="docker compose exec -T db pg_dump --username fraud" \
    deploy/backup/backup.sh "${BACKUP_FOLDER:-backups}" || fail 4 "the backup failed; nothing was changed (--no-backup goes on without)"
}

# Until every container of these services is healthy, or running where it has no health check.
wait_for() {
  local deadline=$((SECONDS + timeout)) service container state waiting
  while :; do
    waiting=""
    for service in "$@"; do
      local containers
      containers="$(docker compose ps -aq "$service")"
      [ -n "$containers" ] || waiting="$waiting $service(missing)"
      for container in $containers; do
        state="$(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$container")"
        [[ "$state" = healthy || "$state" = running ]] || waiting="$waiting $service($state)"
      done
    done
    [ -n "$waiting" ] || return 0
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf '[deploy] not healthy after %s s:%s\n' "$timeout" "$waiting" >&2
      return 1
    fi
    sleep "$pause"
  done
}

# start SERVICE...: as they should be now, and waits for them.
start() {
  say "starting $*"
  docker compose up -d --no-build "$@" && wait_for "$@"
}

# What others rest on first. Nodes one service after the other: those that are not being replaced serve on meanwhile, and a
# node that is stopped drains and hands its shards over first.
start_all() {
  start db kafka && start "${nodes[0]}" && start "${nodes[1]}" && verify && start "${watchers[@]}"
}

verify() {
  say "verifying"
  FRAUD_API_KEY="$(setting FRAUD_ADMIN_KEY)" deploy/smoke.sh "$url"
}

show_failure() {
  docker compose ps >&2 || true
  docker compose logs --tail 40 "${nodes[@]}" >&2 || true
}

# Database and Kafka stay as they are, and so do the data.
go_back() {
  export FRAUD_IMAGE="$previous"
  if [ ! -e "$state/before/docker-compose.yml" ]; then
    say "going back to the image that ran before, with the files of now: those of then were not kept"
    start "${nodes[0]}" && start "${nodes[1]}" && verify
    return
  fi
  say "going back to the image, the composition and the settings that ran before"
  # Containers are found by the project's name, which is the folder's when it is not said.
  [ -z "$project" ] || export COMPOSE_PROJECT_NAME="$project"
  cd "$state/$(readlink "$state/before")"
  start "${nodes[0]}" && start "${nodes[1]}" && verify && start "${watchers[@]}"
}

show_urls() {
  say "it runs: $image"
  [ -z "$chosen" ] || say "FRAUD_IMAGE=$image in .env makes 'docker compose' by hand take it, too"
  cat <<URLS
  service     $url             (API: $url/api/docs, cluster: $url/cluster/page)
  Grafana     http://127.0.0.1:3000
  Prometheus  http://127.0.0.1:9090   (alarms: http://127.0.0.1:9090/alerts)
URLS
}

api_ports="$(setting API_PORTS)"
url="http://127.0.0.1:${api_ports:-8000}"
# Of a range the first.
url="${url%%-*}"

check_requirements
project="$(running '{{index .Config.Labels "com.docker.compose.project"}}')"
keep_scale detection_service DETECTION_NODES
keep_scale api API_NODES
if [ "$rollback" = yes ]; then
  docker image inspect "$previous" >/dev/null 2>&1 || fail 4 "there is no image from before"
  image="$previous"
  go_back || { show_failure; fail 6 "the image from before does not run either"; }
  [ ! -L "$state/before" ] || ln -sfn "$(readlink "$state/before")" "$state/now"
  show_urls
else
  # Found before the image is built: that may take its name away.
  before="$(running '{{.Image}}')"
  get_image
  [ "$backup" = no ] || back_up
  keep_previous
  if ! start_all; then
    show_failure
    [ -n "$before" ] || fail 5 "it does not run, and there is no version from before to go back to"
    go_back || fail 6 "it does not run, and the version from before does not either"
    fail 5 "the new version does not run (its logs are above); the one from before does"
  fi
  keep_release
  show_urls
fi

[ "$logs" = no ] || exec docker compose logs --follow --tail 100 "${nodes[@]}"
