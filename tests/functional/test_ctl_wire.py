"""etiquettectl send, watch, stats: against a stand-in that says what a test wants, and the real daemon."""
import json
import signal
import socket
import subprocess
import time

import pytest

from ctltools import (CALL, CTL, PATIENCE, Daemon, Line, Stand, ctl, environment, events, finding)

SHORT = "[call id=s1]\n@0-0.2 agent: Добрый день\n@1-1.4 customer: Здравствуйте\n@2 [end by customer]\n"


@pytest.fixture(name="daemon", scope="module")
def fixture_daemon(tmp_path_factory):
    with Daemon(tmp_path_factory.mktemp("daemon")) as daemon:
        yield daemon


@pytest.fixture(name="short")
def fixture_short(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text(SHORT, encoding="utf-8")
    return path


def take(line, n):
    """Reads n lines and acks them."""
    got = [line.get() for _ in range(n)]
    line.put({"type": "ack", "n": n})
    return got


# ---- send


def test_send_sends_what_the_file_says(short):
    got = []

    def part(line):
        got.extend(take(line, 4))
        assert line.get() is None

    with Stand(part) as stand:
        done = ctl("send", "--to", stand.address, "--speed", "max", short)
    assert (done.returncode, done.out, done.err) == (0, "", "")
    assert [o["type"] for o in got] == ["call.start", "utterance", "utterance", "call.end"]
    assert {o["call"] for o in got} == {"s1"}
    assert (got[2]["t"], got[2]["end"], got[2]["by"], got[2]["text"]) == (1000, 1400, "customer", "Здравствуйте")


def test_send_keeps_the_pace(short):
    times = []

    def part(line):
        for _ in range(4):
            line.get()
            times.append(time.monotonic())
        line.put({"type": "ack", "n": 4})

    for args, wanted in (((), (0.1, 0.7, 1.0)), (("--at", "start"), (0.0, 0.5, 1.0))):
        times.clear()
        with Stand(part) as stand:
            assert ctl("send", "--to", stand.address, "--speed", "2", *args, short).returncode == 0
        for at, want in zip(times[1:], wanted):
            assert want - 0.05 <= at - times[0] <= want + 0.35, (args, times)


def test_calls_in_one_file_follow_each_other(tmp_path):
    path = tmp_path / "two.txt"
    path.write_text("@0-0.5 agent: Да\n[end]\n[call id=b]\n@0-0.5 agent: Да\n[end]\n", encoding="utf-8")
    times = []

    def part(line):
        for n in range(1, 6):
            line.get()
            times.append(time.monotonic())
            line.put({"type": "ack", "n": n})

    with Stand(part) as stand:
        assert ctl("send", "--to", stand.address, path).returncode == 0
    assert times[4] - times[0] >= 0.45


def test_send_names_refused_lines_by_file_and_line(short):
    def part(line):
        for _ in range(4):
            line.get()
        line.put({"type": "error", "n": 3, "code": "late", "message": "too late"})
        line.put({"type": "error", "n": 4, "code": "call-ended", "message": "it is over"})
        line.put({"type": "ack", "n": 4})

    with Stand(part) as stand:
        done = ctl("send", "--to", stand.address, "--speed", "max", short)
    assert done.returncode == 1
    assert f"{short}:3: late: too late\n" in done.err
    assert f"{short}:4: call-ended: it is over\n" in done.err
    assert "--call-prefix" in done.err


def test_send_skips_bad_lines(tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text("agent: Да\nмимо\n[end]\n", encoding="utf-8")
    with Stand(lambda line: take(line, 2)) as stand:
        done = ctl("send", "--to", stand.address, "--speed", "max", path)
    assert done.returncode == 1
    assert f"{path}:2:1: bad-text-call: " in done.err


def test_send_takes_acks_one_by_one_and_unknown_replies(short):
    def part(line):
        for n in range(1, 5):
            line.get()
            line.put({"type": "ack", "n": n})
            line.put({"type": "news", "of": "a later version"})

    with Stand(part) as stand:
        assert ctl("send", "--to", stand.address, "--speed", "max", short).returncode == 0


@pytest.mark.parametrize("last, says", [
    ([], "closed the connection after line 2 of 4"),
    ([{"type": "bye", "reason": "shutdown", "message": "told to stop"}], "shutdown: told to stop"),
    (["rubbish"], "not understood"),
])
def test_send_when_the_daemon_goes(short, last, says):
    def part(line):
        for _ in range(4):
            line.get()
        line.put({"type": "ack", "n": 2})
        for obj in last:
            line.put(obj)

    with Stand(part) as stand:
        done = ctl("send", "--to", stand.address, "--speed", "max", short)
    assert done.returncode == 2
    assert says in done.err


def test_send_without_a_daemon(short):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    done = ctl("send", "--to", f"127.0.0.1:{port}", short)
    assert done.returncode == 2
    assert f"can't connect to 127.0.0.1:{port}: Connection refused" in done.err
    done = ctl("send", "--to", "no.such.host.invalid:7401", short)
    assert done.returncode == 2 and "no.such.host.invalid:7401: " in done.err


def test_send_keeps_to_its_window(tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("agent: Да\n" * 3000, encoding="utf-8")
    seen = []

    def part(line):
        line.sock.settimeout(1.5)
        n = 0
        try:
            while n < 3000:
                line.raw()
                n += 1
        except TimeoutError:
            pass
        seen.append(n)
        # A timed-out reader can't be read on: another one over the same socket.
        line.sock.settimeout(PATIENCE)
        rest = Line(line.sock)
        line.put({"type": "ack", "n": n})
        while n < 3000:
            rest.raw()
            n += 1
            rest.put({"type": "ack", "n": n})

    with Stand(part) as stand:
        done = ctl("send", "--to", stand.address, "--speed", "max", path)
    assert done.returncode == 0, done.err
    assert seen == [1024]


def test_send_prefix_and_repeat(short):
    got = []
    with Stand(lambda line: got.extend(take(line, 8))) as stand:
        assert ctl("send", "--to", stand.address, "--speed", "max", "--call-prefix", "x-", "--repeat", "2",
                   short).returncode == 0
    assert [o["call"] for o in got] == ["x-1-s1"] * 4 + ["x-2-s1"] * 4


def test_send_of_lines_up_to_the_limit(tmp_path, daemon):
    path = tmp_path / "long.ndjson"
    text = "я" * 8192
    path.write_text("".join(json.dumps({"type": "utterance", "call": "long", "by": "agent", "t": i * 1000,
                                        "text": text}, ensure_ascii=i % 2 == 0) + "\n" for i in range(200)),
                    encoding="utf-8")
    done = ctl("send", "--to", daemon.ingest, "--speed", "max", path)
    assert (done.returncode, done.err) == (0, "")


# ---- send --show


def test_show_prints_lines_as_they_are_sent(short):
    with Stand(lambda line: take(line, 4)) as stand:
        done = ctl("send", "--to", stand.address, "--speed", "max", "--show", short)
    assert done.returncode == 0
    assert [line.split()[-1] for line in done.out.splitlines()] == ["s1", "день", "Здравствуйте", "customer]"]


def test_show_prints_findings_under_the_words(daemon):
    done = ctl("send", "--to", daemon.ingest, "--watch", daemon.subscribe, "--speed", "100", "--call-prefix", "w-",
               CALL)
    assert (done.returncode, done.err) == (0, "")
    out = done.out.splitlines()
    at = next(i for i, line in enumerate(out) if "хрень" in line)
    # Found with the next line, a hold's start: the words are said again, and marked.
    marks = next(i for i in range(at, len(out)) if "speech.profanity" in out[i]) - 1
    assert out[marks - 1].index("хрень") == out[marks].index("^")
    assert out[marks].strip() == "^~~~~"
    for rule in ("greeting.missing", "speech.profanity", "hold.no-thanks"):
        assert done.out.count(f"{rule}  ") == 1


def test_show_leaves_other_calls_out(short):
    def ingest(line):
        take(line, 4)
        line.get()

    def subscriber(line):
        assert line.get()["type"] == "subscribe"
        line.put({"type": "subscribed", "protocol": 1, "from": 1})
        line.put(finding(1, call="other"))
        line.put(finding(2, call="s1"))
        line.put({"type": "heartbeat", "sequence": 2, "time": "2026-11-23T09:01:15.000Z"})
        line.get()

    with Stand(ingest) as to, Stand(subscriber) as watch:
        done = ctl("send", "--to", to.address, "--watch", watch.address, "--speed", "20", short)
    assert done.returncode == 0, done.err
    assert done.out.count("hold.no-thanks") <= 1
    assert "other" not in done.out


def test_show_ends_when_the_subscription_fails(short):
    with Stand(lambda line: line.get()) as to, Stand(lambda line: line.get()) as watch:
        done = ctl("send", "--to", to.address, "--watch", watch.address, short)
    assert done.returncode == 2
    assert "did not confirm the subscription" in done.err


# ---- watch


def subscribed(line, wanted=None):
    asked = line.get()
    assert asked["type"] == "subscribe"
    if wanted is not None:
        assert asked.get("from", "now") == wanted
    line.put({"type": "subscribed", "protocol": 1, "from": wanted if isinstance(wanted, int) else 1})
    return asked


def test_watch_prints_events_as_they_came():
    sent = [finding(n) for n in (1, 2, 3)]

    def part(line):
        subscribed(line, "now")
        line.put({"type": "heartbeat", "sequence": 0, "time": "2026-11-23T09:01:15.000Z"})
        line.put("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in sent).encode())
        line.left()

    with Stand(part) as stand:
        done = ctl("watch", "--from", stand.address, "--output", "ndjson", "--count", "2")
    assert (done.returncode, done.err) == (0, "")
    assert done.out == "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in sent[:2])


def test_watch_for_people():
    quote = {"utterance": "u1", "by": "agent", "t": 3000, "text": "\033]0;x\007хрень", "start": 5, "end": 10}

    def part(line):
        subscribed(line)
        line.put(finding(7, words=[quote], hits=1))
        line.put(finding(8, type="etiquette.finding.retracted"))
        line.get()

    with Stand(part) as stand:
        done = ctl("watch", "--from", stand.address, "--count", "2", "--colour", "never")
    assert done.returncode == 0, done.err
    first, second = done.out.split("#8")
    assert first.startswith("#7 ") and "01:05.4" in first
    for part in ("major hold.no-thanks  Нет благодарности", "call k1: agent Ирина, queue sales", "00:03.0 agent: «",
                 "хрень»", "→ Спасибо за ожидание!"):
        assert part in first, first
    assert "withdrawn hold.no-thanks" in second and "→" not in second
    assert not {"\033", "\007"} & set(done.out)


def test_watch_asks_for_what_it_is_told():
    asked = []

    def part(line):
        asked.append(subscribed(line))
        line.put(finding(1))

    with Stand(part) as stand:
        ctl("watch", "--from", stand.address, "--since", "17", "--severity", "major", "--rule", "hold.*", "--rule",
            "speech.*", "--queue", "sales", "--agent", "a7", "--call", "k1", "--count", "1")
    assert asked == [{"type": "subscribe", "from": 17, "filter": {
        "severity": "major", "rules": ["hold.*", "speech.*"], "queues": ["sales"], "agents": ["a7"],
        "calls": ["k1"]}}]


def test_watch_says_why_it_ends():
    for last, says in ((None, "closed the connection"),
                       ({"type": "bye", "reason": "slow", "message": "read faster"}, "slow: read faster"),
                       ({"type": "error", "code": "filter-too-big", "message": "too big"}, "filter-too-big: too big")):
        def part(line, obj=last):
            subscribed(line)
            if obj:
                line.put(obj)

        with Stand(part) as stand:
            done = ctl("watch", "--from", stand.address)
        assert done.returncode == 2
        assert says in done.err


def test_watch_tells_of_gaps():
    def part(line):
        subscribed(line, 5)
        line.put({"type": "gap", "from": 5, "to": 8})
        line.put(finding(9))

    with Stand(part) as stand:
        done = ctl("watch", "--from", stand.address, "--since", "5", "--count", "1", "-o", "ndjson")
    assert done.returncode == 0
    assert "findings 5 to 8 are not kept any more" in done.err
    assert [e["sequence"] for e in events(done.out)] == ["9"]


def test_watch_follows_behind_the_last():
    def first(line):
        subscribed(line, "now")
        line.put(finding(4))
        line.put(finding(6))

    def second(line):
        subscribed(line, 7)
        line.put({"type": "heartbeat", "sequence": 11, "time": "2026-11-23T09:01:15.000Z"})

    def third(line):
        subscribed(line, 12)
        line.put({"type": "gap", "from": 12, "to": 15})
        line.put({"type": "bye", "reason": "shutdown", "message": "told to stop"})

    def fourth(line):
        subscribed(line, 16)
        line.put(finding(16))

    with Stand(first, second, third, fourth) as stand:
        done = ctl("watch", "--from", stand.address, "--follow", "--count", "3", "-o", "ndjson")
    assert done.returncode == 0, done.err
    assert [e["sequence"] for e in events(done.out)] == ["4", "6", "16"]


def test_watch_that_follows_a_daemon_started_anew():
    def first(line):
        subscribed(line, "now")
        line.put(finding(40))

    def second(line):
        assert line.get()["from"] == 41
        line.put({"type": "subscribed", "protocol": 1, "from": 3})
        line.get()

    def third(line):
        subscribed(line, "earliest")
        line.put(finding(1))

    with Stand(first, second, third) as stand:
        done = ctl("watch", "--from", stand.address, "--follow", "--count", "2", "-o", "ndjson")
    assert done.returncode == 0, done.err
    assert "started anew" in done.err
    assert [e["sequence"] for e in events(done.out)] == ["40", "1"]


def test_watch_ends_when_nobody_reads():
    def part(line):
        subscribed(line)
        for n in range(1, 200):
            line.put(finding(n))
            time.sleep(0.01)

    stand = Stand(part)
    with subprocess.Popen([str(CTL), "watch", "--from", stand.address, "-o", "ndjson"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment()) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE) == -signal.SIGPIPE
        assert process.stderr.read() == b""


def test_watch_real(daemon):
    ctl("send", "--to", daemon.ingest, "--speed", "max", "--call-prefix", "r-", CALL)
    done = ctl("watch", "--from", daemon.subscribe, "--since", "earliest", "--call", "r-k1", "--count", "2",
               "--severity", "major", "-o", "ndjson")
    assert done.returncode == 0, done.err
    assert [e["data"]["rule"] for e in events(done.out)] == ["speech.profanity", "hold.no-thanks"]


def test_watch_shows_scores(daemon):
    ctl("send", "--to", daemon.ingest, "--speed", "max", "--call-prefix", "s-", CALL)
    done = ctl("watch", "--from", daemon.subscribe, "--since", "earliest", "--call", "s-k1", "--count", "1",
               "--type", "scored", "--severity", "critical")
    assert done.returncode == 0, done.err
    assert "score " in done.out and " of 100: −" in done.out and "3 findings (1 critical, 1 major, 1 minor)" in done.out
    assert "call s-k1: agent Ирина, queue sales" in done.out
    assert "1 hold of 40.0 s" in done.out


# ---- stats


def test_stats(daemon):
    ctl("send", "--to", daemon.ingest, "--speed", "max", "--call-prefix", "s-", CALL)
    done = ctl("stats", "--from", daemon.subscribe)
    assert (done.returncode, done.err) == (0, "")
    rows = dict(line.split() for line in done.out.splitlines())
    assert rows.pop("version") and len(rows.pop("rules_version")) == 16
    as_json = json.loads(ctl("stats", "--from", daemon.subscribe, "-o", "ndjson").out)
    assert as_json["type"] == "stats"
    assert set(as_json["values"]) == set(rows)
    assert all(int(value) >= 0 for value in rows.values())


def test_stats_without_an_answer():
    with Stand(lambda line: line.get()) as stand:
        done = ctl("stats", "--from", stand.address)
    assert done.returncode == 2
    assert "did not answer" in done.err
