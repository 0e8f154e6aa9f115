"""How long a restart takes: so many open calls of so many lines each are sent, the daemon is killed, and started again.

With --compare all calls are then ended, and what the two lives gave together is compared with an offline check.
"""
import argparse
import collections
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/functional"))
sys.path.insert(0, str(SOURCE / "tests/crash"))
import lines  # noqa: E402  the folders are known only now
from crash import compare  # noqa: E402
from harness import Client, Daemon, program  # noqa: E402


def write(path, calls, length):
    """Lines of calls that go on all at once: now this one, now that."""
    rng = random.Random(7)
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps({"type": "call.start", "call": f"call-{i}", "started_at": "2026-11-23T09:00:00Z"}) + "\n"
                       for i in range(calls))
        for n in range(length - 1):
            order = list(range(calls))
            rng.shuffle(order)
            for i in order:
                by, pool = ("agent", lines.AGENT) if n % 2 else ("customer", lines.CUSTOMER)
                begin = rng.choice(lines.FILLERS) if rng.random() < 0.03 else ""
                out.write(lines.utterance(rng, f"call-{i}", n, n * 5400, by, begin, pool))


def feed(daemon, path):
    """All of the file, and the acks for it."""
    client, n = Client(daemon.ports["ingest"]), 0
    client.socket.setblocking(True)
    with open(path, "rb") as data:
        while block := data.readlines(1 << 18):
            client.send(b"".join(block))
            n += len(block)
            client.until("ack", n=n)
    client.close()
    return n


def start(folder, *more):
    begun = time.monotonic()
    daemon = Daemon(folder, args=["--rules", "ru", *more], store__path=folder / "store.db", store__durability="crash",
                    store__retain_size="0", calls__idle="10h", ingest__calls="1000000", calls__lateness="2s")
    return daemon, time.monotonic() - begun


def cpu(daemon):
    fields = pathlib.Path(f"/proc/{daemon.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def events(daemon):
    """All that there are."""
    last, subscriber = daemon.wait_stats(store_waiting_bytes=0)["ring_last"], daemon.subscriber("earliest")
    got = []
    while len(got) < last:
        message = subscriber.line()
        got += [message] if "sequence" in message and message["type"] != "heartbeat" else []
    return got


def check(path, folder):
    """What `etiquettectl check` finds, by call."""
    found = collections.defaultdict(list)
    done = subprocess.run([program("etiquettectl"), "check", "--rules", folder / "rules.yaml", "--rules", "ru", "--format", "native", "--output", "ndjson", path],
                          cwd=folder, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    for line in done.stdout.splitlines():
        event = json.loads(line)
        found[event["subject"]].append(event)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10000)
    parser.add_argument("--lines", type=int, default=100, help="of each call")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder / "lines", options.calls, options.lines)
        daemon, _ = start(folder)
        n = feed(daemon, folder / "lines")
        daemon.process.kill()
        daemon.process.wait()
        for _ in range(options.rounds):
            daemon, took = start(folder)
            told = next(line for line in daemon.log().splitlines() if "rebuilt from" in line)
            print(f"{n} lines of {options.calls} calls: ready after {took:.2f} s, {cpu(daemon):.2f} s of CPU, "
                  f"{daemon.memory() >> 20} MiB; {told.split(': ', 1)[-1]}", flush=True)
            daemon.process.kill()
            daemon.process.wait()
        if not options.compare:
            return
        daemon, _ = start(folder)
        ends = "".join(json.dumps({"type": "call.end", "call": f"call-{i}", "t": options.lines * 5400 + 10000, "by": "agent"}) + "\n"
                       for i in range(options.calls))
        (folder / "ends").write_text(ends, encoding="utf-8")
        feed(daemon, folder / "ends")
        daemon.wait_stats(calls_open=0)
        got = events(daemon)
        daemon.stop()
        with open(folder / "lines", "ab") as all_lines, open(folder / "ends", "rb") as more:
            shutil.copyfileobj(more, all_lines)
        lost, duplicated, differing = compare(check(folder / "lines", folder), got)
        print(f"{len(got)} events: {lost} lost, {duplicated} duplicated, {differing} differing from an offline check")
        sys.exit(lost + duplicated + differing > 0)


if __name__ == "__main__":
    main()
