"""Named subscribers: the daemon keeps their place; etiquettectl watch --name and send --resume use what is kept."""
import json
import signal
import subprocess

import pytest

from harness import TIMEOUT, environment, program, utterance


def named(daemon, name="qa-1", since="now", **fields):
    client = daemon.client("subscribe")
    client.send({"type": "subscribe", "name": name, "from": since, **fields})
    client.subscribed = client.line()
    return client


def ack(client, sequence):
    client.send({"type": "ack", "sequence": sequence})


def numbers(client, n):
    return [int(client.line()["sequence"]) for _ in range(n)]


def feed(daemon, call, n):
    sender = daemon.sender()
    sender.send(*(utterance(call=call, t=i * 1000) for i in range(n)))
    sender.until("ack", n=n)
    sender.close()


@pytest.fixture(params=["memory", "store"])
def settings(request, tmp_path):
    return {} if request.param == "memory" else {"store__path": tmp_path / "s.db"}


def test_it_goes_on_behind_its_last_ack(start, settings):
    daemon = start(**settings)
    client = named(daemon)
    feed(daemon, "a", 10)
    assert numbers(client, 10) == list(range(1, 11))
    ack(client, 3)
    ack(client, 7)
    ack(client, 5)  # never back
    daemon.wait_stats(subscriber_acks=3)
    client.close()
    daemon.wait_stats(subscribers_open=1)
    feed(daemon, "b", 5)
    client = named(daemon, since="now")
    assert client.subscribed["from"] == 8
    assert numbers(client, 8) == list(range(8, 16))
    other = named(daemon, "qa-2", since="earliest")
    assert numbers(other, 15) == list(range(1, 16))
    assert daemon.stats()["subscriber_names"] == 2


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_over_a_restart(start, tmp_path, end):
    daemon = start(store__path=tmp_path / "s.db")
    client = named(daemon)
    feed(daemon, "a", 10)
    numbers(client, 10)
    ack(client, 6)
    daemon.wait_stats(subscriber_acks=1, store_waiting_bytes=0)
    feed(daemon, "b", 1)  # its commit comes after that of the ack
    getattr(daemon.process, end)()
    daemon.wait()
    daemon.stop = lambda: None
    daemon = start(store__path=tmp_path / "s.db")
    client = named(daemon)
    assert client.subscribed["from"] == 7
    assert numbers(client, 5) == list(range(7, 12))


def test_a_name_has_one_connection(start, settings):
    daemon = start(**settings)
    first = named(daemon)
    second = named(daemon)
    assert first.rest() == [{"type": "bye", "reason": "replaced", "message": "another connection has taken the name"}]
    feed(daemon, "a", 2)
    assert numbers(second, 2) == [1, 2]
    ack(second, 2)
    daemon.wait_stats(subscriber_acks=1, closed_replaced=1)


@pytest.mark.parametrize("fields, sequence, code", [
    ({"name": "qa-1"}, 3, "bad-sequence"),
    ({"name": "qa-1"}, 10**18, "bad-sequence"),
    ({}, 1, "no-name"),
])
def test_acks_that_are_refused(start, fields, sequence, code):
    daemon = start()
    client = daemon.client("subscribe")
    client.send({"type": "subscribe", **fields})
    client.line()
    feed(daemon, "a", 2)
    assert numbers(client, 2) == [1, 2]
    ack(client, sequence)
    assert client.line()["code"] == code


def test_too_many_names(start, settings):
    daemon = start(subscriber__names=2, **settings)
    named(daemon, "a"), named(daemon, "b")
    client = named(daemon, "c")
    assert client.subscribed["code"] == "too-many-names"
    client.send({"type": "subscribe"})
    assert client.line()["type"] == "subscribed", "without a name it may go on"


def test_a_name_that_missed_something_gives_way(start):
    daemon = start(subscriber__names=1, ring__events=16)
    named(daemon, "a").close()
    daemon.wait_stats(subscribers_open=1)
    feed(daemon, "x", 100)
    assert named(daemon, "b").subscribed["type"] == "subscribed"
    assert daemon.stats()["subscriber_names"] == 1


def test_its_gap_is_told(start):
    daemon = start(ring__events=16)
    client = named(daemon)
    feed(daemon, "a", 2)
    numbers(client, 2)
    ack(client, 1)
    daemon.wait_stats(subscriber_acks=1)
    client.close()
    feed(daemon, "b", 100)
    client = named(daemon)
    first = daemon.stats()["events_first"]
    assert client.line() == {"type": "gap", "from": 2, "to": first - 1}
    assert numbers(client, 16) == list(range(first, 103))


# ---- etiquettectl ----------------------------------------------------------------------------


def ctl(*args, **kwargs):
    return subprocess.Popen([program("etiquettectl"), *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=environment(), **kwargs)


def watch(daemon, count, *more):
    return ctl("watch", "--from", daemon.ports["subscribe"], "--name", "qa-1", "--output", "ndjson", "--count", count,
               *more)


def shown(process):
    out, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, err
    return [int(json.loads(line)["sequence"]) for line in out.splitlines()]


def test_watch_goes_on_where_it_was(daemon):
    first = watch(daemon, 3)
    daemon.wait_stats(subscriber_names=1)
    feed(daemon, "a", 5)
    assert shown(first) == [1, 2, 3]
    daemon.wait_stats(subscribers_open=1)
    assert shown(watch(daemon, 2)) == [4, 5]


def test_watch_gives_way_and_does_not_fight(daemon):
    first = watch(daemon, 10, "--follow")
    daemon.wait_stats(subscriber_names=1)
    named(daemon)
    _, err = first.communicate(timeout=TIMEOUT)
    assert first.returncode == 2 and "replaced" in err


def test_watch_refuses_a_bad_name(daemon):
    process = ctl("watch", "--name", "x" * 65)
    assert "a name of 1 to 64 bytes" in process.communicate(timeout=TIMEOUT)[1]


def calls_file(path, calls, lines):
    with open(path, "w", encoding="utf-8") as f:
        for call in range(calls):
            for i in range(lines):
                print(json.dumps(utterance(call=f"c{call}", id=f"u{i}", t=i * 1000), ensure_ascii=False), file=f)
            print(json.dumps({"type": "call.end", "call": f"c{call}", "t": lines * 1000}), file=f)


def test_send_resumes_over_kills(start, tmp_path):
    """The daemon is killed again and again while a file is sent: everything is found, and found once."""
    calls_file(tmp_path / "calls", 200, 50)
    settings = {"store__path": tmp_path / "s.db"}
    daemon = start(**settings)
    ports = daemon.ports
    sending = ctl("send", "--to", ports["ingest"], "--speed", "max", "--resume", tmp_path / "calls")
    for _ in range(4):
        daemon.wait_stats(lines=lambda n: n > 200 or sending.poll() is not None)
        daemon.process.kill()
        daemon.wait()
        daemon.stop = lambda: None
        daemon = start(ingest__listen=f"127.0.0.1:{ports['ingest']}", **settings)
    out, err = sending.communicate(timeout=2 * TIMEOUT)
    assert sending.returncode == 0, err
    assert "connected again" in err
    total = 200 * 51
    client = daemon.subscriber("earliest", filter={"rules": ["*"]})
    seen, last = {}, 0
    for _ in range(total):
        event = client.line()
        assert int(event["sequence"]) > last
        last = int(event["sequence"])
        assert event["id"] not in seen
        seen[event["id"]] = (event["subject"], event["data"]["rule"])
    assert sorted(seen.values()) == sorted(
        [(f"c{c}", "test.bad") for c in range(200) for _ in range(50)] + [(f"c{c}", "end.bye") for c in range(200)])


def test_send_without_resume_gives_up(start, tmp_path):
    calls_file(tmp_path / "calls", 100, 50)
    daemon = start()
    sending = ctl("send", "--to", daemon.ports["ingest"], "--speed", "50", tmp_path / "calls")
    daemon.wait_stats(lines=lambda n: n > 0)
    daemon.signal(signal.SIGTERM)
    _, err = sending.communicate(timeout=TIMEOUT)
    assert sending.returncode == 2 and "shutdown" in err
