"""As many connections as configured, or as the system allows."""
import concurrent.futures
import json
import re
import resource
import time

import pytest

from harness import SOURCE, Client, run, utterance


def table():
    """The limits as the document has them: settings, and names in the statistics."""
    text = (SOURCE / "doc/protocol.md").read_text(encoding="utf-8").split("## Limits", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    return [(row[0], re.findall(r"`([a-z_]+\.[a-z_]+)`", row[1]), re.findall(r"`([a-z_]+)`", row[-1])) for row in rows]


def test_the_documented_limits_exist(start):
    stats = start().stats()
    settings = set(re.findall(r"^  ([a-z_]+\.[a-z_]+) =", run("--help").stdout, re.MULTILINE))
    assert len(table()) > 20
    for what, names, counters in table():
        assert set(names) <= settings, what
        assert counters and set(counters) <= stats.keys(), what


def test_every_limit_has_a_test():
    """Each setting of each row is set by some test, and each counter looked at."""
    tests = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "tests/functional").glob("test_*.py"))
    # The tests of connections are one for both kinds.
    tests = re.sub(r'f"\{group\}__([a-z_]+)"', r"ingest__\1 subscriber__\1", tests)
    untested = [(what, name) for what, names, counters in table()
                for name in [*counters, *(name.replace(".", "__") for name in names)]
                if not re.search(rf"\b{name}\b", tests)]
    assert untested == []


@pytest.mark.parametrize("port, group", [("ingest", "ingest"), ("subscribe", "subscriber")])
def test_one_connection_too_many(start, port, group):
    daemon = start(**{f"{group}__connections": 3})
    first = [daemon.client(port) for _ in range(3)]
    if port == "ingest":
        daemon.wait_stats(senders_open=3)
    else:
        for client in first:
            client.send({"type": "subscribe"})
            client.line()
    for _ in range(5):
        refused = daemon.client(port)
        assert refused.rest() == [{"type": "bye", "reason": "too-many-connections",
                                   "message": "as many as configured are connected"}]
    assert daemon.log().count("more are refused") == 1
    first[0].close()
    if port == "ingest":
        assert daemon.stats()["refused_connections"] == 5
    wait_until_taken(daemon, port)


def test_the_statistics_are_asked_for_again_when_refused(start):
    """As the other tests do it: many of them ask while others have all the connections."""
    daemon = start(subscriber__connections=1)
    only = daemon.subscriber()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        stats = pool.submit(daemon.stats)
        daemon.wait_log("more are refused")
        only.close()
        assert stats.result()["refused_connections"] > 0


def wait_until_taken(daemon, port):
    """A place has become free, as soon as the daemon has seen that the other is gone."""
    for _ in range(1000):
        client = Client(daemon.ports[port])
        client.send({"type": "stats"})
        answer = client.line()
        client.close()
        if answer["type"] != "bye":
            return
    raise AssertionError("never taken again")


def test_no_more_files(start):
    daemon = start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
    assert "32 open files are allowed" in daemon.log()
    sender = daemon.sender()
    sender.send(utterance(t=0))
    sender.until("ack", n=1)
    more = [Client(daemon.ports["ingest"]) for _ in range(60)]
    daemon.wait_log("can be taken for now")
    sender.send(utterance(t=1000))
    sender.until("ack", n=2)
    for client in more[:50]:
        client.close()
    daemon.wait_log("are taken again")
    last = more[-1]
    last.send(utterance(t=2000))
    last.until("ack", n=1)
    assert daemon.stats()["accept_failures"] >= 1
    for client in more[50:]:
        client.close()


def test_a_sender_that_does_not_read(start):
    """With so many replies unread it is not read from; when it reads nothing of them for so long, it is closed."""
    daemon = start(ingest__reply_bytes="4KiB", ingest__reply_timeout="300ms")
    other = daemon.sender()
    client = daemon.sender(receive_buffer=2048)
    client.socket.settimeout(2)
    with pytest.raises((TimeoutError, ConnectionError)):
        while True:
            client.send(b"rubbish\n" * 1000)
    stats = daemon.wait_stats(senders_open=1)
    assert stats["closed_stalled"] == 1 and stats["replies_held"] >= 1
    other.send(utterance(t=0))
    other.until("ack", n=1)


def test_a_turn_without_an_end(start):
    """A phrase reaches back some words: however much is said in one turn, no more of it is kept."""
    daemon = start(calls__lateness="0s")
    sender = daemon.sender()

    def say(first):
        sender.send(*(utterance(t=(first + i) * 1000, text=f"слово {first + i} " + "так себе, " * 900) for i in range(100)))
        sender.until("ack", n=first + 100)

    say(0)
    before = daemon.memory()
    for first in range(100, 1500, 100):
        say(first)
    assert daemon.memory() - before < 8 << 20


def test_idle_connections_are_cheap(start):
    daemon = start()
    before = daemon.memory()
    clients = [daemon.sender() for _ in range(500)]
    for client in clients:
        client.send(utterance(call="c", text="добрый день", t=0))
    for client in clients:
        client.until("ack", n=1)
    assert daemon.stats()["senders_open"] == 500
    assert (daemon.memory() - before) / 500 < 16 * 1024


@pytest.mark.parametrize("port, group", [("ingest", "ingest"), ("subscribe", "subscriber")])
def test_too_many_from_one_address(start, port, group):
    daemon = start(**{f"{group}__per_address": 2})
    first = [daemon.client(port) for _ in range(2)]
    for client in first:
        client.send({"type": "subscribe"} if port == "subscribe" else utterance(t=0))
        client.line()
    for _ in range(3):
        assert daemon.client(port).rest() == [{"type": "bye", "reason": "too-many-connections", "message":
                                               "as many as configured are connected from one address"}]
    elsewhere = Client(daemon.ports[port], source="127.0.0.2")
    elsewhere.send({"type": "stats"})
    assert elsewhere.line()["type"] != "bye"
    elsewhere.close()
    assert daemon.log().count("more are refused") == 1
    for client in first:
        client.close()
    wait_until_taken(daemon, port)
    assert daemon.stats()["refused_per_address"] >= 3


def test_a_sender_that_says_nothing(start):
    daemon = start(ingest__first_timeout="300ms")
    talks = daemon.sender()
    talks.send(utterance(t=0))
    talks.until("ack", n=1)
    silent, half = daemon.sender(), daemon.sender()
    half.send(b'{"type":"utter')
    for client in (silent, half):
        assert client.rest() == [{"type": "bye", "reason": "timeout", "message": "no line came for too long"}]
    assert daemon.wait_stats(senders_open=1)["closed_timeout"] == 2
    talks.send(utterance(t=1000))
    talks.until("ack", n=2)


def test_a_sender_that_falls_silent(start):
    daemon = start(ingest__idle_timeout="300ms")
    waits, talks = daemon.sender(), daemon.sender()
    for i in range(6):
        talks.send(utterance(t=i * 1000))
        talks.until("ack", n=i + 1)
        time.sleep(0.1)
    assert talks.rest()[-1]["reason"] == "timeout"
    assert daemon.wait_stats(senders_open=1)["closed_timeout"] == 1
    waits.send(utterance(t=0))
    assert waits.line()["type"] == "ack", "until its first line another limit counts"


@pytest.mark.parametrize("store", [False, True])
def test_too_many_calls_of_one_connection(start, tmp_path, store):
    daemon = start(ingest__calls=2, calls__lateness="0s", **({"store__path": tmp_path / "s.db"} if store else {}))
    greedy, other = daemon.sender(), daemon.sender()
    greedy.send(*(utterance(call=f"c{i}", t=0) for i in range(4)))
    replies = greedy.until("ack", n=4)
    assert [(m["n"], m["code"]) for m in replies if m["type"] == "error"] == [
        (3, "too-many-own-calls"), (4, "too-many-own-calls")]
    other.send(utterance(call="c3", t=0), utterance(call="c0", t=1000))
    assert other.line() == {"type": "ack", "n": 2}
    assert daemon.stats()["refused_too_many_own_calls"] == 2
    # When one of its calls is over, whoever ended it, there is room for another.
    other.send({"type": "call.end", "call": "c0", "t": 2000})
    daemon.wait_stats(calls_open=2)
    n = 4
    while True:
        n += 1
        greedy.send(utterance(call="c2", t=0))
        replies = greedy.until("ack", n=n)
        if len(replies) == 1:
            break
        time.sleep(0.05)
    assert daemon.stats()["calls_open"] == 3


def test_memory_for_all_that_is_read(start):
    """Long lines without an end on many connections: some are turned away, short lines are always taken."""
    daemon = start(buffers__bytes="16MiB")
    client = daemon.sender()
    before = daemon.memory()
    slow = [daemon.sender() for _ in range(250)]
    for one in slow:
        try:
            one.send(b"x" * 60000)
        except ConnectionError:
            pass
    assert daemon.wait_stats(closed_overload=lambda n: n > 50)["reading_bytes"] < 10 << 20
    assert daemon.memory() - before < 24 << 20
    client.send(utterance(t=0))
    client.until("ack", n=1)
    turned_away = 0
    for one in slow:
        one.socket.settimeout(0.01)
        try:
            turned_away += one.line() == {"type": "bye", "reason": "overload",
                                          "message": "too much is being read just now"}
        except (TimeoutError, ConnectionError):
            pass
    assert turned_away > 0


def test_memory_for_all_that_is_to_be_written(start):
    """A hundred subscribers that do not read share what one alone could have."""
    daemon = start(buffers__bytes="16MiB", subscriber__queue_bytes="64MiB")
    for _ in range(100):
        daemon.subscriber(receive_buffer=4096)
    before = daemon.memory()
    sender = daemon.sender()
    for call in range(20):
        sender.send(*(utterance(call=f"c{call}", t=i * 1000, text="плохо " * 20) for i in range(200)))
        sender.until("ack", n=(call + 1) * 200)
    assert daemon.wait_stats(subscribers_slow=100)
    assert daemon.memory() - before < 28 << 20


def start_line(**fields):
    return {"type": "call.start", "call": "c", **fields}


@pytest.mark.parametrize("counter, settings, within, over", [
    ("refused_line_too_long", {}, b" " * 65400 + b'{"type":"call.update","call":"c"}\n', b" " * 65537 + b"\n"),
    ("refused_too_deep", {}, start_line(x=json.loads("[" * 14 + "]" * 14)), start_line(x=json.loads("[" * 16 + "]" * 16))),
    ("refused_bad_call_id", {}, utterance(call="я" * 64, t=0), utterance(call="я" * 64 + "x", t=0)),
    ("refused_bad_type", {}, utterance(id="x" * 128, t=0), utterance(id="x" * 129, t=0)),
    ("refused_bad_type", {}, start_line(queue="x" * 256), start_line(queue="x" * 257)),
    ("refused_bad_type", {}, utterance(t=0, words=[{"text": "x" * 256}]), utterance(t=0, words=[{"text": "x" * 257}])),
    ("refused_bad_type", {}, utterance(t=0, words=[{"text": "x"}] * 2000), utterance(t=0, words=[{"text": "x"}] * 2001)),
    ("refused_bad_type", {}, start_line(ring_ms=2**31 - 1), start_line(ring_ms=2**31)),
    ("refused_bad_type", {}, start_line(rings=1000), start_line(rings=1001)),
    ("refused_text_too_long", {}, utterance(t=0, text="я" * 8192), utterance(t=0, text="я" * 8192 + "x")),
    ("refused_too_many_partials", {"calls__partials": 1}, utterance(t=0, id="a", final=False),
     utterance(t=1, id="b", final=False)),
    ("refused_too_many_calls", {"calls__max": 1}, utterance(call="a", t=0), utterance(call="b", t=0)),
    ("refused_call_too_long", {"calls__lines": 3}, utterance(t=0), utterance(t=1)),
], ids=map(str, range(13)))
def test_a_line_at_and_over_its_limit(start, counter, settings, within, over):
    """One that is just within is taken, one that is just over is refused by itself."""
    daemon = start(**settings)
    sender = daemon.sender()
    sender.send(within)
    assert sender.until("ack", n=1) == [{"type": "ack", "n": 1}]
    if counter == "refused_call_too_long":  # a line and its finding: a third is taken, and gives a fourth
        sender.send(utterance(t=0, text="угу"))
        sender.until("ack", n=2)
    n = 2 + (counter == "refused_call_too_long")
    sender.send(over)
    error = sender.line()
    assert error["type"] == "error" and error["n"] == n
    assert "refused_" + error["code"].replace("-", "_") == counter
    sender.until("ack", n=n)
    assert daemon.stats()[counter] == 1


@pytest.mark.parametrize("request_, code", [
    ({"type": "subscribe", "filter": {"rules": ["x"] * 65}}, "filter-too-big"),
    ({"type": "subscribe", "filter": {"calls": ["x" * 100] * 41}}, "filter-too-big"),
    ({"type": "subscribe", "name": "x" * 65}, "bad-type"),
])
def test_a_request_over_its_limit(start, request_, code):
    daemon = start()
    client = daemon.client("subscribe")
    client.send(request_)
    assert client.line()["code"] == code
    assert daemon.stats()["requests_refused"] == 1
    client.send(request_, request_)
    assert client.rest()[-1]["reason"] == "too-many-errors"
    assert daemon.stats()["closed_too_many_errors"] == 1


def test_the_longest_event(start):
    """Whatever a line may have, the event that comes of it has room."""
    daemon = start()
    subscriber, sender = daemon.subscriber(), daemon.sender()
    long = "\\\"" * 64 + "я" * 64
    sender.send(start_line(queue=long, company=long, lang=long, agent={"id": long, "name": long},
                           customer={"id": long, "name": long}),
                *(utterance(call="c", t=i, id=f"{i}" * 128, text="плохо " + "\x01" * 10000) for i in range(9)))
    sender.until("ack", n=10)
    for _ in range(9):
        assert len(json.dumps(subscriber.line(), ensure_ascii=False).encode()) < 98304
    assert daemon.stats()["events_lost"] == 0
