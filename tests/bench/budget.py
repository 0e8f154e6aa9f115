#!/usr/bin/env python3
"""The instruction budget: what a line costs the daemon by stage, counted by callgrind, against tests/bench/budget.tsv.

    budget.py            counts, prints; fails under CI=true when a stage has grown by more than 10 %
    budget.py --write REASON     counts, and writes the new numbers of stages that changed, with the reason

Counts are of instructions, not of time: the same program with the same libraries always has the same. Other builds of
libc, json-c or PCRE2 have others, which is why a machine that is not the CI's only gets to see them.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import lines

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FILE = pathlib.Path(__file__).with_name("budget.tsv")
GROWTH = 1.10
CHANGED = 1.02
CALLS, LINES = 100, 1500

# Of each stage: the files whose functions are it, when called from others; fold and match: only when the engine calls.
STAGES = {
    "frame": (["daemon/frame.c"], None),
    "decode": (["lib/wire/native.c"], ["daemon/intake.c"]),
    "fold": (["lib/text/fold.c"], ["lib/call/"]),
    "match": (["lib/match/run.c", "lib/match/matcher.c"], ["lib/call/"]),
    "state": (["lib/call/engine.c"], ["daemon/intake.c"]),
    "encode": (["lib/wire/event.c"], ["daemon/"]),
    "deliver": (["daemon/ring.c", "daemon/hub.c", "daemon/subscriber.c"], ["daemon/", "libevent"]),
    "store": (["daemon/store.c", "daemon/recorder.c", "daemon/checkpoint.c"], ["daemon/intake.c", "daemon/loop.c", "pthread"]),
}
WITHIN_STATE = ("fold", "match")
NOT_COUNTED = re.compile(r"_(?:new|free|init)$")


def edges(path):
    """(caller's file, callee, callee's file, inclusive instructions) of all calls in a callgrind file."""
    files, names = {}, {}

    def full(text, known):
        number, name = re.match(r"\((\d+)\)(?: (.*))?", text).groups()
        return known.setdefault(number, name) if name else known[number]

    caller_file = callee = callee_file = calling = None
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            key, _, value = line.rstrip("\n").partition("=")
            if key == "fl":
                caller_file = callee_file = full(value, files)
            elif key in ("fi", "fe"):
                full(value, files)
            elif key == "fn":
                full(value, names)
                callee_file = caller_file
            elif key in ("cfi", "cfl"):
                callee_file = full(value, files)
            elif key == "cfn":
                callee = full(value, names)
            elif key == "calls":
                calling = True
            elif calling and line.strip():
                yield caller_file, callee, callee_file, int(line.split()[-1])
                calling, callee_file = False, caller_file


def within(path, places):
    """Is the source file one of these, or in one of these folders?"""
    return any(place in path for place in places)


def by_stage(path, count):
    """Instructions a line of each stage."""
    sums = collections.Counter()
    for caller, callee, file, cost in edges(path):
        for stage, (own, callers) in STAGES.items():
            if within(file, own) and not within(caller, own) and (not callers or within(caller, callers)) \
                    and not NOT_COUNTED.search(callee):
                sums[stage] += cost
    for stage in WITHIN_STATE:
        sums["state"] -= sums[stage]
    return {stage: round(sums[stage] / count) for stage in STAGES}


def run(binaries, folder):
    """Feeds a daemon under callgrind a fixed input; the path of the counts, and the number of lines."""
    warm, main, ports, out = (folder / name for name in ("warm", "main", "ports", "counts"))
    lines.write(main, CALLS, LINES, 10, 1, warm)
    both = folder / "lines"
    both.write_bytes(warm.read_bytes() + main.read_bytes())
    store = []
    shown = subprocess.run([binaries / "etiquetted", "--show-settings"], capture_output=True, text=True, check=True).stdout
    if "durability" in shown:
        store = [f"--set=store.path={folder}/store.db", "--set=store.durability=crash"]
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", binaries / "etiquetted", "--ingest", "127.0.0.1:0",
               "--subscribe", "127.0.0.1:0", "--ports-file", ports, *store]
    with open(folder / "log", "wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as daemon:
        until = time.monotonic() + 300
        while not (ports.exists() and ports.read_text()):
            if daemon.poll() is not None or time.monotonic() > until:
                daemon.kill()
                sys.exit(f"budget: the daemon did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        port = json.loads(ports.read_text())
        try:
            subprocess.run([binaries / "bench_feed", "-e", "ack", "-o", str(port["subscribe"]), "-s", '{"type":"subscribe"}',
                            str(port["ingest"]), both], check=True, capture_output=True, timeout=300)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(120)
    return out, both.read_bytes().count(b"\n")


def read():
    """Stage → (instructions, reason)."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    kept = {stage: (int(count), reason.strip()) for stage, count, reason in rows}
    if not all(reason for _, reason in kept.values()):
        sys.exit(f"budget: {FILE.name}: a number without a reason")
    return kept


def write(counted, reason):
    """The file anew; what has not changed keeps its number and reason."""
    kept = read() if FILE.exists() else {}
    out = ["# Instructions a line, by stage; script/budget counts. stage, count, why it was changed last: tabs between.\n"]
    for stage, count in counted.items():
        old, why = kept.get(stage, (0, ""))
        if not old or max(count, 1) / old > CHANGED or old / max(count, 1) > CHANGED:
            old, why = count, reason
        out.append(f"{stage}\t{old}\t{why}\n")
    FILE.write_text("".join(out), encoding="utf-8")


def compare(counted):
    """Prints, and returns the stages that have grown too much."""
    kept = read()
    grown = []
    print(f"{'stage':8} {'counted':>8} {'budget':>8}   instructions a line")
    for stage, count in counted.items():
        budget = kept.get(stage, (0, ""))[0]
        over = count > budget * GROWTH + 20  # a stage of a few instructions may differ by a few
        grown += [stage] if over else []
        print(f"{stage:8} {count:8} {budget:8}   {'MORE THAN 10 % ABOVE' if over else ''}")
    print(f"{'all':8} {sum(counted.values()):8} {sum(count for count, _ in kept.values()):8}")
    return grown


def main():
    """The command line."""
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--write", metavar="REASON", help="write the numbers of stages that changed, with this reason")
    p.add_argument("--bin", default=SOURCE / "build/release/bin", type=pathlib.Path, help="folder of the programs")
    a = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="etq-budget-") as folder:
        counted = by_stage(*run(a.bin, pathlib.Path(folder)))
    if any(counted[stage] == 0 for stage in STAGES if stage != "store"):
        sys.exit(f"budget: a stage was not found in the counts, STAGES must be brought up to date: {counted}")
    if a.write:
        write(counted, a.write)
    grown = compare(counted)
    if grown and os.environ.get("CI") == "true":
        sys.exit(f"budget: {', '.join(grown)}: make it cheaper, or say why with script/budget --write REASON")


if __name__ == "__main__":
    main()
