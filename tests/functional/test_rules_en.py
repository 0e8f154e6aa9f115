"""The English pack: the rules of the Russian one, and eight calls in which it finds what was written down and no more."""
import pytest

import corpus
from ctltools import CTL, SOURCE, Daemon, ctl, events

RU, EN = SOURCE / "rules/ru", SOURCE / "rules/en"
CALLS = SOURCE / "tests/data/calls-en"


def rules(pack):
    done = ctl("rules", "list", "--output", "ndjson", pack)
    assert done.returncode == 0, done.err
    return {row["id"]: row for row in events(done.out)}


def test_both_packs_have_the_same_rules():
    assert sorted(rules(EN)) == sorted(rules(RU))


def test_rules_weigh_the_same_in_both():
    ru, en = rules(RU), rules(EN)
    for rule in sorted(ru):
        same = ("severity", "points", "topic", "form", "status")
        assert {key: en[rule][key] for key in same} == {key: ru[rule][key] for key in same}, rule


def test_titles_are_in_both_languages_and_advice_is_english():
    for rule, row in rules(EN).items():
        assert set(row["title"]) == {"ru", "en"}, rule
        assert any("а" <= letter <= "я" for letter in row["title"]["ru"].lower()), rule
        for key in ("say_instead", "blind"):
            assert not any("а" <= letter <= "я" for letter in row.get(key, "").lower()), (rule, key)
        assert row["say_instead"], rule


def test_every_rule_has_examples():
    for rule, row in rules(EN).items():
        assert row["violating"] >= 5 and row["complying"] >= 5, rule


def test_lint_and_test():
    done = ctl("rules", "lint", "--strict", EN)
    assert done.returncode == 0, done.out + done.err
    done = ctl("rules", "test", EN)
    assert done.returncode == 0, done.out + done.err
    assert ", 0 not" in done.out


def test_built_in_as_the_files_are():
    files, builtin = rules(EN), rules("en")
    for row in (*files.values(), *builtin.values()):
        row.pop("file")
    assert builtin == files


def test_one_ruleset_has_one_language():
    done = ctl("check", "--rules", "ru", "--rules", "en", CALLS / "bank-card.txt")
    assert done.returncode == 2
    assert "error: the rule `answer.slow` is there already, in ru/answer.yaml" in done.err


def test_daemon_with_the_english_pack(tmp_path):
    path = CALLS / "bank-card.txt"
    want = [row.rule for row in corpus.wanted(path.with_suffix(".expected"))]
    with Daemon(tmp_path, "--rules", "en", rules=None) as daemon:
        done = ctl("send", "--speed", "max", "--to", daemon.ingest, path)
        assert done.returncode == 0, done.err
        done = ctl("watch", "--from", daemon.subscribe, "--since", "earliest", "--count", len(want), "-o", "ndjson")
    assert done.returncode == 0, done.err
    found = [event["data"] for event in events(done.out) if event["type"] == "etiquette.finding"]
    assert sorted(data["rule"] for data in found) == sorted(want)
    assert all(data["say_instead"].isascii() for data in found)


@pytest.mark.parametrize("path", sorted(CALLS.glob("*.txt")), ids=lambda path: path.stem)
def test_call(path):
    want = corpus.wanted(path.with_suffix(".expected"))
    found = corpus.findings(str(CTL), [path], "en").get(path.stem, [])
    pairs, extra, missed = corpus.pair(want, found)
    assert (extra, missed) == ([], [])
    assert [(w, f) for w, f in pairs if w.severity and w.severity != f.severity] == []


def test_there_are_eight_calls_of_most_rules():
    assert len(list(CALLS.glob("*.txt"))) == 8
    named = {row.rule for path in CALLS.glob("*.expected") for row in corpus.wanted(path)}
    assert len(named) >= 20, sorted(named)
