"""What subscribers ask for and get."""
import re
import time

import pytest

from harness import utterance


def say(daemon, *lines):
    """Sends lines and waits until they are judged."""
    sender = daemon.sender()
    sender.send(*lines)
    errors = [m for m in sender.until("ack", n=len(lines)) if m["type"] == "error"]
    assert not errors, errors
    sender.close()


def sequences(events):
    return [int(event["sequence"]) for event in events]


def take(client, n):
    return [client.line() for _ in range(n)]


def bad_words(n, call="c", start=0):
    return [utterance(call=call, t=(start + i) * 1000) for i in range(n)]


def test_from_now_by_default(daemon):
    say(daemon, *bad_words(3))
    client = daemon.client("subscribe")
    client.send({"type": "subscribe"})
    assert client.line() == {"type": "subscribed", "protocol": 1, "from": 4}
    say(daemon, *bad_words(2, start=3))
    assert sequences(take(client, 2)) == [4, 5]


def test_from_the_earliest(daemon):
    say(daemon, *bad_words(3))
    client = daemon.subscriber("earliest")
    assert client.subscribed["from"] == 1
    assert sequences(take(client, 3)) == [1, 2, 3]


@pytest.mark.parametrize("since", [1, 2, 3, 4])
def test_from_a_number(daemon, since):
    say(daemon, *bad_words(3))
    client = daemon.subscriber(since)
    assert client.subscribed["from"] == since
    say(daemon, *bad_words(1, start=3))
    assert sequences(take(client, 5 - since)) == list(range(since, 5))


def test_from_a_number_that_was_never_given_out(daemon):
    say(daemon, *bad_words(3))
    client = daemon.subscriber(500)
    assert client.subscribed["from"] == 4
    say(daemon, *bad_words(1, start=3))
    assert sequences(take(client, 1)) == [4]


def test_from_what_is_not_kept_any_more(start):
    daemon = start(ring__events=16)
    say(daemon, *bad_words(50))
    client = daemon.subscriber(10)
    assert client.subscribed["from"] == 35
    assert client.line() == {"type": "gap", "from": 10, "to": 34}
    assert sequences(take(client, 16)) == list(range(35, 51))
    earliest = daemon.subscriber("earliest")
    assert earliest.subscribed["from"] == 35
    assert sequences(take(earliest, 16)) == list(range(35, 51))
    assert daemon.stats()["gap_events"] == 25


def test_the_ring_keeps_no_more_bytes_than_configured(start):
    daemon = start(ring__bytes="1MiB")
    for i in range(5):
        say(daemon, *bad_words(1000, call=f"c{i}"))
    stats = daemon.stats()
    assert stats["ring_last"] == 5000
    assert 900_000 < stats["ring_bytes"] <= 1024 * 1024
    client = daemon.subscriber("earliest")
    assert client.subscribed["from"] == stats["ring_first"]
    kept = 5000 - stats["ring_first"] + 1
    assert sequences(take(client, kept)) == list(range(stats["ring_first"], 5001))


LINES = [
    {"type": "call.start", "call": "a", "queue": "sales", "agent": {"id": "a1"}},
    {"type": "call.start", "call": "b", "queue": "claims", "agent": {"id": "a2"}},
    utterance(call="a", text="плохо", t=0), utterance(call="a", text="ладно", t=1000),
    utterance(call="b", text="плохо", t=0), utterance(call="b", text="ладно", t=1000),
    utterance(call="c", text="плохо", t=0),
]


@pytest.mark.parametrize("filter, wanted", [
    ({}, ["a bad", "a mild", "b bad", "b mild", "c bad"]),
    ({"severity": "minor"}, ["a bad", "b bad", "c bad"]),
    ({"severity": "critical"}, []),
    ({"rules": ["test.mild"]}, ["a mild", "b mild"]),
    ({"rules": ["*.bad", "nothing"]}, ["a bad", "b bad", "c bad"]),
    ({"queues": ["sales"]}, ["a bad", "a mild"]),
    ({"agents": ["a2", "a9"]}, ["b bad", "b mild"]),
    ({"calls": ["b", "c"]}, ["b bad", "b mild", "c bad"]),
    ({"calls": ["a", "b"], "rules": ["test.*"], "severity": "major"}, ["a bad", "b bad"]),
    ({"queues": []}, []),
])
def test_filters(daemon, filter, wanted):
    live = daemon.subscriber(filter=filter)
    say(daemon, *LINES, utterance(call="last", t=0))
    late = daemon.subscriber("earliest", filter=filter)
    for client in (live, late):
        for want in wanted:
            event = client.line()
            assert f"{event['subject']} {event['data']['rule'].split('.')[1]}" == want
    assert daemon.stats()["deliveries"] == 2 * (len(wanted) + (filter in ({}, {"severity": "minor"},
                                                                        {"rules": ["*.bad", "nothing"]})))


def test_all_see_the_same_order(daemon):
    clients = [daemon.subscriber() for _ in range(30)]
    for i in range(10):
        say(daemon, *bad_words(20, call=f"c{i}"))
    lines = [[client.line()["id"] for _ in range(200)] for client in clients]
    assert all(line == lines[0] for line in lines)
    assert len(set(lines[0])) == 200


def test_heartbeats_on_a_quiet_stream(start):
    daemon = start(subscriber__heartbeat="150ms")
    say(daemon, *bad_words(2))
    client = daemon.subscriber()
    beat = client.line()
    assert beat["type"] == "heartbeat" and beat["sequence"] == 2
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", beat["time"])
    began = time.monotonic()
    assert client.line()["type"] == "heartbeat"
    assert 0.1 < time.monotonic() - began < 5
    say(daemon, *bad_words(1, start=2))
    got = client.until("heartbeat", sequence=3)
    assert [m["type"] for m in got if m["type"] != "heartbeat"] == ["etiquette.finding"]


def test_a_heartbeat_tells_how_far_a_filtered_stream_is(start):
    daemon = start(subscriber__heartbeat="150ms")
    client = daemon.subscriber(filter={"calls": ["nobody"]})
    say(daemon, *bad_words(7))
    assert client.until("heartbeat", sequence=7)


def test_statistics_at_any_time(daemon):
    client = daemon.client("subscribe")
    client.send({"type": "stats"})
    before = client.line()
    assert before["type"] == "stats"
    assert re.fullmatch(r"\d+\.\d+\.\d+", before["version"])
    assert re.fullmatch(r"[0-9a-f]{16}", before["rules_version"])
    client.send({"type": "subscribe"})
    client.line()
    say(daemon, *bad_words(2))
    take(client, 2)
    client.send({"type": "stats"})
    values = client.line()["values"]
    assert (values["lines"], values["events"], values["findings_major"], values["subscribers_open"]) == (2, 2, 2, 1)
    assert values["memory_bytes"] > 1_000_000
    assert len(values) < 128


def test_one_subscription_a_connection(daemon):
    client = daemon.subscriber()
    client.send({"type": "subscribe", "from": "earliest"})
    error = client.line()
    assert (error["type"], error["n"], error["code"]) == ("error", 2, "already-subscribed")
    say(daemon, *bad_words(1))
    assert sequences(take(client, 1)) == [1]


@pytest.mark.parametrize("line, code", [
    (b"rubbish", "not-json"),
    (b'{"type":"subscribe","from":"yesterday"}', "bad-type"),
    (b'{"type":"subscribe","from":0}', "bad-type"),
    (b'{"type":"subscribe","filter":{"severity":"awful"}}', "bad-type"),
    (b'{"type":"utterance","call":"c","by":"agent","text":"x"}', "unknown-type"),
    (b"{}", "missing-field"),
    (b"[" * 10000 + b"]" * 10000, "too-deep"),
    (b"\xff\xff", "not-utf8"),
    (b"\0", "nul-in-text"),
    (b"x" * 70000, "line-too-long"),
    (b'{"type":"subscribe","filter":{"calls":[' + b",".join(b'"%d"' % i for i in range(65)) + b"]}}", "filter-too-big"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_wrong_request_can_be_said_right(daemon, line, code):
    client = daemon.client("subscribe")
    client.send(line + b"\n", {"type": "subscribe"})
    error = client.line()
    assert (error["type"], error["n"], error["code"]) == ("error", 1, code)
    assert client.line()["type"] == "subscribed"


def test_rubbish_ends_the_connection(daemon):
    other = daemon.subscriber()
    client = daemon.client("subscribe")
    client.send(b"rubbish\n" * 1000)
    got = client.rest()
    assert [m.get("code") for m in got[:3]] == ["not-json"] * 3
    assert got[3:] == [{"type": "bye", "reason": "too-many-errors", "message": "too many lines were refused"}]
    say(daemon, *bad_words(1))
    assert sequences(take(other, 1)) == [1]
    assert daemon.stats()["closed_too_many_errors"] == 1


def test_a_line_without_end_from_a_subscriber(daemon):
    before = daemon.memory()
    client = daemon.client("subscribe")
    client.send(b"x" * (10 << 20))
    assert [m.get("code") or m.get("reason") for m in client.rest()] == ["line-too-long", "line-too-long"]
    assert daemon.memory() - before < 16 << 20


def test_one_that_asks_for_nothing_is_closed(start):
    daemon = start(subscriber__request_timeout="200ms")
    silent = daemon.client("subscribe")
    assert silent.rest() == [{"type": "bye", "reason": "timeout", "message": "nothing was asked for"}]
    asking = daemon.client("subscribe")
    for _ in range(5):
        asking.send({"type": "stats"})
        assert asking.line()["type"] == "stats"
        time.sleep(0.1)
    subscribed = daemon.subscriber()
    assert asking.until("bye", reason="timeout")
    say(daemon, *bad_words(1))
    assert sequences(take(subscribed, 1)) == [1]


def test_subscribers_come_and_go(daemon):
    stays = daemon.subscriber()
    for i in range(50):
        client = daemon.subscriber()
        say(daemon, *bad_words(2, call=f"c{i}"))
        if i % 2:
            client.reset()
        else:
            client.close()
    assert sequences(take(stays, 100)) == list(range(1, 101))
    daemon.wait_stats(subscribers_open=2)  # the one that stays, and the one that asks


def test_some_break_off_while_events_go_out(daemon):
    stay = [daemon.subscriber() for _ in range(10)]
    sender = daemon.sender()
    for i in range(20):
        leave = [daemon.subscriber() for _ in range(5)]
        sender.send(*bad_words(10, call=f"c{i}"))
        for client in leave:
            client.reset()
    for client in stay:
        assert sequences(take(client, 200)) == list(range(1, 201))
    daemon.wait_stats(subscribers_open=len(stay) + 1)


SCORED = "etiquette.call.scored"
A_CALL = [
    {"type": "call.start", "call": "c", "queue": "sales", "agent": {"id": "a7"}},
    *bad_words(3),
    {"type": "call.end", "call": "c", "t": 60000, "by": "agent"},
]


def test_a_score_follows_the_end(daemon):
    client = daemon.subscriber()
    say(daemon, *A_CALL)
    got = take(client, 5)
    assert [m["type"] for m in got] == ["etiquette.finding"] * 4 + [SCORED]
    data = got[-1]["data"]
    assert (data["score"], data["points"], data["revision"]) == (85, 15, 1)
    assert data["rules"][0] == {"rule": "test.bad", "topic": "test", "findings": 3, "uncapped": 15, "points": 15}
    # A line from before the end that comes late: the score is told again, and the rest is not.
    say(daemon, {"type": "utterance", "call": "c", "t": 59000, "end": 59500, "by": "agent", "text": "плохо"})
    late = take(client, 2)
    assert [m["type"] for m in late] == ["etiquette.finding", SCORED]
    assert (late[1]["data"]["score"], late[1]["data"]["revision"]) == (80, 2)
    assert late[1]["id"] == got[-1]["id"] + "-2"
    assert daemon.stats()["scored"] == 2


@pytest.mark.parametrize("asked, kinds", [
    ({}, ["etiquette.finding"] * 4 + [SCORED]),
    ({"severity": "minor"}, ["etiquette.finding"] * 4),
    ({"rules": ["test.*"]}, ["etiquette.finding"] * 3),
    ({"types": [SCORED], "severity": "critical"}, [SCORED]),
    ({"types": [SCORED, "etiquette.finding"], "rules": ["end.bye"]}, ["etiquette.finding", SCORED]),
    ({"queues": ["sales"], "agents": ["a7"], "calls": ["c"], "types": [SCORED]}, [SCORED]),
    ({"queues": ["vip"]}, []),
])
def test_who_gets_scores(daemon, asked, kinds):
    client = daemon.subscriber(filter=asked)
    everything = daemon.subscriber()
    say(daemon, *A_CALL)
    take(everything, 5)
    daemon.process.terminate()
    assert [m["type"] for m in client.rest() if m["type"] not in ("heartbeat", "bye")] == kinds
