#!/usr/bin/env python3
"""Measures the daemon beside its peers; script/bench builds and installs what this needs, and runs it."""
import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import plot
import table
from cases import Cases, Scale, cores
from machine import Failed
from peers import Bench, missing
from ratios import RATIOS, compute

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    """The options."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--quick", action="store_true", help="fewer lines and rounds: under five minutes")
    p.add_argument("--rounds", type=int, help="each case is measured so many times (5; quick: 3)")
    p.add_argument("--json", metavar="FILE", help="write values and ratios there")
    p.add_argument("--plot", metavar="FILE", help="draw cost against rules, calls and subscribers there, as SVG")
    p.add_argument("--only", metavar="TEXT", default="", help="only cases whose name has that in it; ratios that need others are left out")
    p.add_argument("--bin", default=SOURCE / "build/release/bin", help="folder of the programs")
    p.add_argument("--peers", default=SOURCE / "build/peers", help="folder where the peers were unpacked")
    a = p.parse_args()
    a.rounds = a.rounds or (3 if a.quick else 5)
    return a


def has_store(bench):
    """Does this build know the store's settings?"""
    shown = subprocess.run([str(bench.bin / "etiquetted"), "--show-settings"], capture_output=True, text=True, check=False)
    return "durability" in shown.stdout


def run(cases, rounds, values, reasons):
    """All rounds; values by name, a list each; what could not be measured, with its reason."""
    for number in range(1, rounds + 1):
        begun = time.monotonic()
        for name, measure in cases:
            print(f"\r\033[Kround {number}: {name}", end="", file=sys.stderr, flush=True)
            try:
                for key, value in measure().items():
                    values.setdefault(key, []).append(value)
            except Failed as why:
                reasons.setdefault(name, " ".join(str(why).split())[:300])
        print(f"\r\033[Kround {number} of {rounds}: {time.monotonic() - begun:.0f} s", file=sys.stderr)


def machine():
    """What it was measured on."""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        model = next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), "?")
    return f"{model}, Linux {platform.release()}, {cores()}"


def main():
    """The command line."""
    a = arguments()
    if missing():
        sys.exit(f"bench: not installed: {', '.join(missing())}; script/bench installs them")
    values, reasons = {}, {}
    with tempfile.TemporaryDirectory(prefix="etq-bench-") as folder:
        bench = Bench(a.bin, a.peers, folder)
        all_cases = Cases(bench, Scale(a.quick))
        chosen = [case for case in all_cases.all() if a.only in case[0]]
        if not has_store(bench):
            chosen = [case for case in chosen if "store at" not in case[0]]
            reasons["store"] = "this build has no store"
        try:
            if not a.only:
                print(f"all peers agree on {all_cases.agree()} findings", file=sys.stderr)
            run(chosen, a.rounds, values, reasons)
        except Failed as why:
            sys.exit(f"bench: {why}")
    ratios = compute(values, reasons)
    print(table.text(values, ratios, reasons, machine()))
    if a.json:
        medians = {name: {"median": statistics.median(v), "spread": [min(v), max(v)]} for name, v in sorted(values.items())}
        out = {"machine": machine(), "quick": a.quick, "rounds": a.rounds, "ratios": ratios, "values": medians, "reasons": reasons}
        pathlib.Path(a.json).write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if a.plot:
        plot.draw(values, a.plot)
    failed = [name for name in reasons if name != "store"]
    return 1 if failed or (not a.only and any(ratios[r.name]["median"] is None for r in RATIOS if "store" not in r.name)) else 0


if __name__ == "__main__":
    sys.exit(main())
