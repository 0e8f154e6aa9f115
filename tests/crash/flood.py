"""Thousands of connections that send rubbish, and one sender and one subscriber that are served all the while."""
import argparse
import json
import os
import pathlib
import random
import resource
import selectors
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional"))
from harness import Client, Daemon, utterance  # noqa: E402  the folder is known only now

GOOD = json.dumps(utterance(call="flood", text="добрый день", t=0), ensure_ascii=False).encode() + b"\n"


def rubbish(rng):
    """What a connection may say: noise, half messages, mutated ones, long lines, nothing."""
    kind = rng.randrange(9)
    if kind == 0:
        return rng.randbytes(rng.randint(1, 3000))
    if kind == 1:
        return b"x" * rng.choice([70000, 90000])
    if kind == 2:
        return GOOD[:rng.randrange(len(GOOD))]
    if kind == 3:
        line = bytearray(GOOD * 3)
        for _ in range(rng.randint(1, 5)):
            line[rng.randrange(len(line))] = rng.randrange(256)
        return bytes(line)
    if kind == 4:
        return b"\n" * rng.randint(1, 5000)
    if kind == 5:
        return b'{"type":"subscribe","from":"earliest"}\n{"type":"stats"}\n{"type":"ack","sequence":1}\n' * 3
    if kind == 6:
        return b"[" * 100 + b"\n"
    if kind == 7:
        return b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"\x16\x03\x01\x02\x00" * 20
    return b""


class Crowd:
    """Connections in one selector: each reads sometimes or never, writes rubbish, and goes away in one of several ways."""

    def __init__(self, ports, wanted, seed):
        self.ports, self.wanted, self.rng = ports, wanted, random.Random(seed)
        self.selector = selectors.DefaultSelector()
        self.opened = self.refused = self.most = 0

    def open_one(self):
        s = socket.socket()
        s.setblocking(False)
        try:
            s.connect_ex(("127.0.0.1", self.rng.choice(self.ports)))
            self.selector.register(s, selectors.EVENT_WRITE, {"deaf": self.rng.random() < 0.3})
            self.opened += 1
        except OSError:
            self.refused += 1
            s.close()

    def close_one(self, s):
        self.selector.unregister(s)
        if self.rng.random() < 0.3:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        s.close()

    def turn(self):
        for _ in range(min(200, self.wanted - len(self.selector.get_map()))):
            self.open_one()
        self.most = max(self.most, len(self.selector.get_map()))
        ready = self.selector.select(0.01)
        for key, _ in self.rng.sample(ready, min(len(ready), 400)):
            s = key.fileobj
            try:
                s.send(rubbish(self.rng))
                if not key.data["deaf"]:
                    s.recv(1 << 16)
            except BlockingIOError:
                pass
            except OSError:
                self.close_one(s)
                continue
            if self.rng.random() < 0.02:
                self.close_one(s)

    def close(self):
        for key in list(self.selector.get_map().values()):
            self.close_one(key.fileobj)


def behave(daemon, stop, times):
    """A line at a time, and its finding: how long that takes."""
    sender, subscriber = daemon.sender(), daemon.subscriber(filter={"calls": ["good"]})
    n = 0
    while not stop.is_set():
        begun = time.monotonic()
        sender.send(utterance(call="good", t=n * 1000))
        n += 1
        sender.until("ack", n=n)
        while (event := subscriber.line())["type"] != "etiquette.finding":
            pass
        assert event["data"]["t"] == (n - 1) * 1000, event
        times.append(time.monotonic() - begun)
        time.sleep(0.01)


def main():
    parser = argparse.ArgumentParser(prog="script/flood-test", description=__doc__)
    parser.add_argument("--connections", type=int, default=6000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    options.connections = min(options.connections, hard - 200)
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, store__path=pathlib.Path(folder) / "s.db", ingest__connections=options.connections,
                        subscriber__connections=options.connections, buffers__bytes="128MiB", log__level="error")
        stop, times = threading.Event(), []
        good = threading.Thread(target=behave, args=(daemon, stop, times))
        good.start()
        crowd = Crowd([daemon.ports["ingest"], daemon.ports["subscribe"]], options.connections, options.seed)
        before, most = daemon.memory(), 0
        end = time.monotonic() + options.seconds
        while time.monotonic() < end and good.is_alive():
            crowd.turn()
            most = max(most, daemon.memory())
        stop.set()
        good.join(60)
        served = not good.is_alive() and len(times) > 0
        stats = daemon.stats()
        crowd.close()
        daemon.wait_stats(senders_open=lambda n: n <= 1, subscribers_open=lambda n: n <= 2)
        times.sort()
        print(f"seed {options.seed}: {crowd.opened} connections, {crowd.most} at once, {stats['lines']} lines, "
              f"{stats['lines_refused']} refused; closed: "
              + ", ".join(f"{k[7:]} {v}" for k, v in stats.items() if k.startswith("closed_") and v))
        print(f"  well-behaved: {len(times)} lines, from sending to its finding median "
              f"{times[len(times) // 2] * 1000:.1f} ms, 99th percentile {times[len(times) * 99 // 100] * 1000:.1f} ms, "
              f"longest {times[-1] * 1000:.1f} ms")
        print(f"  memory: {before >> 20} MiB before, at most {most >> 20} MiB, {daemon.memory() >> 20} MiB after")
        daemon.stop()
        ok = served and most - before < 256 << 20
        print("served throughout" if ok else "NOT served throughout")
        sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
