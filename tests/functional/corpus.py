#!/usr/bin/env python3
"""Calls with the complete list of what must be found in them, and how near the rules come to it.

A call is NAME.txt in the text format with NAME.expected beside it: `rule.id @seconds [severity]` a line, # begins a
comment. Used by test_corpus.py, and by hand:

    tests/functional/corpus.py [--rules PACK] [--wrong] [--only RULE] FOLDER…
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

NEAR = 1.5  # seconds between where a finding is expected and where it is

Found = collections.namedtuple("Found", "rule t severity words")
Wanted = collections.namedtuple("Wanted", "rule t severity")


class Count:
    """Right and wrong findings of one rule, or of all."""

    def __init__(self):
        self.right = self.extra = self.missed = 0

    def add(self, other):
        self.right += other.right
        self.extra += other.extra
        self.missed += other.missed

    @property
    def precision(self):
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self):
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def wanted(path):
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) not in (2, 3) or not words[1].startswith("@"):
            raise ValueError(f"{path}:{number}: not `rule.id @seconds [severity]`: {line}")
        rows.append(Wanted(words[0], float(words[1][1:]), words[2] if len(words) == 3 else None))
    return rows


def named(path, folder):
    """A copy of the call that says its name as its id."""
    text = path.read_text(encoding="utf-8")
    if re.search(r"^\[call ", text, re.MULTILINE):
        text = re.sub(r"^\[call ", f"[call id={path.stem} ", text, count=1, flags=re.MULTILINE)
    else:
        text = f"[call id={path.stem}]\n{text}"
    copy = folder / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


def findings(program, calls, rules):
    """What stands of each call in the end, by its name; all calls in one run."""
    with tempfile.TemporaryDirectory() as folder:
        copies = [named(call, pathlib.Path(folder)) for call in calls]
        done = subprocess.run([program, "check", "--output", "ndjson", *(["--rules", rules] if rules else []), *copies],
                              capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        raise ValueError(done.stderr)
    withdrawn, found = set(), collections.defaultdict(dict)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        data = event["data"]
        if event["type"] == "etiquette.finding":
            found[event["subject"]][data["finding"]] = Found(data["rule"], data["t"] / 1000, data["severity"],
                                                             " / ".join(w["text"] for w in data["words"]))
        elif event["type"] == "etiquette.finding.retracted":
            withdrawn.add(data["finding"])
    return {call: [f for key, f in rows.items() if key not in withdrawn] for call, rows in found.items()}


def pair(want, found):
    """The pairs of what is wanted and what was found near it, the nearest first; then the rest of both."""
    near = sorted((abs(w.t - f.t), i, k) for i, w in enumerate(want) for k, f in enumerate(found)
                  if w.rule == f.rule and abs(w.t - f.t) <= NEAR)
    pairs, taken_w, taken_f = [], set(), set()
    for _, i, k in near:
        if i not in taken_w and k not in taken_f:
            taken_w.add(i)
            taken_f.add(k)
            pairs.append((want[i], found[k]))
    return (pairs, [f for k, f in enumerate(found) if k not in taken_f],
            [w for i, w in enumerate(want) if i not in taken_w])


class Result:
    def __init__(self):
        self.rules = collections.defaultdict(Count)
        self.wrong = []  # (call, "extra" | "missed" | "severity", rule, t, words)
        self.calls = 0

    @property
    def total(self):
        total = Count()
        for count in self.rules.values():
            total.add(count)
        return total

    def table(self):
        lines = [f"{'rule':26}{'right':>7}{'extra':>7}{'missed':>7}{'precision':>11}{'recall':>8}"]
        rows = sorted(self.rules.items()) + [("all", self.total)]
        for name, c in rows:
            lines.append(f"{name:26}{c.right:7}{c.extra:7}{c.missed:7}{c.precision:11.3f}{c.recall:8.3f}")
        return "\n".join(lines)


def evaluate(program, folders, rules=None, only=None):
    result = Result()
    paths = sorted(p for folder in folders for p in pathlib.Path(folder).glob("*.txt"))
    all_found = findings(program, paths, rules)
    for path in paths:
        want = wanted(path.with_suffix(".expected"))
        found = all_found.get(path.stem, [])
        if only:
            want, found = ([x for x in rows if x.rule in only] for rows in (want, found))
        pairs, extra, missed = pair(want, found)
        result.calls += 1
        for w, f in pairs:
            result.rules[w.rule].right += 1
            if w.severity and w.severity != f.severity:
                result.wrong.append((path.stem, "severity", w.rule, w.t, f"{f.severity}, not {w.severity}"))
        for f in extra:
            result.rules[f.rule].extra += 1
            result.wrong.append((path.stem, "extra", f.rule, f.t, f.words))
        for w in missed:
            result.rules[w.rule].missed += 1
            result.wrong.append((path.stem, "missed", w.rule, w.t, ""))
    return result


def main():
    parser = argparse.ArgumentParser(description="How near the rules come to what is expected of calls.")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--rules")
    parser.add_argument("--only", action="append", help="look at this rule only")
    parser.add_argument("--wrong", action="store_true", help="list what is found wrongly or missed")
    args = parser.parse_args()
    program = os.path.join(os.environ.get("ETQ_BIN_DIR", "build/release/bin"), "etiquettectl")
    result = evaluate(program, args.folders, args.rules, args.only)
    if args.wrong:
        for call, kind, rule, t, words in sorted(result.wrong, key=lambda row: (row[2], row[1], row[0], row[3])):
            print(f"{kind:9}{rule:24}{call}@{t:g}  {words}")
    print(result.table())


if __name__ == "__main__":
    sys.exit(main())
