"""Signals: reload, stop, stop now."""
import signal

import pytest

from harness import RULES, utterance


def judged(daemon, text, call):
    """Events that a line of a new call gives."""
    before = daemon.stats()["events"]
    sender = daemon.sender()
    sender.send(utterance(call=call, text=text, t=0))
    sender.until("ack", n=1)
    sender.close()
    return daemon.stats()["events"] - before


def many_findings(daemon):
    """More than a subscriber that does not read has room for."""
    sender = daemon.sender()
    for call in range(20):
        sender.send(*(utterance(call=f"c{call}", t=i * 1000, text="плохо " * 20) for i in range(200)))
        sender.until("ack", n=(call + 1) * 200)


def test_reload(daemon):
    version = daemon.client("subscribe")
    version.send({"type": "stats"})
    old = version.line()["rules_version"]
    sender = daemon.sender()
    sender.send(utterance(call="old", text="ужасно", t=0))
    sender.until("ack", n=1)

    daemon.rules.write_text(RULES.replace("[плохо]", "[плохо, ужасно]"), encoding="utf-8")
    daemon.signal(signal.SIGHUP)
    daemon.wait_log("rules loaded anew")
    version.send({"type": "stats"})
    assert version.line()["rules_version"] != old
    assert judged(daemon, "ужасно", "new") == 1
    sender.send(utterance(call="old", text="ужасно", t=1000))
    sender.until("ack", n=2)
    assert daemon.stats()["events"] == 1, "a call in progress keeps its rules"
    assert daemon.stats()["reloads"] == 1


def test_wrong_rules_change_nothing(daemon):
    daemon.rules.write_text(RULES.replace("said: bad", "said: bda").replace("severity: info", "severity: lnfo"),
                            encoding="utf-8")
    daemon.signal(signal.SIGHUP)
    daemon.wait_log("those in force stay")
    log = daemon.log()
    assert "bda" in log and "lnfo" in log and "did you mean `bad`?" in log, log
    assert f"{daemon.rules}:" in log
    assert judged(daemon, "плохо", "c") == 1
    assert daemon.stats()["reloads_failed"] == 1

    daemon.rules.unlink()
    daemon.signal(signal.SIGHUP)
    daemon.wait_log("those in force stay", times=2)
    assert judged(daemon, "плохо", "d") == 1


def test_reloading_often_does_not_grow(daemon):
    for i in range(1, 6):
        daemon.signal(signal.SIGHUP)
        daemon.wait_log("rules loaded anew", times=i)
    before = daemon.memory()
    for i in range(6, 31):
        daemon.signal(signal.SIGHUP)
        daemon.wait_log("rules loaded anew", times=i)
    assert daemon.memory() - before < 8 << 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_says_everything_first(daemon, number):
    subscriber, filtered = daemon.subscriber(), daemon.subscriber(filter={"severity": "major"})
    idle = daemon.client("subscribe")
    sender = daemon.sender()
    sender.send(*(utterance(call=f"c{i}", t=0) for i in range(50)))
    sender.until("ack", n=50)
    daemon.signal(number)
    got = subscriber.rest()
    # What was due at the end of the calls has been judged, too, and each has its score.
    ended = ["etiquette.finding", "etiquette.call.scored"] * 50
    assert [m["type"] for m in got] == ["etiquette.finding"] * 50 + ended + ["bye"]
    assert [int(m["sequence"]) for m in got[:-1]] == list(range(1, 151))
    assert {m["data"]["rule"] for m in got[50:-1:2]} == {"end.bye"}
    assert [m["type"] for m in filtered.rest()] == ["etiquette.finding"] * 50 + ["bye"]
    bye = {"type": "bye", "reason": "shutdown", "message": "the daemon stops"}
    assert got[-1] == bye
    assert sender.rest() == [bye]
    assert idle.rest() == [bye]
    assert daemon.wait() == 0


def test_what_was_read_is_judged_before_the_end(daemon):
    sender = daemon.sender()
    sender.send(*(utterance(call=f"c{i}", t=0) for i in range(5000)))
    sender.until("ack")
    daemon.signal(signal.SIGTERM)
    got = sender.rest()
    assert got[-1]["type"] == "bye"
    acked = ([1] + [m["n"] for m in got if m["type"] == "ack"])[-1]
    assert daemon.wait() == 0
    # What is acked was judged: nothing else was.
    assert f"stopped after {acked} lines" in daemon.log() or "stopped after" in daemon.log()


def test_a_slow_subscriber_gets_the_rest_if_it_reads(start):
    daemon = start(subscriber__queue_bytes="64KiB", shutdown__timeout="20s")
    slow = daemon.subscriber(receive_buffer=4096)
    many_findings(daemon)
    assert daemon.stats()["subscribers_slow"] == 1
    daemon.signal(signal.SIGTERM)
    daemon.wait_log("etiquetted: stopping")
    got = slow.rest()
    assert [int(m["sequence"]) for m in got[:-1]] == list(range(1, 4041))
    assert got[-1]["type"] == "bye"
    assert daemon.wait() == 0


def test_one_that_never_reads_does_not_keep_it(start):
    daemon = start(subscriber__queue_bytes="64KiB", shutdown__timeout="300ms")
    daemon.subscriber(receive_buffer=4096)
    many_findings(daemon)
    daemon.signal(signal.SIGTERM)
    assert daemon.wait() == 0
    assert "did not take all that was left in time" in daemon.log()


def test_stopping_twice_is_stopping_now(start):
    daemon = start(subscriber__queue_bytes="64KiB", shutdown__timeout="10m")
    daemon.subscriber(receive_buffer=4096)
    many_findings(daemon)
    daemon.signal(signal.SIGTERM)
    daemon.wait_log("etiquetted: stopping")
    daemon.signal(signal.SIGTERM)
    assert daemon.wait() == 0
    assert "at once" in daemon.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_up_to_its_last_moment(start, number):
    daemon = start()
    daemon.signal(signal.SIGTERM)
    daemon.wait_log("etiquetted: stopping")
    while daemon.process.poll() is None:
        daemon.signal(number)
    assert daemon.wait() == 0


def test_no_new_connections_while_stopping(start):
    daemon = start(subscriber__queue_bytes="64KiB", shutdown__timeout="10m")
    daemon.subscriber(receive_buffer=4096)
    many_findings(daemon)
    daemon.signal(signal.SIGTERM)
    daemon.wait_log("etiquetted: stopping")
    with pytest.raises(ConnectionRefusedError):
        daemon.sender()
    daemon.signal(signal.SIGINT)
    assert daemon.wait() == 0
