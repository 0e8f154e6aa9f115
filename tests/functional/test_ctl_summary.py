"""etiquettectl check --summary: folders, tables for people, JSON, order, errors."""
import json
import unicodedata

import pytest

from ctltools import RULES, ctl, events

WITH = ("check", "--summary", "--rules", RULES)

GOOD = "agent: Добрый день\ncustomer: Спасибо\n[end by customer]\n"
BAD = "agent: Слушаю\ncustomer: Алло\nagent: Ну и хрень\n[end by customer]\n"
HELD = "agent: Добрый день\n[hold 20s]\nagent: Нашла\ncustomer: Так\nagent: Да\ncustomer: Да\n[end by customer]\n"


def call(text, **meta):
    pairs = " ".join(f'{key}="{value}"' for key, value in meta.items())
    return f"[call {pairs}]\n{text}" if pairs else text


@pytest.fixture(name="folder")
def fixture_folder(tmp_path):
    files = {
        "b.txt": call(GOOD, agent="Анна-Мария Йошкина", agent_id="a2", queue="продажи"),
        "a.txt": call(BAD, agent="Пётр", agent_id="a1"),
        "deep/c.txt": call(HELD, agent="Пётр", agent_id="a1", id="third") + call(GOOD, id="fourth"),
        "deep/notes.md": "agent: Ну и хрень\n",
        ".hidden/d.txt": BAD,
        ".e.txt": BAD,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def of(done, kind):
    return [e for e in events(done.out) if e["type"] == kind]


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_json(folder):
    done = ctl(*WITH, "--output", "ndjson", folder)
    assert (done.returncode, done.err) == (1, "")
    [whole] = of(done, "summary")
    calls = of(done, "summary.call")
    assert [(c["file"].removeprefix(f"{folder}/"), c["call"]) for c in calls] == [
        ("deep/c.txt", "third"), ("a.txt", "c1"), ("b.txt", "c1"), ("deep/c.txt", "fourth")]
    assert calls[0]["agent"] == {"id": "a1", "name": "Пётр"} and calls[3]["agent"] == {}
    assert [c["score"] for c in calls] == [90, 100, 100, 100]
    assert calls[1]["findings"] == {"count": 2, "info": 0, "minor": 1, "major": 0, "critical": 1, "trial": 0}
    assert (whole["calls"], whole["agents"], whole["score"], whole["points"]) == (4, 3, 97.5, 10)
    agents = of(done, "summary.agent")
    assert [(a["agent"].get("name"), a["calls"], a["score"], a["worst"]) for a in agents] == [
        ("Пётр", 2, 95, 90), (None, 1, 100, 100), ("Анна-Мария Йошкина", 1, 100, 100)]
    assert agents[0]["rules"][0] == {"rule": "hold.no-thanks", "findings": 1, "calls": 1, "points": 10}
    rules = {r["rule"]: (r["findings"], r["calls"], r["points"]) for r in of(done, "summary.rule")}
    assert rules == {"hold.no-thanks": (1, 1, 10), "speech.profanity": (1, 1, 0), "greeting.missing": (1, 1, 0)}
    # The sums agree with each other.
    for part in (calls, agents):
        assert sum(x["points"] for x in part) == whole["points"]
        assert sum(x["findings"]["count"] for x in part) == whole["findings"]["count"]


def test_the_events_say_the_same(folder):
    summed = of(ctl(*WITH, "-o", "ndjson", folder), "summary.call")
    plain = ctl("check", "--rules", RULES, "-o", "ndjson", folder)
    scores = of(plain, "etiquette.call.scored")
    assert sorted((c["call"], c["score"], c["points"]) for c in summed) == sorted(
        (e["subject"], e["data"]["score"], e["data"]["points"]) for e in scores)


def test_tables_are_aligned(folder):
    done = ctl(*WITH, folder)
    assert (done.returncode, done.err) == (1, "")
    calls, agents, rules, last = done.out.split("\n\n")
    assert last == "4 calls, average score 97.5: 3 findings (1 critical, 1 major, 1 minor)\n"
    assert calls.splitlines()[1].endswith("deep/c.txt")
    for table, head in ((calls, "file"), (agents, "what costs most"), (rules, "title")):
        lines = table.splitlines()
        at = width(lines[0][:lines[0].index(head)])
        for line in lines[1:]:
            seen = 0
            for i, c in enumerate(line):
                if seen >= at:
                    assert line[i - 1] == " ", line
                    break
                seen += width(c)
    assert "Анна-Мария Йошкина (a2)" in agents and "not known" in agents


def test_a_corrected_score_counts_once(tmp_path):
    path = tmp_path / "late.ndjson"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (
        {"type": "utterance", "call": "c", "t": 0, "end": 900, "by": "agent", "text": "Добрый день"},
        {"type": "call.end", "call": "c", "t": 9000, "by": "customer"},
        {"type": "utterance", "call": "c", "t": 8000, "end": 8900, "by": "agent", "text": "хрень"},
    )), encoding="utf-8")
    done = ctl(*WITH, "-o", "ndjson", path)
    [one] = of(done, "summary.call")
    assert one["findings"]["critical"] == 1
    assert of(done, "summary")[0]["findings"]["count"] == 1


def test_more_calls_than_are_shown(tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("".join(call(GOOD, id=f"n{i}") for i in range(25)), encoding="utf-8")
    done = ctl(*WITH, path)
    assert done.returncode == 0
    assert "… and 5 better ones (--output ndjson has all)\n" in done.out
    assert len(of(ctl(*WITH, "-o", "ndjson", path), "summary.call")) == 25


def test_nothing_to_add_up(tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("", encoding="utf-8")
    done = ctl(*WITH, empty)
    assert (done.returncode, done.out) == (0, "0 calls, average score 0.0: 0 findings\n")


def test_errors(folder, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    done = ctl(*WITH, bare)
    assert done.returncode == 2 and "there are no calls in it" in done.err
    done = ctl(*WITH, tmp_path / "missing")
    assert done.returncode == 2 and "No such file" in done.err
    done = ctl(*WITH, "--severity", "major", folder)
    assert done.returncode == 2 and "leave --severity out" in done.err
    (folder / "bad.txt").write_text("мимо\n" + GOOD, encoding="utf-8")
    done = ctl(*WITH, folder)
    assert done.returncode == 2 and "bad.txt:1:1: bad-text-call: " in done.err
    assert "4 calls" not in done.out and "5 calls" in done.out


def test_folders_without_summary(folder):
    done = ctl("check", "--rules", RULES, folder)
    assert done.err == ""
    assert done.out.endswith("4 calls, 22 lines: 3 findings (1 critical, 1 major, 1 minor)\n")
    assert done.out.index("a.txt:\n") < done.out.index("b.txt:\n") < done.out.index("deep/c.txt:\n")
