"""etiquettectl check: formats, outputs, exit codes, bad lines."""
import json
import pty
import os
import subprocess

import pytest

from ctltools import CALL, CTL, DATA, PATIENCE, RULES, ctl, environment, events

WITH = ("check", "--rules", RULES)

# The same call as call.txt, as native messages.
NATIVE = [
    {"type": "call.start", "call": "k1", "direction": "inbound", "rings": 2, "agent": {"name": "Ирина"},
     "customer": {"name": "Иван Петров"}, "queue": "sales", "company": "Северный склад", "lang": "ru"},
    {"type": "utterance", "call": "k1", "id": "u1", "t": 0, "end": 800, "by": "agent", "text": "Слушаю вас"},
    {"type": "utterance", "call": "k1", "id": "u2", "t": 1100, "end": 2700, "by": "customer",
     "text": "Здравствуйте, где мой заказ?"},
    {"type": "utterance", "call": "k1", "id": "u3", "t": 3000, "end": 3900, "by": "agent", "text": "Ну и",
     "final": False},
    {"type": "utterance", "call": "k1", "id": "u3", "t": 3000, "end": 4600, "by": "agent",
     "text": "Ну и хрень, подождите", "confidence": 0.87,
     "words": [{"text": "Ну", "t": 3000, "end": 3200}, {"text": "и"}, {"text": "хрень,", "t": 3400}]},
    {"type": "hold.start", "call": "k1", "t": 4600},
    {"type": "hold.end", "call": "k1", "t": 44600},
    {"type": "utterance", "call": "k1", "id": "u4", "t": 44900, "end": 46500, "by": "agent",
     "text": "Он уже в пути"},
    {"type": "call.update", "call": "k1", "customer": {"id": "7"}},
    {"type": "utterance", "call": "k1", "id": "u5", "t": 46800, "end": 47200, "by": "customer", "text": "Хорошо"},
    {"type": "utterance", "call": "k1", "id": "u6", "t": 47500, "end": 48300, "by": "agent", "text": "Что-то ещё?"},
    {"type": "utterance", "call": "k1", "id": "u7", "t": 48600, "end": 49000, "by": "customer", "text": "Нет"},
    {"type": "call.end", "call": "k1", "t": 49000, "by": "customer"},
]


def lines(*objects):
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)


def rules_found(done):
    return [e["data"]["rule"] for e in events(done.out) if e["type"] == "etiquette.finding"]


def test_human_output_has_findings_under_their_words():
    done = ctl(*WITH, CALL)
    assert (done.returncode, done.err) == (1, "")
    out = done.out.splitlines()
    at = next(i for i, line in enumerate(out) if "хрень" in line)
    word = out[at].index("хрень")
    assert out[at + 1] == " " * word + "^~~~~"
    assert out[at + 2].strip().startswith("critical speech.profanity  Бранное слово (00:03.0")
    thanks = next(line for line in out if "hold.no-thanks" in line)
    assert "major" in thanks and "Нет благодарности за ожидание" in thanks and "00:44.6" in thanks
    assert out[out.index(thanks) + 1].strip() == "→ Спасибо за ожидание!"
    assert out[-1] == "1 call, 11 lines: 3 findings (1 critical, 1 major, 1 minor)"
    assert "\033" not in done.out


def test_the_score_stands_under_its_call():
    out = ctl(*WITH, CALL).out.splitlines()
    at = next(i for i, line in enumerate(out) if line.strip().startswith("score "))
    assert out[at].strip().endswith("3 findings (1 critical, 1 major, 1 minor)")
    assert out[at + 1].strip().startswith("−") and "hold.no-thanks" in out[at + 1]
    assert out[at + 2].strip().startswith("agent ") and "1 hold of 40.0 s (" in out[at + 2]
    assert "score" not in ctl(*WITH, "--severity", "minor", CALL).out


def test_ndjson_output_is_one_event_a_line():
    done = ctl(*WITH, "--output", "ndjson", CALL)
    assert (done.returncode, done.err) == (1, "")
    assert [e["type"] for e in events(done.out)] == ["etiquette.finding"] * 3 + ["etiquette.call.scored"]
    assert rules_found(done) == ["speech.profanity", "greeting.missing", "hold.no-thanks"]
    for event in events(done.out):
        assert event["specversion"] == "1.0"
        assert event["subject"] == "k1"
        assert not {"sequence", "sequencetype", "recordedtime"} & set(event)
        assert list(event)[-1] == "data"


def test_native_and_text_are_the_same_call():
    text = ctl(*WITH, "-o", "ndjson", CALL)
    native = ctl(*WITH, "-o", "ndjson", "-", data=lines(*NATIVE))
    assert native.returncode == 1

    def without_customer_id(done):
        found = events(done.out)
        for event in found:
            event["data"]["call"]["customer"].pop("id", None)
        return found

    assert without_customer_id(native) == without_customer_id(text)
    assert events(native.out)[-1]["data"]["call"]["customer"]["id"] == "7"


def test_standard_input_once_more_with_a_byte_order_mark_and_crlf():
    data = b"\xef\xbb\xbf" + CALL.read_bytes().replace(b"\n", b"\r\n")
    done = ctl(*WITH, "-o", "ndjson", "-", data=data)
    assert done.out == ctl(*WITH, "-o", "ndjson", CALL).out


def test_a_call_that_is_all_right():
    done = ctl(*WITH, "-", data="agent: Добрый день\ncustomer: Спасибо\n[end by customer]\n")
    assert (done.returncode, done.err) == (0, "")
    assert done.out.endswith("1 call, 3 lines: 0 findings\n")
    done = ctl(*WITH, "-o", "ndjson", "-", data="agent: Добрый день\n")
    assert (done.returncode, done.err) == (0, "")
    assert [(e["type"], e["data"]["score"]) for e in events(done.out)] == [("etiquette.call.scored", 100)]


def test_an_empty_file():
    done = ctl(*WITH, "-", data="")
    assert (done.returncode, done.err) == (0, "")
    assert done.out.endswith("0 calls, 0 lines: 0 findings\n")


def test_a_call_without_an_end_ends_with_its_file():
    done = ctl(*WITH, "-o", "ndjson", "-", data="agent: Слушаю\ncustomer: Алло\nagent: Да\n")
    assert rules_found(done) == ["greeting.missing"]


def test_several_files_are_several_engines(tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_bytes(CALL.read_bytes())
    done = ctl(*WITH, CALL, copy)
    assert done.err == ""
    assert done.out.endswith("2 calls, 22 lines: 6 findings (2 critical, 2 major, 2 minor)\n")
    assert f"{CALL}:\n" in done.out and f"{copy}:\n" in done.out


def test_interleaved_calls_are_shown_one_after_the_other():
    other = [dict(o, call="k2") for o in NATIVE]
    mixed = [o for pair in zip(NATIVE, other) for o in pair]
    done = ctl(*WITH, "-", data=lines(*mixed))
    assert done.out.count("call k") == 2
    first, second = done.out.split("call k2")
    assert first.count("speech.profanity") == second.count("speech.profanity") == 1


def test_severity_hides_and_does_not_count():
    done = ctl(*WITH, "--severity", "major", CALL)
    assert done.returncode == 1
    assert "greeting.missing" not in done.out
    assert done.out.endswith("2 findings (1 critical, 1 major)\n")
    mild = ctl(*WITH, "--severity", "major", "-", data="agent: Слушаю\ncustomer: Да\nagent: Говорите\n")
    assert mild.returncode == 0
    assert rules_found(ctl(*WITH, "-s", "critical", "-o", "ndjson", CALL)) == ["speech.profanity"]


@pytest.mark.parametrize("data, says", [
    ("agent: Слушаю\nмимо\nagent: Ну и хрень\n", "<stdin>:2:1: bad-text-call: "),
    ("agent: Слушаю\n[hold forever]\nagent: Ну и хрень\n", "<stdin>:2:7: bad-text-call: "),
    (lines(NATIVE[0]) + "{]\n" + lines(*NATIVE[1:]), "<stdin>:2: not-json: "),
    (lines(NATIVE[0]) + "[]\n" + lines(*NATIVE[1:]), "<stdin>:2: not-an-object: "),
    (lines({"type": "uterance", "call": "k1"}, *NATIVE), "<stdin>:1: unknown-type: "),
    (lines(NATIVE[0], {"type": "utterance", "call": "k1", "by": "agent"}, *NATIVE[1:]),
     "<stdin>:2: missing-field: "),
    (lines(*NATIVE[:-1], {"type": "hold.start", "call": "k1", "t": 1}), "<stdin>:13: late: "),
    (lines(*NATIVE, {"type": "utterance", "call": "k1", "by": "agent", "t": 60000, "text": "Алло"}),
     "<stdin>:14: call-ended: "),
])
def test_bad_lines_are_named_and_the_others_judged(data, says):
    for output in ("human", "ndjson"):
        done = ctl(*WITH, "-o", output, "-", data=data)
        assert done.returncode == 2
        assert done.err.startswith(says)
        assert done.err.count("\n") == 1
        assert "speech.profanity" in done.out


def test_all_bad_lines_are_named():
    done = ctl(*WITH, "-", data="раз\nagent: Добрый день\nдва\n\nтри\n")
    assert [line.split(":")[1] for line in done.err.splitlines()] == ["1", "3", "5"]


@pytest.mark.parametrize("bad, code", [
    (b"agent: \xff\n", "not-utf8"),
    (b"agent: a\0b\n", "nul-in-text"),
    (b"agent: " + b"x" * 10_000_000 + b"\n", "line-too-long"),
], ids=["not-utf8", "nul-in-text", "line-too-long"])
def test_lines_that_are_no_text(bad, code):
    done = ctl(*WITH, "--format", "text", "-", data="agent: Ну и хрень\n".encode() + bad)
    assert done.returncode == 2
    assert "<stdin>:2" in done.err and f": {code}: " in done.err
    assert len(done.err) < 400
    assert "speech.profanity" in done.out


def test_format_can_be_told():
    done = ctl(*WITH, "--format", "native", "-", data="agent: Алло\n")
    assert done.returncode == 2 and "not-json" in done.err
    done = ctl(*WITH, "--format", "text", "-", data=lines(NATIVE[0]))
    assert done.returncode == 2 and "bad-text-call" in done.err


def test_files_that_can_not_be_read(tmp_path):
    done = ctl(*WITH, tmp_path / "no.txt", CALL)
    assert done.returncode == 2
    assert "no.txt: No such file or directory" in done.err
    assert "speech.profanity" in done.out
    done = ctl(*WITH, tmp_path)
    assert done.returncode == 2 and "there are no calls in it" in done.err


def test_bad_rules_are_all_named(tmp_path):
    rules = tmp_path / "bad.yaml"
    rules.write_text("engine: 1\nrules:\n  a.b: {titel: x}\n  c.d: {title: y, source: z}\n")
    done = ctl("check", "--rules", rules, CALL)
    assert done.returncode == 2
    assert done.out == ""
    assert f"{rules}:3:9: error: " in done.err and f"{rules}:4:" in done.err


def test_site_file_over_the_rules(tmp_path):
    site = tmp_path / "site.yaml"
    site.write_text(f"engine: 1\nextends: {RULES}\nrules:\n  speech.profanity: off\n")
    for args in (("--rules", RULES, "--site", site), ("--site", site)):
        done = ctl("check", *args, "-o", "ndjson", CALL)
        assert rules_found(done) == ["greeting.missing", "hold.no-thanks"], done.err


def test_terminal_control_is_not_passed_on():
    done = ctl(*WITH, "-", data="agent: Добрый день\ncustomer: a\nagent: a\033[31mb\u202ec\u009bd хрень\n[end]\n")
    assert not {"\033", "\u202e", "\u009b"} & set(done.out)
    line, marks = done.out.splitlines()[3:5]
    assert marks.index("^") == line.index("хрень")


def test_marks_follow_wide_and_combining_characters():
    done = ctl(*WITH, "-", data="agent: Добрый день\ncustomer: a\nagent: 漢字 e\u0301 хрень\n[end]\n")
    line, marks = done.out.splitlines()[3:5]
    # Two columns each for 漢字, none for the accent.
    assert marks.index("^") == line.index("хрень") + 2 - 1


def test_long_lines_are_broken_and_marked_where_they_are():
    words = "слово " * 60
    done = ctl(*WITH, "-", data=f"agent: Добрый день\ncustomer: a\nagent: {words}хрень {words}\n[end]\n")
    out = done.out.splitlines()
    assert max(map(len, out)) <= 100
    at = next(i for i, line in enumerate(out) if "хрень" in line)
    assert out[at + 1].index("^") == out[at].index("хрень")
    assert sum("^" in line for line in out) == 1


def on_terminal(*args, **env):
    """Standard output of etiquettectl when that is a terminal."""
    try:
        master, slave = pty.openpty()
    except OSError as why:  # a bare container or chroot has none
        pytest.skip(f"no terminal to be had: {why}")
    with subprocess.Popen([str(CTL), *map(str, args)], stdout=slave, env=environment(**env)) as process:
        os.close(slave)
        out = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        process.wait(PATIENCE)
    os.close(master)
    return out.decode()


def test_colours():
    assert "\033[" in ctl(*WITH, "--colour", "always", CALL).out
    assert "\033[" not in ctl(*WITH, "--colour", "auto", CALL).out
    assert "\033[" in on_terminal(*WITH, CALL, TERM="xterm")
    assert "\033[" not in on_terminal(*WITH, CALL, TERM="dumb")
    assert "\033[" not in on_terminal(*WITH, CALL, TERM="xterm", NO_COLOR="1")
    assert "\033[" in on_terminal(*WITH, CALL, TERM="xterm", NO_COLOR="")
    assert "\033[" in on_terminal(*WITH, "--colour", "always", CALL, TERM="xterm", NO_COLOR="1")
    assert "\033[" not in on_terminal(*WITH, "--no-colour", CALL, TERM="xterm")


def test_without_rules_the_built_in_pack_is_taken():
    done = ctl("check", "-o", "ndjson", DATA / "call.txt")
    assert done.returncode == 1, done.err
    assert "hold.no-thanks" in rules_found(done)
