#!/usr/bin/env bash
# This tree against another one, built as well, in turns: docs/checks/bench-pairs.sh OTHER_TREE [PAIRS] [BENCHMARK...]
# The results of each run stay in $RESULTS, where that names a folder; $ROUNDS is how many rounds each has (3).
# For each benchmark and measure: medians over the pairs (5) of what either tree has and, within a pair, of this tree's value over the other's.
set -euo pipefail
other="$(realpath "$1")"
pairs="${2:-5}"
shift $(($# < 2 ? $# : 2))
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- topology onnx kafka http
work="${RESULTS:-$(mktemp -d)}"
mkdir -p "$work"
[ -n "${RESULTS:-}" ] || trap 'rm -rf "$work"' EXIT

for pair in $(seq "$pairs"); do
  for name in "$@"; do
    # Who begins changes from pair to pair.
    order=("$other" "$PWD")
    [ $((pair % 2)) = 0 ] || order=("$PWD" "$other")
    for tree in "${order[@]}"; do
      side=ours
      [ "$tree" = "$PWD" ] || side=other
      (cd "$tree" && dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll bench "$name" --duration 2 --rounds "${ROUNDS:-3}" --json) >"$work/$name.$pair.$side" 2>"$work/errors" ||
        { cat "$work/errors" >&2; exit 1; }
    done
  done
done
python3 - "$work" "$pairs" "$@" <<'PY'
import json, statistics, sys
work, pairs, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]

def measures(path):
    # A service that ends may say so in front.
    text = open(path).read()
    return {f"{figure['measure']}, {figure['unit']}": (figure["ours"]["median"], (figure.get("ratio") or {}).get("median"))
            for result in json.loads(text[text.index("{\n"):])["results"] for figure in result["figures"]}

print("| benchmark | measure | other tree | this tree | this over other, pairs | ratio to the baseline, other | this |")
print("| --- | --- | --- | --- | --- | --- | --- |")
for name in names:
    runs = [(measures(f"{work}/{name}.{pair}.other"), measures(f"{work}/{name}.{pair}.ours")) for pair in range(1, pairs + 1)]
    for measure in runs[0][1]:
        both = [(other[measure], ours[measure]) for other, ours in runs if measure in other and measure in ours]
        if not both:
            continue
        shares = sorted(ours[0] / other[0] for other, ours in both if other[0])
        cell = f"{statistics.median(shares):.2f} ({shares[0]:.2f} to {shares[-1]:.2f})" if shares else ""
        ratio = lambda side: (lambda them: f"{statistics.median(them):.2f}" if them else "")([pair[side][1] for pair in both if pair[side][1] is not None])
        print(f"| {name} | {measure} | {statistics.median(o[0] for o, _ in both):,.4g} | {statistics.median(u[0] for _, u in both):,.4g} | {cell} | {ratio(0)} | {ratio(1)} |")
PY
