"""What the programs say holds to rules/schema/event.schema.json, and to the examples of doc/protocol.md."""
import copy
import json
import re
import subprocess

import pytest

import harness

jsonschema = pytest.importorskip("jsonschema", reason="python3-jsonschema is not installed")

SCHEMA = json.loads((harness.SOURCE / "rules/schema/event.schema.json").read_text(encoding="utf-8"))
PROTOCOL = (harness.SOURCE / "doc/protocol.md").read_text(encoding="utf-8")
IN = {"call.start", "call.update", "utterance", "hold.start", "hold.end", "call.end"}

EVENTS = {"etiquette.finding": "event", "etiquette.finding.retracted": "event", "etiquette.call.scored": "scored"}


def validator():
    return jsonschema.Draft202012Validator(SCHEMA)


def check(*messages):
    for message in messages:
        kind = EVENTS.get(message["type"], message["type"])
        one = dict(SCHEMA["$defs"][kind], **{"$defs": SCHEMA["$defs"]})
        jsonschema.Draft202012Validator(one).validate(message)
        validator().validate(message)


def examples():
    """The complete messages of the document, in their order."""
    found = []
    for line in PROTOCOL.splitlines():
        for whole, inline in re.findall(r'^(\{.*\})$|`(\{"type.*?\})`', line):
            try:
                found.append(json.loads(whole or inline))
            except ValueError:
                assert "…" in line, line
    return found


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_documented_replies_hold_to_it():
    asked = [{"type": "stats"}, {"type": "ack", "sequence": 124}]
    said = [m for m in examples() if m["type"] not in IN | {"subscribe", "uterance"} and m not in asked]
    assert {m["type"] for m in said} >= {"ack", "error", "bye", "subscribed", "heartbeat", "gap", "etiquette.finding"}
    check(*said)


def test_documented_messages_are_taken(daemon):
    sent = [m for m in examples() if m["type"] in IN]
    assert {m["type"] for m in sent} == IN
    sender = daemon.sender()
    for number, message in enumerate(sent):
        # The document uses one id throughout; in a daemon a call that ended stays so.
        sender.send(dict(message, call=f"{message['call']}-{sum(m['type'] == 'call.end' for m in sent[:number])}"))
    assert [m for m in sender.until("ack", n=len(sent)) if m["type"] == "error"] == []


def test_the_documented_session(daemon):
    """Word by word, the messages of errors included."""
    lines = PROTOCOL.split("$ nc 127.0.0.1 7401\n", 1)[1].split("```", 1)[0].splitlines()
    sender = daemon.sender()
    for line in lines:
        message = json.loads(line)
        if message["type"] in ("ack", "error"):
            assert sender.line() == message
        else:
            sender.send(line.encode() + b"\n")


def test_error_codes_are_documented():
    """Each code that some line can be refused with has its row, and each row its code."""
    sources = [*(harness.SOURCE / "lib/wire").glob("*.c"), *(harness.SOURCE / "lib/call").glob("*.c"),
               *(harness.SOURCE / "daemon" / name for name in ("intake.c", "recorder.c", "sender.c", "subscriber.c",
                                                            "cursors.c"))]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    codes = set(re.findall(r'(?:err_set|reader_refuse|refuse)\([^;"]*"([a-z0-9-]+)"|\.code = "([a-z-]+)"', text))
    said = {code for pair in codes for code in pair if code}
    # Of the text format, and of lines that the decoder has refused before as bad-type.
    said -= {"bad-text-call", "bad-utterance-id", "bad-side"}
    table = PROTOCOL.split("## Error codes", 1)[1].split("### ", 1)[0]
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE)) == said


@pytest.mark.parametrize("break_it", [
    lambda e: e.pop("specversion"),
    lambda e: e.pop("subject"),
    lambda e: e.pop("recordedtime"),
    lambda e: e.update(more=1),
    lambda e: e.update(id="x"),
    lambda e: e.update(id=e["id"] + "-r"),
    lambda e: e.update(type="etiquette.finding.retracted"),
    lambda e: e.update(severitynumber=9),
    lambda e: e.update(severitytext="high"),
    lambda e: e.update(sequence=124),
    lambda e: e.update(time="2026-11-23T09:01:18Z"),
    lambda e: e["data"].pop("inferred"),
    lambda e: e["data"].update(severity="minor"),
    lambda e: e["data"].update(t=1.5),
    lambda e: e["data"].update(trial=False),
    lambda e: e["data"].update(words=[{"by": "agent", "t": 0, "text": "а", "start": 0}]),
    lambda e: e["data"]["call"].pop("id"),
    lambda e: e["data"]["call"].update(agent={}),
    lambda e: e["data"].update(measure={"name": "hold"}),
], ids=range(19))
def test_it_refuses(break_it):
    event = copy.deepcopy(next(m for m in examples() if m["type"] == "etiquette.finding"))
    check(event)
    break_it(event)
    assert list(validator().iter_errors(event))


RULES = harness.RULES + """\
  test.early:
    title: {ru: Рано, en: Early}
    source: «Не говорите этого»
    say_instead: Ничего
    status: trial
    partial: true
    forbid: {said: bad, by: agent}
  test.long:
    title: Долго
    limit: {measure: hold, above: 3s}
"""
CALL = [
    {"type": "call.start", "call": "c1", "started_at": "2026-11-23T09:00:00Z", "direction": "inbound",
     "agent": {"id": "a7", "name": "Ирина"}, "customer": {"name": "Иван"}, "queue": "sales", "lang": "ru"},
    {"type": "utterance", "call": "c1", "id": "u1", "t": 0, "by": "agent", "text": "плохо", "final": False},
    {"type": "utterance", "call": "c1", "id": "u1", "t": 0, "by": "agent", "text": "неплохо"},
    {"type": "utterance", "call": "c1", "t": 3000, "by": "agent", "text": "плохо 8 912 345-67-89 ivan@mail.ru"},
    {"type": "hold.start", "call": "c1", "t": 10000},
    {"type": "hold.end", "call": "c1", "t": 20000},
    {"type": "utterance", "call": "c1", "t": 25000, "by": "customer", "text": "да"},
    {"type": "call.end", "call": "c1", "t": 30000, "by": "agent"},
    {"type": "rubbish"},
    {"type": "utterance", "call": "c2", "by": "agent", "text": "плохо"},
]


def test_what_the_daemon_says(start):
    daemon = start(rules=RULES, subscriber__heartbeat="200ms")
    subscriber = daemon.subscriber()
    sender = daemon.sender()
    sender.send(*CALL)
    replies = sender.until("ack", n=len(CALL))
    assert [m["n"] for m in replies if m["type"] == "error"] == [9]
    heard = [subscriber.subscribed, *subscriber.until("heartbeat")]
    subscriber.send({"type": "stats"}, {"type": "subscribe"})
    heard += subscriber.until("error")
    daemon.process.terminate()
    heard += subscriber.until("bye")
    replies += sender.until("bye")
    check(*replies, *heard)
    kinds = {m["type"] for m in heard}
    assert kinds >= {"subscribed", "etiquette.finding", "etiquette.finding.retracted", "etiquette.call.scored", "heartbeat", "stats", "error",
                     "bye"}
    events = [m for m in heard if "specversion" in m]
    findings = [m for m in events if m["type"] != "etiquette.call.scored"]
    assert {m["data"]["rule"] for m in findings} >= {"test.bad", "test.early", "test.long", "wait.thanks", "end.bye"}
    assert [m["subject"] for m in events if "stamped" in m["data"]]
    assert all(m.get("time", "").startswith("2026-11-23T09:00:") == (m["subject"] == "c1") for m in events)
    ids = [m["id"] for m in events]
    assert len(set(ids)) == len(ids)


def test_a_gap(start):
    daemon = start(ring__events=16)
    sender = daemon.sender()
    sender.send(*(harness.utterance(call=f"c{i}", t=0) for i in range(200)))
    sender.until("ack", n=200)
    subscriber = daemon.client("subscribe")
    subscriber.send({"type": "subscribe", "from": 1})
    heard = subscriber.until("gap")
    check(*heard)


def test_what_check_says(tmp_path):
    rules, call = tmp_path / "rules.yaml", tmp_path / "call.ndjson"
    rules.write_text(RULES, encoding="utf-8")
    call.write_text("".join(json.dumps(m, ensure_ascii=False) + "\n" for m in CALL if m["type"] in IN), encoding="utf-8")
    done = subprocess.run([harness.program("etiquettectl"), "check", "--rules", str(rules), "--output", "ndjson", str(call)],
                          capture_output=True, timeout=harness.TIMEOUT, env=harness.environment(), check=False)
    assert done.returncode == 1, done.stderr.decode()
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    check(*events)
    assert len(events) > 4
    assert not any("sequence" in e or "recordedtime" in e for e in events)
    words = [q["text"] for e in events for q in e["data"].get("words", [])]
    assert not any("912" in text or "ivan" in text for text in words)
