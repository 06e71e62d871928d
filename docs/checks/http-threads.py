#!/usr/bin/env python3
"""Which threads the service uses while it answers over HTTP: docs/checks/http-threads.py [SECONDS]

Runs `fraud bench http`, one round, and adds up the processor time of its threads by name, apart for the seconds in which the service was asked
(its store's thread works) and those in which bare Kestrel was, in the same process. Read the table of the benchmark beside it.
"""
import glob
import os
import subprocess
import sys
import time

seconds = sys.argv[1] if len(sys.argv) > 1 else "6"
program = "Fraud.Cli/bin/Release/net10.0/fraud.dll"
bench = subprocess.Popen(
    ["dotnet", program, "bench", "http", "--duration", seconds, "--rounds", "1"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def times():
    read = {}
    for task in glob.glob(f"/proc/{bench.pid}/task/*"):
        try:
            with open(task + "/stat", encoding="utf-8") as file:
                text = file.read()
        except OSError:
            continue  # It ended meanwhile.
        name = text[text.index("(") + 1:text.rindex(")")]
        fields = text[text.rindex(")") + 2:].split()
        read[os.path.basename(task)] = (name, int(fields[11]) + int(fields[12]))
    return read


before = times()
sums = {"asked the service": {}, "asked bare Kestrel": {}}
counts = dict.fromkeys(sums, 0)
while bench.poll() is None:
    time.sleep(1)
    now = times()
    spent = {}
    for task, (name, ticks) in now.items():
        spent[name] = spent.get(name, 0) + ticks - before.get(task, (name, 0))[1]
    before = now
    # Seconds of change between the two, of starting and of compiling belong to neither.
    store, pool = spent.get("fraud.store-dis", 0), spent.get(".NET TP Worker", 0)
    which = "asked the service" if store > 10 else "asked bare Kestrel" if store < 2 and pool > 50 else None
    if which and spent.get(".NET Tiered Com", 0) < 20:
        counts[which] += 1
        for name, ticks in spent.items():
            sums[which][name] = sums[which].get(name, 0) + ticks

for which, names in sums.items():
    total = sum(names.values()) or 1
    print(f"{which}: {counts[which]} s, {total / max(1, counts[which]) / os.sysconf('SC_CLK_TCK'):.2f} cores")
    for name, ticks in sorted(names.items(), key=lambda each: -each[1])[:8]:
        print(f"  {name:16} {100 * ticks / total:5.1f} %")
print(bench.stdout.read())
