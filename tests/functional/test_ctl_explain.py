"""etiquettectl rules explain ID FILE: why a rule fired or did not."""
import re

import pytest

from ctltools import DATA, SOURCE, ctl, events

RULES = DATA / "explain.yaml"
CALL = DATA / "explain.txt"
FIELDS = {"kind", "rule", "call", "t", "why", "inferred", "role", "signal", "from", "step", "steps", "name", "words",
          "phrase", "except", "window", "until", "measure", "text", "finding", "severity"}


def explain(rule, *args, call=CALL, rules=RULES):
    """Status and output, the folders of the rule files and the rule's head taken off."""
    done = ctl("rules", "explain", rule, call, "--rules", rules, *args)
    assert done.err == ""
    return done.returncode, done.out.replace(f"{DATA}/", "")


def test_windows():
    assert explain("t.thanks") == (1, """\
t.thanks  Нет благодарности за ожидание
  expect, major, explain.yaml:22

call e1: inbound, agent Ирина
  00:29.0   opened        by hold.end: waits 15.0 s and 2 turns (until 00:44.0 or longer)
  00:30.0   spoken        agent «Большое спасибо»: in the window
  00:31.0   heard         agent «Большое спасибо» «что дождались»: expected
                          thanks `[большое] спасибо что (подождали|дождались)` explain.yaml:8
  00:31.0   satisfied     2.0 s after 00:29.0
  01:20.0   opened        by hold.end: waits 15.0 s and 2 turns (until 01:35.0 or longer)
  01:21.0   spoken        agent «Вот блин, всё зависло»: in the window
  01:27.0   spoken        agent «Чёрт, номер 8 912 345-67-89»: in the window
  01:30.0   part-over     the turns of the window from 01:20.0 are used up
  01:35.0   missed        not heard by the time that was given, from 01:20.0 on
  01:35.0   raised        major, of 01:20.0
  1 finding of t.thanks
""")


def test_before_an_anchor():
    assert explain("t.ask") == (1, """\
t.ask  Не спросил разрешения
  expect, minor, explain.yaml:27

call e1: inbound, agent Ирина
  00:05.0   heard         agent «можете подождать»: expected
                          ask `можете подождать` explain.yaml:16
  00:09.0   happened      hold.start: the anchor
  00:09.0   satisfied     4.0 s before: heard at 00:05.0
  00:45.0   happened      hold.start: the anchor
  00:45.0   missed        not heard in the window before, only at 00:05.0; last words: agent «Предлагаю тариф»
  00:45.0   raised        minor
  1 finding of t.ask
""")


def test_innocent_wordings_exceptions_and_cooldown():
    assert explain("t.swearing") == (1, """\
t.swearing  Брань
  forbid, critical, explain.yaml:31

call e1: inbound, agent Ирина
  00:05.0   excepted      agent «Блин»: forbidden
                          swearing `"(блин|чёрт)"` explain.yaml:11
                          covered by pancakes `"блин (с|со) (сыром|мясом)"` explain.yaml:14
  01:21.0   heard         agent «блин»: forbidden
                          swearing `"(блин|чёрт)"` explain.yaml:11
  01:22.6   not-excused   by the exception, whose `said` does not hold: `said: sorry, by: agent, within: 5s`
  01:22.6   raised        critical, of 01:21.0
  01:27.0   heard         agent «Чёрт»: forbidden
                          swearing `"(блин|чёрт)"` explain.yaml:11
  01:29.0   not-raised    too soon after the last finding (`cooldown`)
  01:40.0   heard         agent «Извините»: for an exception
                          sorry `извините` explain.yaml:15
  01:40.0   heard         agent «Чёрт»: forbidden
                          swearing `"(блин|чёрт)"` explain.yaml:11
  01:41.6   not-raised    an exception holds: `said: sorry, by: agent, within: 5s`
  1 finding of t.swearing
""")


def test_measures():
    assert explain("t.hold") == (1, """\
t.hold  Долгое удержание
  limit, minor, explain.yaml:39

call e1: inbound, agent Ирина
  00:29.0   measured      hold 20.0 s, not above 30.0 s (67 %), from 00:09.0 on
  01:15.0   raised        minor, hold 30.0 s, bound 30.0 s
  1 finding of t.hold
""")


@pytest.mark.parametrize("rule, says", [
    ("t.script", "no finding of t.script: all steps were there\n"),
    ("t.outbound", "  00:36.8   not-raised    a condition of `when` does not hold: `direction`\n"
                   "  no finding of t.outbound: the rule was broken, but something keeps it back\n"),
    ("t.draft", "  no finding of t.draft: its status keeps it from being judged\n"),
])
def test_rules_that_stay_silent(rule, says):
    status, out = explain(rule)
    assert status == 0
    assert out.endswith(says)


def test_steps_of_a_sequence(tmp_path):
    call = tmp_path / "call.txt"
    call.write_text("@0 agent: Предлагаю тариф\n@3 customer: А?\n@4 agent: Добрый день\n@6 customer: Да\n"
                    "@7 agent: Так\n@9 customer: Да\n@10 agent: Вот\n@11 customer: Да\n"
                    "@12 agent: Предлагаю тариф\n[end by agent]\n", encoding="utf-8")
    status, out = explain("t.script", call=call)
    assert status == 1
    assert out.split("\n\n")[1] == """\
call c1
  00:00.0   heard         agent «Предлагаю тариф»: a step
                          offer `предлагаю тариф` explain.yaml:18
  00:00.0   step          2 of 3 «предложение»
  00:04.0   heard         agent «Добрый день»: a step
                          hello `добрый день` explain.yaml:17
  00:04.0   step          1 of 3 «приветствие»
  00:12.0   heard         agent «Предлагаю тариф»: a step
                          offer `предлагаю тариф` explain.yaml:18
  00:12.0   step-refused  2 of 3 «предложение»: too late after the one at 00:04.0
  00:12.8   step-missing  2 of 3 «предложение» did not come, or not in order
  00:12.8   raised        minor
  1 finding of t.script
"""


def test_several_calls_in_one_file(tmp_path):
    calls = tmp_path / "calls.txt"
    calls.write_text("[call id=a]\n@1 agent: Блин\n[end by agent]\n[call id=b]\n@1 agent: Да\n[end by agent]\n",
                     encoding="utf-8")
    status, out = explain("t.swearing", call=calls)
    assert status == 1
    a, b = out.split("\n\n")[1:]
    assert a.startswith("call a\n") and a.endswith("\n  1 finding of t.swearing")
    assert b == "call b\n  no finding of t.swearing: nothing that the rule listens to came\n"


@pytest.mark.parametrize("at", ["85", "1:25", "01:25.0"])
def test_around_a_time(at):
    status, out = explain("t.thanks", "--at", at)
    assert status == 1
    assert re.findall(r"^  (\d\d:\d\d\.\d)", out, re.MULTILINE) == [
        "01:20.0", "01:21.0", "01:27.0", "01:30.0", "01:35.0", "01:35.0"]
    assert out.endswith("  1 finding of t.thanks in the whole call\n")


def test_around_a_time_where_nothing_is():
    status, out = explain("t.hold", "--at", "0:50.5")
    assert status == 1
    assert "01:15.0" not in out  # it is what the bound was passed at
    status, out = explain("t.swearing", "--at", "50")
    assert "  nothing around 00:50.0\n" in out


def test_what_is_many_is_left_out_for_people(tmp_path):
    call = tmp_path / "call.txt"
    lines = [f"@{10 * i} agent: Раз два три\n@{10 * i + 5} customer: Да\n" for i in range(9)]
    call.write_text("".join(lines) + "@100 agent: Раз два три четыре пять шесть\n", encoding="utf-8")
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "engine: 1\n"
        "phrases: {thanks: [спасибо за звонок]}\n"
        "rules:\n"
        "  t.talk: {title: Монолог, limit: {measure: monologue, above: 8}}\n"
        "  t.thanks: {title: Спасибо, expect: {said: thanks, by: agent, after: answer, within: 3m}}\n",
        encoding="utf-8")
    status, out = explain("t.talk", call=call, rules=rules)
    assert status == 0
    assert out.split("\n\n")[1] == """\
call c1
  01:42.4   measured      monologue 6, not above 8 (75 %), from 01:40.0 on
  9 more events left out; --output ndjson has them
  no finding of t.talk: the measure never passed its bound
"""
    status, out = explain("t.thanks", call=call, rules=rules)
    assert status == 1
    assert out.count("  spoken ") == 6 and "\n  4 more events left out; --output ndjson has them\n" in out
    assert explain("t.thanks", "--at", "1:40", call=call, rules=rules)[1].count("  spoken ") == 10


@pytest.mark.parametrize("at", ["", "x", "-1", "1:", "1:75", "1:2:3", "nan", "1e99"])
def test_around_what_is_no_time(at):
    done = ctl("rules", "explain", "t.hold", CALL, "--rules", RULES, "--at", at)
    assert done.returncode == 2
    assert f"--at: `{at}` is not seconds or minutes:seconds" in done.err


def test_ndjson():
    status, out = explain("t.thanks", "--output", "ndjson")
    found = events(out)
    assert status == 1
    assert [e["kind"] for e in found] == [
        "happened", "opened", "spoken", "spoken", "heard", "satisfied",
        "happened", "opened", "spoken", "spoken", "part-over", "missed", "raised"]
    assert found[1] == {"kind": "opened", "rule": "t.thanks", "call": "e1", "t": 29000, "role": "anchor",
                        "signal": "hold.end", "window": {"ms": 15000, "turns": 2}, "until": 44000}
    assert found[4] == {
        "kind": "heard", "rule": "t.thanks", "call": "e1", "t": 31000, "role": "expect", "signal": "said",
        "words": [{"utterance": "u4", "by": "agent", "t": 30000, "text": "Большое спасибо", "start": 0, "end": 15},
                  {"utterance": "u5", "by": "agent", "t": 31000, "text": "что дождались", "start": 0, "end": 13}],
        "phrase": {"set": "thanks", "text": "[большое] спасибо что (подождали|дождались)",
                   "file": "explain.yaml", "line": 8}}
    assert found[9]["words"][0]["text"] == "Чёрт, номер * *** ***-**-89"  # masked as in findings
    assert found[-1]["severity"] == "major" and re.fullmatch("[0-9a-f]{32}", found[-1]["finding"])


def test_ndjson_names_the_finding_as_check_does():
    checked = events(ctl("check", CALL, "--rules", RULES, "--output", "ndjson").out)
    for rule in ("t.thanks", "t.ask", "t.swearing", "t.hold"):
        ids = [e["finding"] for e in events(explain(rule, "--output", "ndjson")[1]) if e["kind"] == "raised"]
        assert ids == [e["data"]["finding"] for e in checked if e["data"].get("rule") == rule]


def test_ndjson_of_all_rules_has_only_what_is_documented():
    page = (SOURCE / "doc/etiquettectl.1").read_text(encoding="utf-8")
    table = (SOURCE / "lib/call/trace.c").read_text(encoding="utf-8")
    kinds = re.findall(r'^\t\[ETQ_TRACE_\w+\] =\s+\{"([a-z-]+)"', table, re.MULTILINE)
    assert len(kinds) == 28
    for kind in kinds:
        assert f"\n.It Cm {kind}\n" in page
    for call in sorted((SOURCE / "tests/data/calls").glob("*.txt"))[:3]:
        for rule in ("hold.no-thanks", "end.agent-first", "speech.filler", "listen.monologue"):
            done = ctl("rules", "explain", rule, call, "-o", "ndjson")
            assert done.returncode in (0, 1) and done.err == ""
            for event in events(done.out):
                assert event["kind"] in kinds and set(event) <= FIELDS
                assert event["rule"] == rule


def test_bad_lines_are_errors(tmp_path):
    call = tmp_path / "call.txt"
    call.write_text("@1 agent: Блин\nмимо\n", encoding="utf-8")
    done = ctl("rules", "explain", "t.swearing", call, "--rules", RULES)
    assert done.returncode == 2
    assert f"{call}:2:1: bad-text-call" in done.err
    assert "1 finding of t.swearing" in done.out


@pytest.mark.parametrize("option, named", [(("--at", "3"), "--at"), (("-o", "ndjson"), "--output ndjson")])
def test_what_needs_a_call(option, named):
    done = ctl("rules", "explain", "t.hold", "--rules", RULES, *option)
    assert done.returncode == 2
    assert f"{named} is for what a rule does in a call" in done.err


def test_what_the_pack_makes_of_a_whole_call():
    """Every rule of the pack can be explained, and agrees with check."""
    call = SOURCE / "tests/data/calls/shop-bare-waits.txt"
    checked = events(ctl("check", call, "--output", "ndjson").out)
    rules = [line["id"] for line in events(ctl("rules", "list", "--output", "ndjson").out)]
    for rule in rules:
        done = ctl("rules", "explain", rule, call, "-o", "ndjson")
        kinds = [e["kind"] for e in events(done.out)]
        found = [e for e in checked if e["data"].get("rule") == rule]
        withdrawn = sum(e["type"].endswith("retracted") for e in found)
        assert kinds.count("raised") - kinds.count("withdrawn") == len(found) - 2 * withdrawn, rule
