"""Ends of all kinds at awkward moments: while open calls are rebuilt, in the middle of a call, around its end."""
import json
import signal
import sqlite3
import subprocess
import time

import pytest

from harness import TIMEOUT, Daemon, environment, program, utterance

OWN = ("sequence", "sequencetype", "recordedtime")
SCORED = "etiquette.call.scored"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def life(tmp_path, path):
    """Starts a daemon on the same store as before; what still runs in the end is stopped."""
    made = []

    def begin(**settings):
        made.append(Daemon(tmp_path, store__path=path, **settings))
        return made[-1]

    yield begin
    if made and made[-1].process.poll() is None:
        made[-1].stop()


def kill(daemon):
    daemon.process.kill()
    daemon.wait()
    daemon.process.stdout.close()
    for client in daemon.clients:
        client.close()


def send(daemon, *lines):
    sender = daemon.sender()
    sender.send(*lines)
    replies = sender.until("ack", n=len(lines))
    sender.close()
    return {m["code"] for m in replies if m["type"] == "error"}


def rows(path, sql):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


def start_line(call):
    return {"type": "call.start", "call": call, "started_at": "2026-11-23T09:00:00Z", "agent": {"id": "a7"}}


def end_line(call, t):
    return {"type": "call.end", "call": call, "t": t, "by": "agent"}


def events(daemon, until):
    """All from the beginning, up to the one that fulfils the condition."""
    subscriber, got = daemon.subscriber("earliest"), []
    while not got or not until(got[-1]):
        got.append(subscriber.line())
    subscriber.close()
    return [m for m in got if m["type"].startswith("etiquette.")]


def own_score(lines, tmp_path):
    """The score that an offline check gives the call."""
    (tmp_path / "lines").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    done = subprocess.run([program("etiquettectl"), "check", "--rules", tmp_path / "rules.yaml", "--format", "native",
                           "--output", "ndjson", tmp_path / "lines"], capture_output=True, timeout=TIMEOUT,
                          env=environment(), check=False)
    assert done.returncode == 1, done.stderr
    scored = [json.loads(line) for line in done.stdout.splitlines() if SCORED.encode() in line]
    assert len(scored) == 1
    return scored[0]


def scores(got, call):
    return [{k: v for k, v in m.items() if k not in OWN} for m in got if m["type"] == SCORED and m["subject"] == call]


def is_score_of(call):
    return lambda m: m["type"] == SCORED and m["subject"] == call


def some_call(call):
    """Two bad words, no thanks after the hold, a goodbye."""
    return [start_line(call), utterance(call, t=1000, id="a"), {"type": "hold.start", "call": call, "t": 3000},
            {"type": "hold.end", "call": call, "t": 9000}, utterance(call, t=12000, id="b", text="ладно"),
            utterance(call, t=14000, id="c", text="плохо, да"), utterance(call, t=16000, id="d", text="до свидания"),
            end_line(call, 20000)]


@pytest.mark.parametrize("before", range(1, 8))
def test_a_call_killed_in_the_middle_is_scored_once(life, tmp_path, before):
    lines = some_call("c1")
    daemon = life()
    assert send(daemon, *lines[:before]) == set()
    kill(daemon)
    daemon = life()
    assert send(daemon, *lines[before:]) == set()
    got = events(daemon, is_score_of("c1"))
    kill(daemon)
    daemon = life()
    send(daemon, start_line("last"), end_line("last", 1000))
    got = events(daemon, is_score_of("last"))
    assert scores(got, "c1") == [own_score(lines, tmp_path)]
    findings = [m["data"]["rule"] for m in got if m["type"] == "etiquette.finding" and m["subject"] == "c1"]
    assert sorted(findings) == ["test.bad", "test.bad", "test.mild", "wait.thanks"]


def wait_for_nothing(daemon, sender, path):
    pass


def wait_for_ack(daemon, sender, path):
    assert sender.until("ack", n=1)


def wait_for_score(daemon, sender, path):
    events(daemon, is_score_of("c1"))


def wait_for_the_end(daemon, sender, path):
    end = time.monotonic() + TIMEOUT
    while not rows(path, "SELECT 1 FROM calls WHERE id = 'c1' AND gone IS NOT NULL"):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("wait", [wait_for_nothing, wait_for_ack, wait_for_score, wait_for_the_end])
def test_a_call_killed_around_its_end_is_scored_once(life, tmp_path, path, wait):
    lines = some_call("c1")
    settings = {"calls__lateness": "0s"} if wait is wait_for_the_end else {}
    daemon = life(**settings)
    assert send(daemon, *lines[:-1]) == set()
    sender = daemon.sender()
    sender.send(lines[-1])
    wait(daemon, sender, path)
    kill(daemon)
    daemon = life(**settings)
    # What a sender does that does not know what has arrived: all of it again.
    assert send(daemon, *lines) <= {"call-ended", "late"}
    assert send(daemon, start_line("last"), end_line("last", 1000)) == set()
    got = events(daemon, is_score_of("last"))
    want = own_score(lines, tmp_path)
    assert scores(got, "c1") == [want]
    daemon.stop()
    daemon = life(**settings)
    wait_for_the_end(daemon, None, path)
    assert rows(path, "SELECT score, points FROM calls WHERE id = 'c1'") == [
        (want["data"]["score"], want["data"]["points"])]


def begin_and_stop(path, tmp_path):
    """Starts a daemon, and tells it to stop as soon as it rebuilds calls; what it said, and how long it took."""
    with subprocess.Popen([program("etiquetted"), "--rules", tmp_path / "rules.yaml", "--store", path, "--ingest",
                           "127.0.0.1:0", "--subscribe", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True,
                          env=environment()) as process:
        said = ""
        while "open calls are rebuilt: 0 of" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said += process.stderr.read()
        assert process.wait(TIMEOUT) == 0, said
        return said, time.monotonic() - begun


def test_a_stop_while_open_calls_are_rebuilt(life, path, tmp_path):
    daemon = life(store__durability="crash")
    sender, n = daemon.sender(), 0
    for t in range(100):
        sender.send(*(utterance(f"c{i}", t=t * 1000, id=str(t), text="плохо" if t == 0 else "так себе, " * 40 + str(t))
                      for i in range(400)))
        n += 400
    sender.until("ack", n=n)
    kill(daemon)
    before = rows(path, "SELECT id FROM calls WHERE gone IS NULL ORDER BY id")
    said, took = begin_and_stop(path, tmp_path)
    assert "told to stop: the open calls stay in the store as they were" in said
    assert "rebuilt from" not in said and took < 5
    assert rows(path, "SELECT id FROM calls WHERE gone IS NULL ORDER BY id") == before and len(before) == 400
    daemon = life(store__durability="crash")
    assert f"400 open calls rebuilt from {n} lines" in daemon.log()
    send(daemon, *(end_line(f"c{i}", 200000) for i in range(400)))
    daemon.wait_stats(calls_ended=400, store_waiting_bytes=0)
    assert rows(path, "SELECT rule, count(*) FROM events WHERE rule NOT NULL GROUP BY rule") == [
        ("end.bye", 400), ("test.bad", 400)]
    assert rows(path, "SELECT count(*) FROM events WHERE rule IS NULL") == [(400,)]
