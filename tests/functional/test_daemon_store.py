"""The store: what was acknowledged survives; what was found is found once; nothing else changes."""
import signal
import sqlite3
import subprocess
import time

import pytest

from harness import RULES, TIMEOUT, program, environment, utterance

EVENT = "etiquette.finding"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


def kill(daemon):
    daemon.process.kill()
    daemon.wait()
    daemon.process.stdout.close()


def told(subscriber, n):
    """The next n findings: sequence, rule, call."""
    got = []
    while len(got) < n:
        message = subscriber.line()
        assert message["type"] in (EVENT, "etiquette.call.scored"), message
        got += [message] if message["type"] == EVENT else []
    return [(int(m["sequence"]), m["data"]["rule"], m["subject"]) for m in got]


def rows(path, sql):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


@pytest.fixture
def again(start):
    """Starts a daemon; kills the one before, if it still runs."""
    last = []

    def start_again(path, **settings):
        if last and last[-1].process.poll() is None:
            kill(last[-1])
            last[-1].stop = lambda: None
        last.append(start(store__path=path, **settings))
        return last[-1]

    yield start_again


def send(daemon, *lines):
    sender = daemon.sender()
    sender.send(*lines)
    replies = sender.until("ack", n=len(lines))
    sender.close()
    return [m["code"] for m in replies if m["type"] == "error"]


def test_a_call_goes_on_after_a_crash(again, path):
    daemon = again(path)
    send(daemon, utterance(t=0), {"type": "hold.start", "call": "c1", "t": 2000},
         {"type": "hold.end", "call": "c1", "t": 3000})
    daemon = again(path)
    assert "1 open calls rebuilt from 3 lines" in daemon.log()
    subscriber = daemon.subscriber("earliest")
    assert told(subscriber, 1) == [(1, "test.bad", "c1")]
    send(daemon, {"type": "call.end", "call": "c1", "t": 9000})
    assert told(subscriber, 2) == [(2, "wait.thanks", "c1"), (3, "end.bye", "c1")]


def test_and_after_a_stop(again, path):
    daemon = again(path)
    subscriber = daemon.subscriber()
    send(daemon, utterance(t=0))
    daemon.signal(signal.SIGTERM)
    assert [m["type"] for m in subscriber.rest()] == [EVENT, "bye"]
    assert daemon.wait() == 0
    daemon = again(path)
    subscriber = daemon.subscriber("earliest")
    send(daemon, utterance(t=1000, text="до свидания"), {"type": "call.end", "call": "c1", "t": 9000},
         utterance(call="c2", t=0))
    assert [(rule, call) for _, rule, call in told(subscriber, 2)] == [("test.bad", "c1"), ("test.bad", "c2")]


def test_lines_sent_again_change_nothing(again, path):
    lines = [utterance(t=0, id="a"), utterance(t=1000, text="ладно"), {"type": "call.end", "call": "c1", "t": 5000}]
    daemon = again(path)
    send(daemon, *lines)
    daemon = again(path)
    assert send(daemon, *lines) == []
    subscriber = daemon.subscriber("earliest")
    send(daemon, utterance(call="other", t=0))
    assert [rule for _, rule, _ in told(subscriber, 4)] == ["test.bad", "test.mild", "end.bye", "test.bad"]


def test_a_call_that_is_over_stays_over(again, path):
    daemon = again(path, calls__lateness="0s")
    send(daemon, utterance(t=0), {"type": "call.end", "call": "c1", "t": 5000})
    end = time.monotonic() + TIMEOUT
    while not rows(path, "SELECT 1 FROM calls WHERE gone IS NOT NULL"):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert rows(path, "SELECT id, events, points, score, buried FROM calls") == [("c1", 2, 5, 95, 1)]
    daemon = again(path, calls__lateness="0s")
    assert send(daemon, utterance(t=0), utterance(t=7000)) == ["call-ended", "call-ended"]
    assert daemon.stats()["calls_open"] == 0


def test_deadlines_pass_while_nobody_runs(again, path):
    settings = {"calls__lateness": "0s"}
    daemon = again(path, **settings)
    send(daemon, {"type": "hold.start", "call": "c1", "t": 2000}, {"type": "hold.end", "call": "c1", "t": 3000})
    # The clocks that the store remembers are set back, as if the machine had been down for a minute.
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    with sqlite3.connect(path) as db:
        if db.execute("SELECT count(*) FROM events").fetchone() != (0,):
            pytest.skip("the machine was too slow: the deadline passed before")
        db.execute("UPDATE position SET up = up - 60000, wall = wall - 60000")
    daemon = again(path, **settings)
    assert told(daemon.subscriber("earliest"), 1) == [(1, "wait.thanks", "c1")]


@pytest.mark.parametrize("change", ["wall = wall + 86400000000", "wall = wall - 86400000000"])
def test_the_wall_clock_may_jump(again, path, change):
    daemon = again(path)
    send(daemon, utterance(t=0))
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    with sqlite3.connect(path) as db:
        db.execute(f"UPDATE position SET {change}")
    daemon = again(path)
    assert daemon.stats()["calls_open"] == 1, "in the same boot another clock counts"


def test_after_another_boot_the_wall_clock_counts(again, path):
    daemon = again(path)
    send(daemon, utterance(t=0), utterance(call="c2", t=0))
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE position SET boot = 'other', wall = wall - 3600000, up = 1")
    daemon = again(path)
    daemon.wait_stats(calls_open=0, calls_idle=2, ring_last=lambda n: n >= 4, store_waiting_bytes=0)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT rule, count(*) FROM events WHERE rule NOT NULL GROUP BY rule").fetchall() == [
            ("end.bye", 2), ("test.bad", 2)]


def test_a_finding_lost_with_the_crash_is_made(again, path):
    """Its line was committed, itself not: as if rules had been added, or its recording put off."""
    daemon = again(path)
    send(daemon, utterance(t=0), utterance(t=1000, text="ладно"))
    kill(daemon)
    daemon.stop = lambda: None
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM events WHERE sequence = 2")
        (no, raised), = db.execute("SELECT no, raised FROM journal ORDER BY no DESC LIMIT 1").fetchall()
        one = 12 + len("0:") + 32  # see daemon/sheet.h
        assert len(raised) % one == 0 and raised[-one + 12:-one + 14] == b"0:"
        db.execute("UPDATE journal SET raised = ? WHERE no = ?", (raised[:-one], no))
        db.execute("UPDATE position SET sequence = 1")
    daemon = again(path)
    assert told(daemon.subscriber("earliest"), 2) == [(1, "test.bad", "c1"), (2, "test.mild", "c1")]


def test_stamped_times_are_the_same_again(again, path):
    daemon = again(path)
    send(daemon, utterance(text="привет"))
    time.sleep(0.3)
    send(daemon, utterance())
    first = daemon.subscriber("earliest").line()
    daemon = again(path)
    subscriber = daemon.subscriber("earliest")
    assert subscriber.line() == first
    send(daemon, utterance(call="c2", t=0))
    assert subscriber.line()["subject"] == "c2", "and it is not given again with another time"


def test_numbers_go_on_and_subscribers_too(again, path):
    daemon = again(path)
    send(daemon, *(utterance(t=i * 1000) for i in range(100)))
    daemon = again(path)
    early, middle = daemon.subscriber("earliest"), daemon.subscriber(51)
    assert early.subscribed["from"] == 1 and middle.subscribed["from"] == 51
    send(daemon, *(utterance(call="c2", t=i * 1000) for i in range(100)))
    assert [n for n, _, _ in told(early, 200)] == list(range(1, 201))
    assert [n for n, _, _ in told(middle, 150)] == list(range(51, 201))
    filtered = daemon.subscriber(1, filter={"calls": ["c2"]})
    assert [n for n, _, _ in told(filtered, 100)] == list(range(101, 201))


def test_from_the_store_to_the_ring_without_a_seam(again, path):
    """A ring that holds 16 events: whoever lags behind that reads the store, while more comes."""
    daemon = again(path, ring__events=16)
    slow = daemon.subscriber(receive_buffer=4096)
    sender = daemon.sender()
    total = 6000
    for i in range(0, total, 500):
        sender.send(*(utterance(call=f"c{i}", t=k * 1000, text="плохо " * 20) for k in range(500)))
    sender.until("ack", n=total)
    late = daemon.subscriber("earliest")
    assert [n for n, _, _ in told(slow, total)] == list(range(1, total + 1))
    assert [n for n, _, _ in told(late, total)] == list(range(1, total + 1))
    stats = daemon.stats()
    assert stats["gaps"] == 0 and stats["ring_first"] > total - 20 and stats["events_first"] == 1


def test_retention_by_size_and_a_gap(again, path):
    daemon = again(path, ring__events=16, store__retain_size="2MiB")
    stalled = daemon.subscriber(since="earliest", receive_buffer=4096)
    sender = daemon.sender()
    for i in range(12):
        sender.send(*(utterance(call=f"c{i}", t=k * 1000, text="плохо " * 20) for k in range(500)),
                    {"type": "call.end", "call": f"c{i}", "t": 600000})
        sender.until("ack", n=(i + 1) * 501)
    total = daemon.stats()["events"]
    first = daemon.wait_stats(events_first=lambda n: n > 1000)["events_first"]
    late = daemon.subscriber(5)
    gap = late.line()
    assert gap["type"] == "gap" and gap["from"] == 5 and gap["to"] >= first - 1
    covered = []
    while len(covered) < total:
        m = stalled.line()
        if m["type"] == "gap":
            covered += range(m["from"], m["to"] + 1)
        elif "sequence" in m and m["type"] != "heartbeat":
            covered.append(int(m["sequence"]))
    assert covered == list(range(1, len(covered) + 1))
    daemon = again(path)
    fresh = daemon.subscriber("earliest")
    assert fresh.subscribed["from"] > 1000
    assert int(fresh.line()["sequence"]) == fresh.subscribed["from"]


def test_retention_by_age(again, path):
    daemon = again(path)
    send(daemon, *(utterance(t=i * 1000) for i in range(1000)))
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE events SET recorded = recorded - 7200000 WHERE sequence <= 700")
    daemon = again(path, store__retain_age="1h")
    assert daemon.wait_stats(events_first=701)["ring_last"] == 1000
    subscriber = daemon.subscriber(100)
    assert subscriber.subscribed["from"] == 701
    assert subscriber.line() == {"type": "gap", "from": 100, "to": 700}
    assert [n for n, _, _ in told(subscriber, 300)] == list(range(701, 1001))
    # When nothing at all is left the numbers still go on.
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE events SET recorded = 1")
    daemon = again(path, store__retain_age="1h")
    daemon.wait_stats(events_first=1001)
    subscriber = daemon.subscriber("earliest")
    send(daemon, utterance(call="c2", t=0))
    assert told(subscriber, 1) == [(1001, "test.bad", "c2")]


# ---- files that are not what they should be --------------------------------------------------


def refused(path, tmp_path, *args):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    done = subprocess.run([program("etiquetted"), "--rules", rules, "--store", path, "--ingest", "127.0.0.1:0",
                           "--subscribe", "127.0.0.1:0", *args], capture_output=True, text=True, timeout=TIMEOUT,
                          env=environment(), check=False)
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_a_damaged_store_is_refused_and_left_alone(again, path, tmp_path):
    daemon = again(path)
    send(daemon, *(utterance(t=i * 1000, text="плохо " * 50) for i in range(500)))
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096:page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)
    said = refused(path, tmp_path)
    assert "is damaged" in said and "Move it away" in said and ".recover" in said, said
    assert path.read_bytes() == data


def test_other_files_are_refused(path, tmp_path):
    path.write_text("Это не база данных. " * 100, encoding="utf-8")
    assert "is damaged" in refused(path, tmp_path)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t(a)")
    assert "is a database of another program" in refused(other, tmp_path)
    assert "No such file or directory" in refused(tmp_path / "no" / "folder.db", tmp_path)


def test_a_newer_store_is_refused(again, path, tmp_path):
    again(path).stop()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    assert "has version 99, this daemon knows up to" in refused(path, tmp_path)


def test_two_daemons_do_not_share(again, path, tmp_path):
    again(path)
    assert "another daemon uses the store" in refused(path, tmp_path)


def test_who_may_read_it(again, path):
    again(path)
    assert path.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("settings, env, kept", [
    ({}, {}, False),
    ({}, {"STATE_DIRECTORY": "{}"}, True),
    ({"store__durability": "memory"}, {"STATE_DIRECTORY": "{}"}, False),
    ({"store__durability": "crash"}, {"STATE_DIRECTORY": "{}"}, True),
])
def test_where_it_is(start, tmp_path, settings, env, kept):
    daemon = start(env={k: v.format(tmp_path) for k, v in env.items()}, **settings)
    send(daemon, utterance(t=0))
    assert (tmp_path / "etiquetted.db").exists() == kept
    assert ("nothing is kept over a restart" in daemon.log()) != kept
