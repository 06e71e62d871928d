#!/usr/bin/env bash
# Looks at the models, and with a store trains a challenger on what was paid lately:  deploy/model-check.sh [FOLDER]
#   FOLDER        where reports go (artifacts/models)
#   MODEL_STORE   connection string of the store (PostgreSQL). With it a version is trained from the stored payments and
#                 held against the one in service; one that is better is registered as Staging, and lies in
#                 models/NAME/VERSION here afterwards. It is not put in service: that is 'fraud models promote'.
# Exit code 0 when shipped models are as good as they say; what was found is in FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
out="${1:-artifacts/models}"
mkdir -p "$out"
fraud() { dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll "$@"; }

build/setup.sh test
# Bounds on quality, golden rows of every shipped model, and alarms that come when they should and not otherwise.
./test --no-build --filter ModelQuality
fraud drift drill --model models/payments/1 | tee "$out/drift-drill.txt"
# Backed up as they are.
tar -czf "$out/models.tar.gz" models

[ -n "${MODEL_STORE:-}" ] || { echo "model-check.sh: MODEL_STORE is not set; nothing was trained"; exit 0; }
fraud retrain --postgres "$MODEL_STORE" --work "$out/work" | tee "$out/retraining.md"
place="$(sed -n 's/^The new version is in registry: \(.*\)\.$/\1/p' "$out/retraining.md")"
[ -n "$place" ] || { echo "model-check.sh: the version in service stays"; exit 0; }
read -r name version <<<"$place"
fraud models export "$name" "$version" "models/$name/$version" --postgres "$MODEL_STORE"
tar -czf "$out/challenger.tar.gz" "models/$name/$version"
echo "model-check.sh: version $version of $name is better; see $out/retraining.md"
