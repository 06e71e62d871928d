#!/usr/bin/env bash
# Whether the tests that a page names as proofs passed in a run:  build/proofs.sh docs/acceptance.md RESULTS.trx...
# Of a test in several results the last counts: what failed is run a second time. A proof without arguments stands for all cases
# of its test. Names each that did not pass or did not run; exit code 1 then.
set -euo pipefail
page="${1:?proofs.sh: expected the page}"
[ $# -gt 1 ] || { echo "proofs.sh: expected results of a run" >&2; exit 2; }
exec awk '
  FNR == 1 { file++ }
  file > 1 && /<UnitTestResult / {
    match($0, / testName="[^"]*"/); name = substr($0, RSTART + 11, RLENGTH - 12)
    match($0, / outcome="[^"]*"/); outcome[plain(name)] = substr($0, RSTART + 10, RLENGTH - 11)
  }
  # A | in a name is \| in a table.
  file == 1 && /^\| [A-Z]-[0-9]/ && match($0, /`[^`]*` \|$/) {
    proof = substr($0, RSTART + 1, RLENGTH - 4); gsub(/\\\|/, "|", proof)
    if (!(proof in items)) { order[++proofs] = proof }
    items[proof] = items[proof] " " substr($0, 3, 5)
  }
  function plain(text) {
    gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
    return text
  }
  END {
    for (name in outcome) {
      method = name; sub(/\(.*/, "", method)
      whole[name] = outcome[name]
      if (method != name && whole[method] ~ /^(Passed)?$/) { whole[method] = outcome[name] }
    }
    for (i = 1; i <= proofs; i++) {
      proof = order[i]
      if (whole[proof] == "Passed") { passed++; continue }
      printf "proof of%s: %s: %s\n", items[proof], (whole[proof] != "" ? whole[proof] : "did not run"), proof
    }
    printf "%d of %d proofs passed\n", passed, proofs
    exit proofs == 0 || passed < proofs
  }' "$page" "${@:2}"
