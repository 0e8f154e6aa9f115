"""etiquettectl rules: lint, test, list, explain."""
import json

import pytest

from ctltools import CALL, RULES, SOURCE, ctl

GOOD = RULES.read_text(encoding="utf-8")


@pytest.fixture(name="rules")
def fixture_rules(tmp_path):
    """Writes a changed copy of the rules; each change must be one."""
    def write(*changes):
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return path
    return write


def test_lint_of_good_rules():
    done = ctl("rules", "lint", RULES)
    assert (done.returncode, done.out, done.err) == (0, "0 errors, 0 warnings, 3 rules\n", "")


def test_lint_names_all_errors_with_place_and_line(rules):
    path = rules(("severity: major", "severity: mayor"), ("by: agent, after: hold.end", "by: agnet, after: hold.end"),
                 ("points: 10", "pionts: 10"))
    done = ctl("rules", "lint", path)
    assert done.returncode == 2
    lines = done.out.splitlines()
    places = [line for line in lines if line.startswith(f"{path}:")]
    assert len(places) == 3
    for place, source in zip(places, ("severity: mayor", "pionts: 10", "agnet")):
        _, line, col, level, _ = place.split(":", 4)
        assert level == " error"
        at = GOOD.splitlines()[int(line) - 1]
        assert at.strip()
        shown = lines[lines.index(place) + 1]
        assert source in shown
        assert lines[lines.index(place) + 2].strip().startswith("^")
        assert int(col) >= 1
    assert "did you mean `major`" in done.out
    assert lines[-1] == "3 errors, 0 warnings"


def test_lint_warnings_fail_only_when_strict(rules):
    path = rules(("    - чёрт*", "    - чёрт*\n    - 'regex: [а-я]{5}щ?'"))
    done = ctl("rules", "lint", path)
    assert done.returncode == 0, done.out
    assert ": warning: " in done.out
    assert done.out.splitlines()[-1].endswith("3 rules")
    assert ctl("rules", "lint", "--strict", path).returncode == 2
    assert ctl("rules", "lint", "--strict", RULES).returncode == 0
    assert ": warning: " not in ctl("check", "--rules", path, CALL).err


def test_lint_of_what_is_not_there(tmp_path):
    done = ctl("rules", "lint", tmp_path / "none.yaml")
    assert done.returncode == 2
    assert "none.yaml" in done.out and "No such file" in done.out


def test_examples_run():
    done = ctl("rules", "test", RULES)
    assert (done.returncode, done.out, done.err) == (0, "6 examples of 3 rules: 6 as expected, 0 not\n", "")


@pytest.mark.parametrize("old, new, says, shows", [
    ("agent: Спасибо за ожидание, заказ в пути", "agent: Заказ в пути",
     "hold.no-thanks: it complies, but gave 1 finding", "Заказ в пути"),
    ("agent: Слушаю\n", "agent: Здравствуйте\n", "greeting.missing: it violates, but gave no finding", "Здравствуйте"),
    ("times: 1", "times: 2", "speech.profanity: expected 2 findings, found 1", "хрень"),
    ("words: хрень", "words: чёрт", "speech.profanity: no finding quotes `чёрт`", "^~~~~"),
    ("words: хрень", "words: и хрень", "speech.profanity: no finding quotes `и хрень`", "^~~~~"),
    ("customer: Отлично", "mимо", "greeting.missing: it has bad lines", "Да, склад"),
])
def test_an_altered_example_fails(rules, old, new, says, shows):
    path = rules((old, new))
    done = ctl("rules", "test", path)
    assert done.returncode == 1
    failure = done.out.splitlines()[0]
    assert failure.startswith(f"{path}:") and failure.endswith(says)
    assert GOOD.splitlines()[int(failure.split(":")[1]) - 1].strip().startswith(("- violates", "- complies"))
    assert shows in done.out
    assert done.out.splitlines()[-1] == "6 examples of 3 rules: 5 as expected, 1 not"


def test_words_of_an_example_are_compared_folded(rules):
    assert ctl("rules", "test", rules(("words: хрень", "words: 'ХРЕНЬ!'"))).returncode == 0


def test_rules_without_examples_are_counted(rules):
    path = rules(("    examples:\n      - violates: {call: \"agent: Ну и хрень\\n\", times: 1, words: хрень}\n"
                  "      - complies: |\n          agent: Ну и дела\n", ""))
    done = ctl("rules", "test", path)
    assert done.out == "4 examples of 2 rules: 4 as expected, 0 not; 1 rules have none\n"


def test_examples_of_bad_rules_do_not_run(rules):
    done = ctl("rules", "test", rules(("severity: major", "severity: mayor")))
    assert (done.returncode, done.out) == (2, "")
    assert ": error: " in done.err


def test_list():
    done = ctl("rules", "list", RULES)
    assert (done.returncode, done.err) == (0, "")
    lines = done.out.splitlines()
    assert len(lines) == 5
    thanks = next(line for line in lines if line.startswith("hold.no-thanks"))
    assert thanks.split(None, 6)[1:] == ["major", "on", "expect", "10", "1+1", "Нет благодарности за ожидание"]
    as_json = ctl("rules", "list", "--output", "ndjson", RULES)
    rules = {o["id"]: o for o in map(json.loads, as_json.out.splitlines())}
    assert set(rules) == {"hold.no-thanks", "greeting.missing", "speech.profanity"}
    assert rules["hold.no-thanks"]["title"] == {"ru": "Нет благодарности за ожидание", "en": "No thanks after a hold"}
    assert rules["speech.profanity"]["severity"] == "critical"
    line = rules["hold.no-thanks"]["line"]
    assert "hold.no-thanks" in GOOD.splitlines()[line - 1]


def test_list_of_measures():
    text = ctl("rules", "list", "--measures")
    assert (text.returncode, text.err) == (0, "")
    as_json = [json.loads(line) for line in
               ctl("rules", "list", "--measures", "-o", "ndjson").out.splitlines()]
    names = [o["name"] for o in as_json]
    assert names == [line.split()[0] for line in text.out.splitlines()]
    documented = (SOURCE / "doc/rules.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in documented for name in names)


def test_explain():
    done = ctl("rules", "explain", "hold.no-thanks", "--rules", RULES)
    assert (done.returncode, done.err) == (0, "")
    for part in ("Нет благодарности за ожидание", "No thanks after a hold", "Когда вы снимаете звонок с удержания",
                 "Спасибо за ожидание!", "major", "expect", "10", "1 that violate, 1 that comply", f"{RULES}:"):
        assert part in done.out


def test_explain_with_a_call_shows_this_rule_alone():
    done = ctl("rules", "explain", "hold.no-thanks", CALL, "--rules", RULES)
    assert (done.returncode, done.err) == (1, "")
    call = done.out.split("\n\n", 1)[1]
    assert "speech.profanity" not in call
    assert call.endswith("1 finding of hold.no-thanks\n")


def test_explain_of_an_unknown_rule():
    done = ctl("rules", "explain", "hold.no-thank", "--rules", RULES)
    assert done.returncode == 2
    assert "no rule `hold.no-thank`: did you mean `hold.no-thanks`?" in done.err


def test_explain_with_a_bad_file(tmp_path):
    assert ctl("rules", "explain", "hold.no-thanks", tmp_path / "x", "--rules", RULES).returncode == 2
    bad = tmp_path / "bad.txt"
    bad.write_text("мимо\n", encoding="utf-8")
    done = ctl("rules", "explain", "hold.no-thanks", bad, "--rules", RULES)
    assert done.returncode == 2 and f"{bad}:1:1: bad-text-call" in done.err


def test_the_built_in_pack():
    done = ctl("rules", "lint", "--strict")
    assert done.returncode == 0, done.out
    assert ctl("rules", "list").out.count("\n") > 5
