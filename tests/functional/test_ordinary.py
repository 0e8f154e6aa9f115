"""Ordinary talk is left alone: fewer than one finding above info per 1,000 lines.

ETQ_ORDINARY_LINES=200000 makes the long run.
"""
import collections
import json
import os

import ordinary
from ctltools import SOURCE, ctl

LINES = int(os.environ.get("ETQ_ORDINARY_LINES", "6000"))


def test_ordinary_talk(tmp_path, capsys):
    talk = tmp_path / "ordinary.ndjson"
    with talk.open("w", encoding="utf-8") as out:
        lines = sum(1 for line in ordinary.calls(SOURCE / "tests/data/calls", LINES) if out.write(line + "\n"))
    done = ctl("check", "--output", "ndjson", "--severity", "minor", talk, timeout=280)
    assert done.returncode in (0, 1), done.err
    found = [json.loads(line) for line in done.out.splitlines()]
    rules = collections.Counter(e["data"]["rule"] for e in found if e["type"] == "etiquette.finding")
    with capsys.disabled():
        print(f"\n{lines} lines, {sum(rules.values())} findings above info: {dict(rules)}")
    assert sum(rules.values()) * 1000 < lines
