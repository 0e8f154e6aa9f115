"""Bad input on the ingest port: each is told or counted, nobody else notices, memory stays bounded."""
import json
import random
import socket

import pytest

from harness import utterance

MIB = 1024 * 1024


def padded(size):
    """A good line of that many bytes, without its end."""
    line = json.dumps(utterance(call="padded", t=0)).encode()
    return line + b" " * (size - len(line))


LINES = {
    "not-json": b"rubbish",
    "not-json/two values": b'{"type":"call.end","call":"c"} {}',
    "not-json/cut off": b'{"type":"utterance","call":"c"',
    "not-utf8": b'{"type":"utterance","call":"c","by":"agent","text":"\xff\xfe"}',
    "not-utf8/overlong": b'{"type":"utterance","call":"\xc0\xaf","by":"agent","text":"x"}',
    "not-an-object": b'["type","utterance"]',
    "not-an-object/number": b"42",
    "unknown-type": b'{"type":"uterance","call":"c"}',
    "missing-field/type": b'{"call":"c"}',
    "missing-field/call": b'{"type":"call.end"}',
    "missing-field/by": b'{"type":"utterance","call":"c","text":"x"}',
    "missing-field/text": b'{"type":"utterance","call":"c","by":"agent"}',
    "bad-type/t": b'{"type":"utterance","call":"c","by":"agent","text":"x","t":"soon"}',
    "bad-type/negative t": b'{"type":"utterance","call":"c","by":"agent","text":"x","t":-1}',
    "bad-type/by": b'{"type":"utterance","call":"c","by":"robot","text":"x"}',
    "bad-type/text": b'{"type":"utterance","call":"c","by":"agent","text":7}',
    "bad-call-id/empty": b'{"type":"call.end","call":""}',
    "bad-call-id/long": b'{"type":"call.end","call":"' + b"c" * 129 + b'"}',
    "text-too-long": b'{"type":"utterance","call":"c","by":"agent","text":"' + b"x" * 16385 + b'"}',
    "nul-in-text": b'{"type":"utterance","call":"c","by":"agent","text":"a\0b"}',
    "nul-in-text/escaped": b'{"type":"utterance","call":"c","by":"agent","text":"a\\u0000b"}',
    "nul-in-text/only": b"\0\0\0\0",
    "too-deep": b"[" * 10000 + b"]" * 10000,
    "too-deep/objects": b'{"a":' * 10000 + b"1" + b"}" * 10000,
    "line-too-long": padded(65537),
    "line-too-long/by much": padded(80000),
}


@pytest.mark.parametrize("name", LINES)
def test_a_bad_line_is_refused_alone(daemon, name):
    code = name.split("/")[0]
    other, sender = daemon.sender(), daemon.sender()
    other.send(utterance(call="other", t=0))
    other.until("ack", n=1)
    sender.send(utterance(call="mine", t=0), LINES[name] + b"\n", utterance(call="mine", t=1000))
    errors = [m for m in sender.until("ack", n=3) if m["type"] == "error"]
    assert [(e["n"], e["code"]) for e in errors] == [(2, code)]
    assert 10 < len(errors[0]["message"].encode()) < 256
    other.send(utterance(call="other", t=1000))
    other.until("ack", n=2)
    stats = daemon.stats()
    assert (stats["events"], stats["lines_refused"], stats["refused_" + code.replace("-", "_")]) == (4, 1, 1)


def test_the_longest_line_is_fine(daemon):
    sender = daemon.sender()
    sender.send(padded(65536) + b"\r\n")
    assert sender.until("ack") == [{"type": "ack", "n": 1}]


@pytest.mark.parametrize("line, code", [
    (utterance(call="c", t=1000), "late"),
    (utterance(call="c", t=20000, end=10000), "bad-type"),
    (utterance(call="ended", t=2000), "call-ended"),
])
def test_a_line_that_its_call_does_not_allow(daemon, line, code):
    sender = daemon.sender()
    sender.send(utterance(call="c", t=60000), utterance(call="ended", t=0),
                {"type": "call.end", "call": "ended", "t": 1000}, line)
    errors = [m for m in sender.until("ack", n=4) if m["type"] == "error"]
    assert [(e["n"], e["code"]) for e in errors] == [(4, code)]


def test_more_calls_than_may_be_open(start):
    daemon = start(calls__max=10)
    sender = daemon.sender()
    sender.send(*(utterance(call=f"c{i}", t=0) for i in range(11)))
    errors = [m for m in sender.until("ack", n=11) if m["type"] == "error"]
    assert [(e["n"], e["code"]) for e in errors] == [(11, "too-many-calls")]


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["without end", "with end"])
def test_ten_megabytes_in_one_line(daemon, end):
    before = daemon.memory()
    other, sender = daemon.sender(), daemon.sender()
    sender.send(utterance(call="mine", t=0), b"x" * (10 * MIB) + end)
    got = sender.rest()
    assert [m for m in got if m["type"] != "ack"] == [
        {"type": "error", "n": 2, "code": "line-too-long", "message": "a line has at most 65536 bytes"},
        {"type": "bye", "reason": "line-too-long", "message": "a line went over the limit without its end"}]
    assert {"type": "ack", "n": 2} in got
    other.send(utterance(call="other", t=0))
    other.until("ack", n=1)
    stats = daemon.wait_stats(closed_line_too_long=1)
    assert (stats["events"], stats["lines"]) == (2, 3)
    assert daemon.memory() - before < 16 * MIB


def test_half_a_line_is_refused_not_judged(daemon):
    sender = daemon.sender()
    sender.send(utterance(t=0), json.dumps(utterance(t=1000)).encode())
    sender.finish()
    got = sender.rest()
    assert [(m["type"], m["n"]) for m in got if m["type"] == "error"] == [("error", 2)]
    assert got[-1] == {"type": "ack", "n": 2}
    stats = daemon.stats()
    assert (stats["lines_unfinished"], stats["refused_unfinished_line"], stats["events"]) == (1, 1, 1)


@pytest.mark.parametrize("how", ["close", "reset"])
def test_half_a_line_and_a_closed_socket(daemon, how):
    sender = daemon.sender()
    sender.send(utterance(t=0))
    sender.until("ack", n=1)
    sender.send(json.dumps(utterance(t=1000)).encode())
    daemon.wait_stats(bytes_in=lambda n: n > 150)
    getattr(sender, how)()
    stats = daemon.wait_stats(senders_open=0)
    assert (stats["lines_unfinished"], stats["events"]) == (1, 1)


def test_what_was_sent_is_judged_though_nobody_waits_for_the_acks(daemon):
    for i in range(20):
        sender = daemon.sender()
        sender.send(*(utterance(call=f"{i}-{n}", t=0) for n in range(500)))
        sender.close()
    assert daemon.wait_stats(senders_open=0)["events"] == 10000


def test_a_sender_that_reads_nothing_is_not_read_either(daemon):
    before = daemon.memory()
    sender, other = daemon.sender(receive_buffer=4096), daemon.sender()
    sender.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    sender.socket.settimeout(1)
    chunk, sent = b"rubbish!\n" * 1000, 0
    with pytest.raises(socket.timeout):
        while sent < 256 * MIB:
            sent += sender.socket.send(chunk[sent % 9:])
    other.send(utterance(call="other", t=0))
    other.until("ack", n=1)
    assert daemon.memory() - before < 16 * MIB
    assert daemon.stats()["replies_held"] >= 1

    # It reads again, and gets a reply for every line.
    sender.socket.settimeout(30)
    errors = 0
    while errors < sent // 9:
        message = sender.line()
        if message["type"] == "error":
            errors += 1
            assert message["n"] == errors
    sender.send(b"rubbish!\n"[sent % 9:] if sent % 9 else b"rubbish!\n")
    sender.until("ack", n=sent // 9 + 1)


def test_a_sender_that_reads_nothing_is_closed_in_the_end(start):
    daemon = start(ingest__reply_timeout="300ms")
    sender, other = daemon.sender(receive_buffer=4096), daemon.sender()
    sender.socket.settimeout(10)
    with pytest.raises(OSError):
        while True:
            sender.send(b"rubbish!\n" * 1000)
    stats = daemon.wait_stats(closed_stalled=1)
    assert stats["senders_open"] == 1
    other.send(utterance(call="other", t=0))
    other.until("ack", n=1)
    assert "closed: stalled" in daemon.log()


def test_random_bytes_do_no_harm(daemon):
    random.seed(7)
    before = daemon.memory()
    for _ in range(30):
        sender = daemon.sender()
        try:
            sender.send(random.randbytes(200000))
            sender.finish()
            assert all(m["type"] in ("ack", "error", "bye") for m in sender.rest())
        except (ConnectionResetError, BrokenPipeError):
            pass
        sender.close()
    sender = daemon.sender()
    sender.send(utterance(t=0))
    sender.until("ack", n=1)
    assert daemon.memory() - before < 24 * MIB
