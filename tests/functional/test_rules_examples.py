"""The example site files: written correctly, and their own examples and the pack's come out as they say."""
import pytest

from ctltools import SOURCE, ctl, events

FOLDER = SOURCE / "rules/examples"
FILES = sorted(FOLDER.glob("*.yaml"))


def test_there_are_examples():
    assert [path.name for path in FILES] == ["scenario-sales.yaml", "scenario-support.yaml", "site.yaml"]


@pytest.mark.parametrize("path", [*FILES, FOLDER], ids=lambda path: path.name)
def test_lint_and_test(path):
    done = ctl("rules", "lint", path)
    assert done.returncode == 0, done.out + done.err
    assert " 0 warnings, " in done.out
    done = ctl("rules", "test", path)
    assert done.returncode == 0, done.out + done.err
    assert ", 0 not" in done.out


def found(rules, call):
    done = ctl("check", "--rules", rules, "--output", "ndjson", "-", data=call)
    assert done.returncode in (0, 1), done.err
    return [(event["data"]["rule"], event["data"]["trigger"]["kind"], event["data"]["severity"])
            for event in events(done.out) if "rule" in event["data"]]


SALES = """[call queue=sales]
agent: Здравствуйте! Что вас интересует?
customer: Чайник
agent: Оформляем? До свидания!
"""


def test_each_queue_has_its_scenario():
    steps = [row for row in found(FOLDER, SALES) if row[0].startswith("scenario.")]
    assert steps == [("scenario.step-missing", "предложение", "minor"), ("scenario.step-missing", "цена", "minor")]
    steps = [row for row in found(FOLDER, SALES.replace("sales", "support").replace("]", " direction=inbound]"))
             if row[0].startswith("scenario.")]
    assert ("scenario.step-missing.support", "итог", "major") in steps
    assert not [row for row in steps if row[0] == "scenario.step-missing"]
    assert not [row for row in found("ru", SALES) if row[0].startswith("scenario.")]


def test_the_pack_lists_the_rule():
    assert "scenario.step-missing" in ctl("rules", "list", "ru").out


def test_the_missing_step_is_named():
    out = ctl("check", "--rules", FOLDER, "-", data=SALES).out
    lines = [line for line in out.splitlines() if "Пропущен шаг сценария продаж" in line]
    assert sorted(line.rsplit(", ", 1)[1] for line in lines) == ["предложение)", "цена)"]


def test_site_changes_only_what_it_says():
    site, call = FOLDER / "site.yaml", "agent: э-э-э ну привет\n[hold 80s]\nagent: спасибо за ожидание\n"
    pack = {row[0] for row in found("ru", call)}
    own = {row[0] for row in found(site, call)}
    assert {"speech.hesitation", "hold.too-long", "speech.filler"} <= pack
    assert pack - own == {"speech.hesitation", "hold.too-long"}
    assert "greeting.missing" not in own
