"""Mixed load on a daemon with sanitizers and a store, with its rules loaded anew every few seconds.

Whole calls, partial results, lines sent twice, rubbish; subscribers that come and go, that are slow, that have names.
At the end: no error, no memory that grew, and every finding numbered once.
"""
import argparse
import json
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional"))
from crash import Calls, Lines  # noqa: E402
from flood import rubbish  # noqa: E402
from harness import Daemon  # noqa: E402


def send_calls(port, seed, stop):
    """Calls, with partial results before some lines and every tenth line twice."""
    rng = random.Random(seed)
    while not stop.is_set():
        calls = Calls(rng, 20)
        calls.make(rng.randint(50, 500))
        calls.end_all()
        connection = Lines(port)
        for line in calls.lines:
            message = json.loads(line)
            message["call"] += f"-{seed}-{id(calls)}-{time.monotonic_ns() // 10**9}"
            again = json.dumps(message, ensure_ascii=False).encode() + b"\n"
            if message["type"] == "utterance" and rng.random() < 0.3:
                part = dict(message, text=message["text"][:len(message["text"]) // 2], final=False)
                connection.send(json.dumps(part, ensure_ascii=False).encode() + b"\n")
            connection.send(again * (2 if rng.random() < 0.1 else 1))
        connection.socket.shutdown(1)
        while connection.line() is not None:
            pass
        connection.close()


def send_rubbish(ports, seed, stop):
    rng = random.Random(seed)
    while not stop.is_set():
        connection = Lines(rng.choice(ports))
        for _ in range(rng.randint(1, 5)):
            connection.send(rubbish(rng))
        connection.close()
        stop.wait(0.05)


def subscribe(port, seed, stop):
    rng = random.Random(seed)
    while not stop.is_set():
        connection = Lines(port)
        connection.send(json.dumps({"type": "subscribe", "from": rng.choice(["now", "earliest", 5]),
                                    "name": rng.choice(["a", "b", "c"])}).encode() + b"\n")
        for _ in range(rng.randint(1, 3000)):
            line = connection.line()
            if line is None or stop.is_set():
                break
            event = json.loads(line)
            if "sequence" in event and rng.random() < 0.1:
                connection.send(json.dumps({"type": "ack", "sequence": int(event["sequence"])}).encode() + b"\n")
        if rng.random() < 0.2:
            stop.wait(5)  # does not read
        connection.close()


def main():
    parser = argparse.ArgumentParser(prog="script/soak-test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, args=["--rules", "ru"], store__path=pathlib.Path(folder) / "s.db", log__level="error",
                        store__retain_size="64MiB", ring__events=2000, calls__idle="20s")
        ingest, out = daemon.ports["ingest"], daemon.ports["subscribe"]
        stop = threading.Event()
        jobs = [(send_calls, ingest), (send_calls, ingest), (send_rubbish, [ingest, out]), (subscribe, out), (subscribe, out)]
        threads = [threading.Thread(target=job, args=(port, options.seed + i, stop)) for i, (job, port) in enumerate(jobs)]
        for thread in threads:
            thread.start()
        memory, begun = [], time.monotonic()
        while time.monotonic() - begun < options.minutes * 60 and all(t.is_alive() for t in threads) \
                and daemon.process.poll() is None:
            time.sleep(10)
            daemon.signal(signal.SIGHUP)
            memory.append(daemon.memory() >> 20)
        alive = all(t.is_alive() for t in threads)
        stop.set()
        for thread in threads:
            thread.join(60)
        stats = daemon.stats()
        daemon.stop()
        half = memory[len(memory) // 2:]
        print(f"{(time.monotonic() - begun) / 60:.1f} min, {stats['reloads']} reloads, {stats['lines']} lines, "
              f"{stats['events']} events, {stats['events_lost']} lost, {stats['calls_started']} calls, "
              f"{stats['accepted']} connections, {stats['commits']} commits")
        print(f"memory in MiB: {memory[0]} after 10 s, {half[0]} at half time, {memory[-1]} at the end, most {max(memory)}")
        ok = alive and stats["events_lost"] == 0 and max(half[len(half) // 2:]) <= max(half[:len(half) // 2 + 1]) * 1.1 + 4
        print("no error, memory flat" if ok else "NOT well")
        sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
