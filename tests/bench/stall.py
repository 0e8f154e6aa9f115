"""A subscriber that stops reading for a million findings, and then goes on: what it costs, and whom.

Prints the growth of the daemon's memory, and the latency of another subscriber with and without the stalled one, under
the same load. Then the stalled one reads on, and must get every finding in order.
"""
import argparse
import json
import os
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


def measured_while(daemon, load, reader):
    """The latencies under that load until the reader is done."""
    stop, times, halt = threading.Event(), [], threading.Event()
    prober = threading.Thread(target=probe, args=(daemon, "catching-up", stop, times))

    def go_on():
        while not halt.is_set():
            load.run(load.sent + load.rate // 4)

    worker = threading.Thread(target=go_on)
    prober.start()
    worker.start()
    reader.join()
    for event, thread in ((halt, worker), (stop, prober)):
        event.set()
        thread.join()
    times.sort()
    return times, 0


def told(times):
    times = sorted(times)
    return (f"median {times[len(times) // 2] * 1000:.2f} ms, 99th percentile {times[len(times) * 99 // 100] * 1000:.2f} ms "
            f"({len(times)} findings)")


def read_on(client, first, last):
    """Every event, in order, as fast as they come."""
    for n in range(first, last + 1):
        while (event := client.line())["type"] == "heartbeat":
            pass
        assert event["type"].startswith("etiquette.") and int(event["sequence"]) == n, (n, event)


def read_apart(client, first, last):
    """The same by a process of its own, so that it does not take the time of those who measure."""
    child = os.fork()
    if child == 0:
        try:
            read_on(client, first, last)
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    assert os.waitpid(child, 0)[1] == 0, "not all came in order"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=1000000)
    parser.add_argument("--rate", type=int, default=2000, help="lines a second, a finding each: so many that nothing else waits")
    parser.add_argument("--rounds", type=int, default=4, help="with and without, in turns")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, store__path=pathlib.Path(folder) / "s.db", store__retain_size="0", log__level="error",
                        store__durability="crash", subscriber__stall_timeout="0s")
        load = Load(daemon, options.rate, "load")
        part = options.findings // options.rounds
        without, within, most = [], [], 0
        load.run(70000)  # the memory for recent events is full from here on
        daemon.wait_stats(ring_last=lambda n: n >= 70000)
        stalled, first = None, 0
        for n in range(options.rounds):
            # The one that is stalled costs nothing while it does not read: a second daemon would share its core.
            times, _ = measured(daemon, load, load.sent + part // 4, f"without-{n}")
            without += times
            if stalled:
                stalled.close()
            stalled = daemon.subscriber(first or "now", receive_buffer=65536)
            first = first or stalled.subscribed["from"]
            before = daemon.memory() if n == 0 else before
            times, peak = measured(daemon, load, load.sent + part, f"within-{n}")
            within += times
            most = max(most, peak)
            if n < options.rounds - 1:
                stalled.close()
        last = daemon.wait_stats(store_waiting_bytes=0)["ring_last"]
        begun = time.monotonic()
        reader = threading.Thread(target=read_apart, args=(stalled, first, last))
        reader.start()
        times, _ = measured_while(daemon, load, reader)
        print(f"without a stalled subscriber:  {told(without)}")
        print(f"with one, at last {last - first + 1} findings behind: {told(within)}")
        print(f"while it reads all of them, in {time.monotonic() - begun:.0f} s: {told(times)}")
        print(f"memory: {before >> 20} MiB before, {(most - before) / 2**20:.1f} MiB more at most")
        daemon.stop()


if __name__ == "__main__":
    main()
