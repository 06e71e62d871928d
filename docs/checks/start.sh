#!/usr/bin/env bash
# From process start to the first payment that is answered and stored: docs/checks/start.sh [TIMES]
# The service on its embedded defaults, each time with an empty store. Prints each time in ms, their median, and that what was answered
# is stored.
set -euo pipefail
times="${1:-10}"
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'kill -9 $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

python3 - "$times" "$work" <<'PY'
import http.client, json, os, signal, sqlite3, statistics, subprocess, sys, time

times, work = int(sys.argv[1]), sys.argv[2]
body = json.dumps({"transaction_id": "first", "card_id": "card-1", "terminal_id": "t-1", "amount": 12.5, "currency": "EUR"})
took = []
for number in range(times):
    data = os.path.join(work, str(number))
    started = time.monotonic()
    with open(os.path.join(work, "log"), "w") as log:
        service = subprocess.Popen(
            ["dotnet", "Fraud.Cli/bin/Release/net10.0/fraud.dll", "serve", "--no-feed", "--no-welcome", "--data", data,
             "--urls", "http://127.0.0.1:8199"], stdout=log, stderr=log)
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", 8199, timeout=5)
            connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                break
        except OSError:
            pass
        if time.monotonic() - started > 60 or service.poll() is not None:
            sys.exit("start: no answer; " + open(os.path.join(work, "log")).read())
        time.sleep(0.005)
    took.append(1000 * (time.monotonic() - started))
    # Killed, so that nothing can be written after the answer.
    service.send_signal(signal.SIGKILL)
    service.wait()
    pages = sqlite3.connect(os.path.join(data, "fraud-journal.db")).execute("SELECT count(*) FROM journal").fetchone()[0]
    if pages != 1:
        sys.exit(f"start: {pages} pages stored, expected 1")
print("ms: " + " ".join(f"{each:.0f}" for each in took))
print(f"median {statistics.median(took):.0f} ms; each answer was stored")
PY
