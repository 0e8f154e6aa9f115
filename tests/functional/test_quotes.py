"""A finding's words are exactly the offending ones, wherever they stand in whatever text."""
import json

import pytest

from ctltools import ctl

CASES = [
    ("😀 Ну, смотрите", "Ну"),
    ("Так, НУ вот этот", "НУ"),
    ("смотрите 👨‍👩‍👧 ну​ да", "ну"),
    ("Э-э-э… сейчас скажу", "Э-э-э"),
    ("да́нные е́сть, ко́ро́че, вот эти", "ко́ро́че"),
    ("Заказ «Кaк бы» уехал", "Кaк бы"),  # a Latin a in it
    ("Заказ, как-бы, уехал", "как-бы"),
    ("ё́ сть адрес, ти́па того", "ти́па"),
    ("🇷🇺🇷🇺 Это самое, подождите", "Это самое"),
    ("ко" + "\u0308" + "роче, нет", None),  # another letter, another word
    ("Йод, й" + "од, ну", "ну"),
    ("ИТАК… КОРОЧЕ!!! ВСЁ", "КОРОЧЕ"),
]


@pytest.mark.parametrize("text,words", CASES)
def test_words_and_offsets(tmp_path, text, words):
    call = tmp_path / "call.ndjson"
    call.write_text(json.dumps({"type": "utterance", "call": "c1", "id": "u1", "t": 0, "by": "agent", "text": text},
                               ensure_ascii=False) + "\n", encoding="utf-8")
    done = ctl("check", "--output", "ndjson", call)
    events = [json.loads(line) for line in done.out.splitlines()]
    quotes = [q for e in events if e.get("data", {}).get("rule") in ("speech.filler", "speech.hesitation")
              for q in e["data"]["words"]]
    if words is None:
        assert not quotes
        return
    assert [q["text"] for q in quotes] == [words]
    assert text[quotes[0]["start"]:quotes[0]["end"]] == words
