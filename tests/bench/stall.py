"""A subscriber that stops reading for a million findings, and then goes on: what it costs, and whom.

Prints the growth of the daemon's memory, and the latency of another subscriber with and without the stalled one, under
the same load. Then the stalled one reads on, and must get every finding in order.
"""
import argparse
import json
import pathlib
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional"))
from harness import Daemon, utterance  # noqa: E402  the folder is known only now


class Load:
    """Lines at a steady rate, a finding each, over some connections, until so many are sent."""

    def __init__(self, daemon, rate, name):
        self.client, self.rate, self.name = daemon.sender(), rate, name
        self.sent = 0
        threading.Thread(target=self.acks, daemon=True).start()

    def run(self, until):
        begun, first = time.monotonic(), self.sent
        while self.sent < until:
            batch = min(max(1, self.rate // 100), until - self.sent)
            self.client.send(b"".join(
                json.dumps(utterance(call=f"{self.name}-{(self.sent + i) // 1000}", t=(self.sent + i) % 1000 * 1000),
                           ensure_ascii=False).encode() + b"\n"
                + (json.dumps({"type": "call.end", "call": f"{self.name}-{(self.sent + i) // 1000}", "t": 1000000})
                   .encode() + b"\n" if (self.sent + i) % 1000 == 999 else b"") for i in range(batch)))
            self.sent += batch
            ahead = (self.sent - first) / self.rate - (time.monotonic() - begun)
            if ahead > 0:
                time.sleep(ahead)

    def acks(self):
        try:
            while self.client.line() is not None:
                pass
        except OSError:
            pass  # closed, at the end


def probe(daemon, name, stop, times):
    sender, subscriber = daemon.sender(), daemon.subscriber(filter={"calls": [name]})
    n = 0
    while not stop.is_set():
        begun = time.monotonic()
        sender.send(utterance(call=name, t=n * 1000))
        n += 1
        while subscriber.line()["type"] != "etiquette.finding":
            pass
        times.append(time.monotonic() - begun)
        time.sleep(0.005)


def measured(daemon, load, until, name):
    """The latencies while that much load goes in, and the most memory that was used."""
    stop, times, most = threading.Event(), [], 0
    prober = threading.Thread(target=probe, args=(daemon, name, stop, times))
    worker = threading.Thread(target=load.run, args=(until,))
    prober.start()
    worker.start()
    while worker.is_alive():
        most = max(most, daemon.memory())
        worker.join(0.2)
    stop.set()
    prober.join()
    times.sort()
    return times, most


def told(times):
    return (f"median {times[len(times) // 2] * 1000:.2f} ms, 99th percentile {times[len(times) * 99 // 100] * 1000:.2f} ms "
            f"({len(times)} findings)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=1000000)
    parser.add_argument("--rate", type=int, default=5000, help="lines a second")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, store__path=pathlib.Path(folder) / "s.db", store__retain_size="0", log__level="error",
                        subscriber__stall_timeout="0s")
        load = Load(daemon, options.rate, "load")
        load.run(70000)  # the memory for recent events is full from here on
        daemon.wait_stats(ring_last=lambda n: n >= 70000)
        without, _ = measured(daemon, load, 70000 + options.findings // 4, "probe-a")
        stalled = daemon.subscriber(receive_buffer=65536)
        first = stalled.subscribed["from"]
        before = daemon.memory()
        begun = time.monotonic()
        within, most = measured(daemon, load, load.sent + options.findings, "probe-b")
        spent = time.monotonic() - begun
        last = daemon.wait_stats(store_waiting_bytes=0)["ring_last"]
        begun = time.monotonic()
        for n in range(first, last + 1):
            while (event := stalled.line())["type"] == "heartbeat":
                pass
            assert event["type"] == "etiquette.finding" and int(event["sequence"]) == n, (n, event)
        print(f"without a stalled subscriber: {told(without)}")
        print(f"with one, {last - first + 1} findings behind, over {spent:.0f} s: {told(within)}")
        print(f"memory: {before >> 20} MiB before, {(most - before) / 2**20:.1f} MiB more at most")
        print(f"it got all {last - first + 1} in order, in {time.monotonic() - begun:.0f} s")
        daemon.stop()


if __name__ == "__main__":
    main()
