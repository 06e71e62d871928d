#!/usr/bin/env bash
# Deploys a commit and its image on another machine:  deploy/remote.sh USER@HOST COMMIT IMAGE
# There the repository is cloned in /opt/fraud-detection (DEPLOY_FOLDER), with the secrets in its .env.
# Environment, for where no key is at hand: DEPLOY_SSH_KEY (a private key) and DEPLOY_KNOWN_HOSTS (lines of known_hosts;
# without them ssh's own are asked, and an unknown host is refused). Exit code: that of deploy/deploy.sh there. When that is not 0 the
# commit that was checked out before is checked out again, so that what lies there is what runs there.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
host="$1" commit="$2" image="$3"
folder="${DEPLOY_FOLDER:-/opt/fraud-detection}"
# They become part of a command over there.
[[ "$commit" =~ ^[0-9A-Za-z._/-]+$ ]] || { echo "remote.sh: '$commit' is no commit or tag" >&2; exit 2; }
[[ "$image" =~ ^[0-9A-Za-z._/:@-]+$ ]] || { echo "remote.sh: '$image' is no image" >&2; exit 2; }
[[ "$folder" =~ ^/[0-9A-Za-z._/-]+$ ]] || { echo "remote.sh: '$folder' is no folder" >&2; exit 2; }

options=(-o BatchMode=yes -o StrictHostKeyChecking=yes)
if [ -n "${DEPLOY_SSH_KEY:-}" ]; then
  secrets="$(mktemp -d)"
  trap 'rm -rf "$secrets"' EXIT
  (umask 077 && printf '%s\n' "$DEPLOY_SSH_KEY" >"$secrets/key")
  options+=(-i "$secrets/key" -o IdentitiesOnly=yes)
  if [ -n "${DEPLOY_KNOWN_HOSTS:-}" ]; then
    printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >"$secrets/known_hosts"
    options+=(-o "UserKnownHostsFile=$secrets/known_hosts")
  fi
fi

# What is put in was looked at above.
# shellcheck disable=SC2029
ssh "${options[@]}" "$host" "cd $folder && before=\$(git rev-parse HEAD) && git fetch --quiet --tags origin && git checkout --quiet --detach $commit &&
  { deploy/deploy.sh --image $image || { code=\$?; git checkout --quiet --detach \$before; exit \$code; }; }"
