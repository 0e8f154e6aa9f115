"""What senders send and get back."""
import json

from harness import utterance


def test_finding_of_a_line_is_recorded_before_its_ack(daemon):
    subscriber = daemon.subscriber()
    sender = daemon.sender()
    sender.send(utterance(t=0))
    assert sender.line() == {"type": "ack", "n": 1}
    assert daemon.stats()["ring_last"] == 1
    event = subscriber.line()
    assert event["type"] == "etiquette.finding"
    assert event["data"]["rule"] == "test.bad"
    assert event["sequence"] == "1"
    assert [quote["text"] for quote in event["data"]["words"]] == ["плохо"]


def test_acks_are_cumulative_and_few(daemon):
    sender = daemon.sender()
    sender.send(*(utterance(call=f"c{i}", t=0, text="добрый день") for i in range(2000)))
    acks = sender.until("ack", n=2000)
    numbers = [ack["n"] for ack in acks]
    assert all(ack["type"] == "ack" for ack in acks)
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 500


def test_errors_come_in_order_and_before_the_ack_that_covers_them(daemon):
    sender = daemon.sender()
    sender.send(*(b"rubbish\n" if i % 3 == 0 else utterance(call=f"c{i}", t=0) for i in range(1, 601)))
    got = sender.until("ack", n=600)
    assert [m["n"] for m in got if m["type"] == "error"] == list(range(3, 601, 3))
    acked = 0
    for message in got:
        assert message["n"] > acked
        if message["type"] == "ack":
            acked = message["n"]


def test_carriage_returns_and_empty_lines(daemon):
    sender = daemon.sender()
    line = json.dumps(utterance(t=0)).encode()
    sender.send(b"\n\r\n" + line + b"\r\n\nrubbish\r\n")
    assert sender.until("ack", n=5) == [
        {"type": "error", "n": 5, "code": "not-json", "message": "unexpected character at byte 1"},
        {"type": "ack", "n": 5}]
    stats = daemon.stats()
    assert (stats["lines"], stats["lines_empty"], stats["lines_refused"], stats["events"]) == (5, 3, 1, 1)


def test_a_line_may_come_byte_by_byte(daemon):
    sender = daemon.sender()
    for byte in json.dumps(utterance(t=0), ensure_ascii=False).encode() + b"\n":
        sender.send(bytes([byte]))
    assert sender.line() == {"type": "ack", "n": 1}
    assert daemon.stats()["events"] == 1


def test_a_call_may_come_over_several_connections(daemon):
    first, second = daemon.sender(), daemon.sender()
    first.send({"type": "hold.start", "call": "c", "t": 0}, {"type": "hold.end", "call": "c", "t": 1000})
    first.until("ack", n=2)
    second.send(utterance(call="c", text="спасибо", t=1200), utterance(call="c", text="да", t=9000))
    second.until("ack", n=2)
    assert daemon.stats()["events"] == 0
    assert daemon.stats()["calls_open"] == 1


def test_closing_a_connection_ends_no_call(daemon):
    sender = daemon.sender()
    sender.send(utterance(t=0))
    sender.line()
    sender.close()
    assert daemon.wait_stats(senders_open=0)["calls_open"] == 1


def test_everything_is_acked_before_a_half_closed_connection_ends(daemon):
    sender = daemon.sender()
    sender.send(*(utterance(call=f"c{i}", t=0) for i in range(3000)))
    sender.finish()
    assert sender.rest()[-1] == {"type": "ack", "n": 3000}
    assert daemon.stats()["closed_eof"] >= 1


def test_deadlines_pass_while_nothing_comes(start):
    daemon = start(calls__lateness="0s")
    subscriber = daemon.subscriber()
    sender = daemon.sender()
    sender.send({"type": "hold.start", "call": "c", "t": 0}, {"type": "hold.end", "call": "c", "t": 1000})
    event = subscriber.line()
    assert event["data"]["rule"] == "wait.thanks"
    assert event["data"]["trigger"] == {"kind": "hold.end", "t": 1000}


def test_silent_calls_are_ended(start):
    daemon = start(calls__idle="200ms")
    subscriber = daemon.subscriber()
    sender = daemon.sender()
    sender.send(utterance(text="добрый день", t=0))
    assert subscriber.line()["data"]["rule"] == "end.bye"
    stats = daemon.stats()
    assert (stats["calls_open"], stats["calls_idle"]) == (0, 1)


def test_many_connections_with_many_calls_lose_nothing(daemon):
    subscriber = daemon.subscriber()
    senders = [daemon.sender() for _ in range(20)]
    for turn in range(5):
        for i, sender in enumerate(senders):
            sender.send(*(utterance(call=f"{i}-{call}", t=turn * 1000) for call in range(20)))
    for sender in senders:
        sender.until("ack", n=100)
    events = [subscriber.line() for _ in range(2000)]
    assert [int(event["sequence"]) for event in events] == list(range(1, 2001))
    assert {event["subject"] for event in events} == {f"{i}-{call}" for i in range(20) for call in range(20)}
