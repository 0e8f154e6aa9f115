"""Ordinary talk without breaches: pieces of the labelled calls in which nothing was found, put together anew.

A call is an opening, some pieces of the middle of other calls, and an ending, all from calls of tests/data/calls and
each far from expected findings above info, and without those of info. Names, numbers and addresses belong to one caller: pieces with any are left
out, else the caller of the new call would change his name from piece to piece. So are pieces with anger, which want their apology.
"""
import json
import pathlib
import random
import re

import corpus

LINE = re.compile(r"^@([\d.:]+)(?:-([\d.:]+))? (agent|customer): (.*)$")
INFO = {"speech.filler", "speech.hesitation", "speech.diminutive", "name.not-asked"}
OPENING = ("Здравствуйте, компания «Северный склад», меня зовут Ирина, чем могу помочь?", "Добрый день! Как к вам обращаться?")
ENDING = ("Остались ли у вас ещё вопросы?", "Нет, спасибо, до свидания", "Всего вам доброго, до свидания!")
PERSONAL = re.compile(r"\d|зовут|фамили|имя|имен|номер|телефон|адрес|улиц|дом |почт|собак|город|договор|заказ|квартир|"
                      r"\b(?:один|одна|дв[ае]|три|четыре|пять|шесть|семь|восемь|девять|ноль)\b|\w+(?:ович|евич|ична|овна|евна)\b")
# Anger is in order where an apology follows, and that may be in the next piece.
ANGER = re.compile(r"безобраз|жалова|издева|возмут|сколько можно|охрен|пизд|бля|ху[йея]|[её]б")
PIECE = 4  # utterances
GAP = 10   # seconds without speech that a piece may not have


def seconds(text):
    return sum(float(part) * 60 ** i for i, part in enumerate(reversed(text.split(":"))))


def utterances(path):
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = LINE.match(line)
        if match:
            t = seconds(match[1])
            rows.append((t, seconds(match[2]) if match[2] else t + max(0.4, 0.4 * len(match[4].split())), match[3], match[4]))
        elif "hold" in line:
            rows.append(None)  # nothing goes over a hold
    return rows


def first_names(pack):
    """The names that the pack lists, in lower case."""
    text = (pack / "names.yaml").read_text(encoding="utf-8").split("\n  names:", 1)[1]
    return {name.lower() for row in re.findall(r"- \[(.*?)\]", text) for name in row.split(", ")}


def is_left_out(run, names):
    words = " ".join(text for _, _, _, text in run).lower()
    return PERSONAL.search(words) or ANGER.search(words) or names & set(re.findall(r"\w+", words))


def pieces(folder):
    """Runs of utterances without findings, far from any above info, without long gaps, holds and what is one caller's own."""
    found = []
    names = first_names(pathlib.Path(folder).parents[2] / "rules/ru")
    for path in sorted(pathlib.Path(folder).glob("*.txt")):
        wanted = corpus.wanted(path.with_suffix(".expected"))
        bad = [w.t for w in wanted if w.rule not in INFO or w.severity not in (None, "info")]
        slight = [w.t for w in wanted if w.rule in INFO]
        rows = utterances(path)
        for i in range(4, len(rows) - PIECE - 3, 2):
            run = rows[i:i + PIECE]
            if None in run or run[0][2] != "customer" or is_left_out(run, names):
                continue
            if any(run[0][0] - 20 < t < run[-1][1] + 20 for t in bad):
                continue
            if any(run[0][0] - 1 < t < run[-1][1] for t in slight):
                continue
            if any(b[0] - a[1] > GAP - 2 for a, b in zip(run, run[1:])):
                continue
            found.append(run)
    return found


def calls(folder, lines, seed=1):
    """Native lines of about so many utterances, call after call."""
    rng = random.Random(seed)
    stock = pieces(folder)
    made = number = 0
    while made < lines:
        number += 1
        call, t, count = f"ordinary-{number}", 0, 0

        def say(by, text, length):
            nonlocal t, count
            count += 1
            line = {"type": "utterance", "call": call, "id": f"u{count}", "t": round(t), "end": round(t + length), "by": by, "text": text}
            t += length + 400
            return json.dumps(line, ensure_ascii=False)

        yield json.dumps({"type": "call.start", "call": call, "direction": "inbound", "rings": 1, "company": "Северный склад"},
                         ensure_ascii=False)
        yield say("agent", OPENING[0], 4000)
        yield say("customer", "Здравствуйте", 800)
        for run in rng.sample(stock, rng.randint(3, 8)):
            for start, end, by, text in run:
                yield say(by, text, max(400, (end - start) * 1000))
        yield say("agent", ENDING[0], 2000)
        yield say("customer", ENDING[1], 2000)
        yield say("agent", ENDING[2], 2000)
        yield json.dumps({"type": "call.end", "call": call, "t": round(t), "by": "customer"})
        made += count
