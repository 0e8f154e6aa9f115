#!/usr/bin/env python3
"""Many calls at once into a daemon of its own, and many subscribers at it, one of which never reads.

All calls are open at once and their lines are mixed; a call that is over is followed by a new one. Nothing may be
lost: every line is acked and none refused; each subscriber gets exactly what its filter lets through, compared with
one without a filter; what stands in the end is what `etiquettectl check` finds in the same lines; the one that never
reads costs no more than its buffer, and when it reads in the end, events and gaps account for every number. The
daemon's memory, printed every few seconds, must not grow once it has settled. Exit status: 0, or 1 with the reasons.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

from load_audience import SCORED, Audience
from load_senders import send_all

SOURCE = pathlib.Path(__file__).resolve().parents[2]
# What makes the steady state come soon: the names of ended calls are forgotten within a minute.
SETTINGS = {"calls.idle": "1m", "calls.max": "1000000", "ingest.connections": "10000",
            "subscriber.connections": "10000", "subscriber.stall_timeout": "0s"}


def arguments():
    """The options; the defaults are the full scale."""
    p = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    p.add_argument("--bin", default=SOURCE / "build/release/bin", type=pathlib.Path, help="folder of the programs")
    p.add_argument("--calls", default=10000, type=int, help="calls open at once (10000)")
    p.add_argument("--senders", default=50, type=int, help="connections that send them (50)")
    p.add_argument("--subscribers", default=200, type=int, help="connections with a filter each, one stalled (200)")
    p.add_argument("--seconds", default=180, type=float, help="how long new calls are begun (180)")
    p.add_argument("--rate", default=3000, type=float, help="lines a second, all together (3000)")
    p.add_argument("--settle", default=60, type=float, help="memory may grow for so many seconds (60)")
    p.add_argument("--flat", default=8, type=float, help="and by so many percent after that (8)")
    p.add_argument("--seed", default=1, type=int, help="which calls are made up (1)")
    a = p.parse_args()
    if min(a.calls, a.senders, a.seconds, a.rate) <= 0 or a.subscribers < 2 or not 0 <= a.settle < a.seconds:
        p.error("all must be above 0, --subscribers at least 2, --settle below --seconds")
    return a


class Daemon:
    """The real one, with its built-in rules."""

    def __init__(self, args, folder):
        ports = folder / "ports"
        self.log = folder / "log"
        settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [str(args.bin / "etiquetted"), "--ingest", "127.0.0.1:0", "--subscribe", "127.0.0.1:0",
                 "--ports-file", str(ports), *settings], stderr=log)
        until = time.monotonic() + 60
        while not ports.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the daemon does not start:\n{self.log.read_text()}")
            time.sleep(0.02)
        self.ports = json.loads(ports.read_text())

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def cpu(self):
        """Seconds of processor time."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stats(self):
        with socket.create_connection(("127.0.0.1", self.ports["subscribe"]), timeout=30) as s:
            s.sendall(b'{"type":"stats"}\n')
            return json.loads(s.makefile("rb").readline())["values"]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


class Meter:
    """The daemon's memory over time, printed every few seconds."""

    def __init__(self, args, daemon):
        self.args, self.daemon = args, daemon
        self.began = self.next = time.monotonic()
        self.every = min(10, args.seconds / 6)
        self.samples = []
        print(f"{'s':>6} {'calls open':>11} {'lines':>10} {'events':>9} {'deliveries':>11} {'CPU s':>7} {'RSS KiB':>9}")

    def look(self):
        now = time.monotonic()
        if now < self.next:
            return
        self.next += self.every
        s, memory = self.daemon.stats(), self.daemon.memory()
        if now - self.began <= self.args.seconds:
            self.samples.append((now - self.began, memory))
        print(f"{now - self.began:6.0f} {s['calls_open']:11} {s['lines']:10} {s['events']:9} {s['deliveries']:11} "
              f"{self.daemon.cpu():7.1f} {memory // 1024:9}")

    def problems(self):
        late = [memory for t, memory in self.samples if t >= self.args.settle]
        if len(late) < 2:
            return ["too short a run to say whether memory grows: --seconds far above --settle"]
        growth = 100 * (max(late) - late[0]) / late[0]
        print(f"memory after {self.args.settle:.0f} s: {late[0] // 1024} KiB, then at most {max(late) // 1024} KiB "
              f"({growth:+.1f} %)")
        return [f"memory grew by {growth:.1f} % after {self.args.settle:.0f} s"] if growth > self.args.flat else []


def offline(args, path):
    """Ids of the findings that stand when the same lines are judged from their file, and each call's score."""
    standing, scores = set(), {}
    with subprocess.Popen([str(args.bin / "etiquettectl"), "check", "-o", "ndjson", str(path)],
                          stdout=subprocess.PIPE) as check:
        for line in check.stdout:
            event = json.loads(line)
            if event["type"] == SCORED:
                scores[event["subject"]] = event["data"]["score"]
                continue
            change = standing.add if event["type"] == "etiquette.finding" else standing.discard
            change(event["data"]["finding"])
    return (standing, scores) if check.returncode in (0, 1) else (None, None)


def run(args, folder, daemon):
    """The problems, one a line."""
    audience = Audience(args, daemon.ports["subscribe"])
    mine, theirs = multiprocessing.Pipe()
    lines = folder / "lines.ndjson"
    process = multiprocessing.Process(target=send_all, args=(args, daemon.ports["ingest"], lines, theirs))
    process.start()
    meter = Meter(args, daemon)
    while process.is_alive() and not mine.poll():
        audience.turn(0.05)
        meter.look()
    if not mine.poll():
        return ["the senders did not come to their end"]
    sent = mine.recv()
    process.join()
    audience.drain(3)
    stats = daemon.stats()
    last = stats["ring_last"]
    print(f"{sent['calls']} calls, {sent['lines']} lines in {sent['seconds']:.0f} s, {last} events "
          f"({audience.retracted} withdrawals), {stats['deliveries']} deliveries, "
          f"{stats['delivered_bytes'] / 1e6 / sent['seconds']:.1f} MB/s")
    problems = meter.problems()
    if sent["errors"] or sent["acked"] != sent["lines"]:
        problems.append(f"{sent['acked']} of {sent['lines']} lines acked; refused: {sent['errors'][:3]}")
    if stats["events_lost"] or stats["calls_open"]:
        problems.append(f"{stats['events_lost']} events lost, {stats['calls_open']} calls still open")
    if stats["calls_idle"]:
        problems.append(f"{stats['calls_idle']} calls got no lines for a minute: this machine is too busy to send them")
    problems += audience.problems(last)
    slow = stats["subscribers_slow"]
    problems += audience.read_the_rest(last)
    print(f"stalled: {'slow' if slow else 'within its buffer'}, then {len(audience.stalled.numbers)} events and "
          f"{sum(to - first + 1 for first, to in audience.stalled.gaps)} told as gaps")
    if slow > 1:
        problems.append(f"{slow} subscribers were slow, not one")
    judged, scores = offline(args, lines)
    if judged != audience.standing:
        problems.append("etiquettectl check failed" if judged is None else
                        f"live {len(audience.standing)} findings stand, offline {len(judged)}; "
                        f"differing: {sorted(judged ^ audience.standing)[:3]}")
    if scores is not None and scores != audience.scores:
        problems.append(f"live {len(audience.scores)} calls have a score, offline {len(scores)}, or they differ")
    return problems


def main():
    sys.stdout.reconfigure(line_buffering=True)
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="etiquetted-load-") as name:
        folder = pathlib.Path(name)
        daemon = Daemon(args, folder)
        try:
            problems = run(args, folder, daemon)
        finally:
            status = daemon.stop()
        if status != 0:
            problems.append(f"the daemon's exit status is {status}:\n{daemon.log.read_text()[-2000:]}")
    for problem in problems:
        print(f"load: {problem}", file=sys.stderr)
    print("load: FAILED" if problems else "load: nothing lost, memory flat")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
