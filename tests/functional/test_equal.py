"""What `check` finds in a file is byte for byte what a live subscriber gets for the same lines.

ETQ_EQUAL_CALLS says how many calls to make up; ETQ_EQUAL_SEED which ones.
"""
import collections
import json
import os
import random
import re
import socket

import pytest

import generate
from ctltools import CALL, DATA, DEMO, Daemon, Line, ctl

CALLS = int(os.environ.get("ETQ_EQUAL_CALLS", "60"))
SEED = int(os.environ.get("ETQ_EQUAL_SEED", "1"))
AT_ONCE = 20  # calls in one file
SCORED = "etiquette.call.scored"
LIVE_ONLY = re.compile(rb',"sequence":"(\d+)","sequencetype":"Integer","recordedtime":"[^"]+"}\n$')


@pytest.fixture(name="daemon", scope="module", params=["forms", "built-in"])
def fixture_daemon(request, tmp_path_factory):
    rules = DATA / "forms.yaml" if request.param == "forms" else None
    with Daemon(tmp_path_factory.mktemp("daemon"), rules=rules) as daemon:
        daemon.rules = () if rules is None else ("--rules", rules)
        yield daemon


class Subscriber:
    """Takes everything from now on."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.line, self.next = self.subscribe()

    def subscribe(self):
        line = Line(socket.create_connection(("127.0.0.1", self.daemon.subscribe_port)))
        line.put({"type": "subscribe", "from": "now"})
        answer = line.get()
        assert answer["type"] == "subscribed"
        return line, answer["from"]

    def events(self):
        """The events of all that was acked; a second subscription tells where they end."""
        other, end = self.subscribe()
        other.close()
        found = []
        while self.next < end:
            raw = self.line.raw()
            if LIVE_ONLY.search(raw):
                assert int(LIVE_ONLY.search(raw).group(1)) == self.next
                self.next += 1
                found.append(raw)
            else:
                assert json.loads(raw)["type"] == "heartbeat", raw
        return found


@pytest.fixture(name="subscriber")
def fixture_subscriber(daemon):
    subscriber = Subscriber(daemon)
    yield subscriber
    subscriber.line.close()


def by_call(raw_events, live):
    """The bytes of each call's events, without what only a live one has."""
    calls = collections.defaultdict(list)
    for raw in raw_events:
        if live:
            raw = LIVE_ONLY.sub(b"}\n", raw)
        calls[json.loads(raw)["subject"]].append(raw)
    return dict(calls)


def checked(daemon, *args, data=b""):
    done = ctl("check", *daemon.rules, "-o", "ndjson", *args, data=data, timeout=600)
    assert done.returncode in (0, 1), done.err
    assert done.err == ""
    return by_call(done.stdout.splitlines(keepends=True), live=False)


def compare(live, offline):
    assert sorted(live) == sorted(offline)
    for call, raw in offline.items():
        assert live[call] == raw, call


@pytest.mark.parametrize("path", [CALL, *sorted(DEMO.glob("*.txt"))], ids=lambda path: path.stem)
def test_sample_calls(daemon, subscriber, path):
    done = ctl("send", "--to", daemon.ingest, "--speed", "max", path)
    assert (done.returncode, done.err) == (0, "")
    live = by_call(subscriber.events(), live=True)
    compare(live, checked(daemon, path))
    assert sum(map(len, live.values())) > 0


def send_pieces(port, rng, lines):
    """Over a plain socket, cut at random; how many were refused."""
    data = b"".join(json.dumps(line, ensure_ascii=rng.random() < 0.2).encode() + b"\n" for line in lines)
    refused = []
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(sock)
        for piece in generate.pieces(rng, data):
            sock.sendall(piece)
        while True:
            reply = line.get()
            assert reply, "the daemon closed the connection"
            if reply["type"] == "error":
                refused.append((lines[reply["n"] - 1], reply))
            elif reply["type"] == "ack" and reply["n"] == len(lines):
                return refused


def test_generated_calls(daemon, subscriber):
    found = retracted = scored = 0
    for first in range(0, CALLS, AT_ONCE):
        rng = random.Random(SEED * 1_000_003 + first)
        names = [f"g{SEED}-{first + i}" for i in range(min(AT_ONCE, CALLS - first))]
        calls = [generate.call(f"{SEED}/{name}", name) for name in names]
        lines = generate.mix(rng, calls)
        assert send_pieces(daemon.ingest_port, rng, lines) == []
        live = by_call(subscriber.events(), live=True)
        data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        offline = checked(daemon, "-", data=data.encode())
        compare(live, offline)
        found += sum(map(len, live.values()))
        retracted += sum(b"finding.retracted" in raw for events in live.values() for raw in events)
        scored += sum(SCORED.encode() in raw for events in live.values() for raw in events)
    print(f"{CALLS} calls, {found} events, {retracted} of them retractions, {scored} scores")
    assert scored >= CALLS
    assert found > 2 * CALLS
    if daemon.rules:
        assert retracted > 0


def test_order_of_arrival_does_not_change_what_stands(daemon):
    """In order and out of order: the same findings in the end, whatever was withdrawn on the way."""
    for number in range(min(CALLS, 100)):
        lines = generate.call(f"{SEED}/order-{number}", "order")
        in_order = sorted(lines, key=lambda x: (x[1].get("end", x[1].get("t", 0))))
        stand = []
        for version in (lines, in_order):
            data = "".join(json.dumps(line) + "\n" for _, line in version)
            done = ctl("check", *daemon.rules, "-o", "ndjson", "-", data=data)
            assert done.err == ""
            ids = collections.Counter()
            for event in map(json.loads, done.out.splitlines()):
                if event["type"] == SCORED:
                    score = event["data"]
                else:
                    ids[event["data"]["finding"]] += 1 if event["type"] == "etiquette.finding" else -1
            score.pop("revision")
            assert score["findings"]["count"] + score["findings"]["trial"] == sum(n > 0 for n in ids.values())
            stand.append(({i for i, n in ids.items() if n > 0}, score))
        assert stand[0] == stand[1], number


def test_the_generator_makes_what_it_should():
    """Partials, duplicates, lines out of order, holds, empty finals: all of them, often."""
    seen = collections.Counter()
    for number in range(100):
        lines = [line for _, line in generate.call(f"g{number}", "c")]
        assert lines == [line for _, line in generate.call(f"g{number}", "c")]
        times = [line.get("end", line.get("t", 0)) for line in lines]
        seen["late"] += any(b < a for a, b in zip(times, times[1:]))
        seen["partial"] += any(line.get("final") is False for line in lines)
        seen["hold"] += any(line["type"] == "hold.start" for line in lines)
        seen["empty"] += any(line.get("text") == "" for line in lines)
        keys = [(line.get("id"), line.get("by"), line.get("t"), line.get("text")) for line in lines
                if line["type"] == "utterance" and line.get("final") is not False]
        seen["duplicate"] += len(keys) != len(set(keys))
    assert all(seen[what] >= 10 for what in ("late", "partial", "hold", "empty", "duplicate")), seen
