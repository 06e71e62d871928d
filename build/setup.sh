#!/usr/bin/env bash
# Installs what is missing and builds everything. Each step is skipped when it is done already.
#   build/setup.sh run    what serving needs
#   build/setup.sh test   that, and what the tests need besides
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="${1:-run}"

say()  { printf '\033[2m[setup]\033[0m %s\n' "$*" >&2; }
stop() { printf '[setup] cannot go on: %s\n' "$*" >&2; exit 1; }

# --- 1. Tools that this script does not install -----------------------------------------------
command -v dotnet >/dev/null || stop "the .NET SDK 10 is missing; install it and put 'dotnet' on the PATH"
dotnet --version >/dev/null 2>&1 || stop "no .NET SDK that global.json accepts ($(dotnet --list-sdks | tr '\n' ' ')); install .NET SDK 10"
command -v npm >/dev/null || stop "Node.js with npm is missing; install it (version 20 or newer)"

# --- 2. Debian packages -----------------------------------------------------------------------
#  gcc, make, lib*-dev: to build librdkafka     libxgboost0: training     libonnx-dev: onnx.proto
packages=(gcc make libc6-dev libssl-dev zlib1g-dev libzstd-dev libxgboost0 libgomp1 libonnx-dev)
if [ "$purpose" = test ]; then
  packages+=(curl kcat postgresql sqlite3)
fi
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || stop "this is not Debian; install by hand: ${missing[*]}"
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "run as root, or install by hand: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || stop "'apt-get update' failed; is the package mirror reachable?"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    stop "'apt-get install ${missing[*]}' failed"
fi

# --- 3. Sources of native libraries, from npm --------------------------------------------------
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  say "fetching native library sources (npm, about 400 MB unpacked)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || stop "'npm ci' failed; is the npm registry reachable?"
  cp package-lock.json node_modules/.installed-lock.json
fi

# --- 4. librdkafka, built from the source that its npm package carries --------------------------
if [ ! -e .native/librdkafka.so.1 ] || ! cmp -s package-lock.json .native/built-from-lock.json; then
  say "building librdkafka (about a minute, once)"
  source_dir=node_modules/@confluentinc/kafka-javascript/deps/librdkafka
  log="$PWD/.native/build.log"
  mkdir -p .native
  (cd "$source_dir" && ./configure --disable-gssapi --disable-curl --disable-lz4-ext && make -j"$(nproc)" -C src librdkafka.so.1) \
    >"$log" 2>&1 || stop "building librdkafka failed; see .native/build.log"
  cp "$source_dir/src/librdkafka.so.1" .native/librdkafka.so.1
  strip --strip-unneeded .native/librdkafka.so.1
  cp package-lock.json .native/built-from-lock.json
fi

# --- 5. Restore and build ----------------------------------------------------------------------
say "building"
dotnet restore Fraud.sln --locked-mode -v quiet || stop "'dotnet restore' failed; is the NuGet registry reachable?"
dotnet build Fraud.sln -c Release --no-restore -v quiet -nologo || stop "the build failed"
