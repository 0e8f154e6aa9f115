"""The Russian pack on calls with complete labels (tests/data/calls): right and complete enough to be trusted."""
import os
import pathlib

import corpus

CALLS = pathlib.Path(os.environ["ETQ_SOURCE_DIR"]) / "tests/data/calls"
PROGRAM = pathlib.Path(os.environ["ETQ_BIN_DIR"]) / "etiquettectl"
PRECISION, RECALL = 0.97, 0.95


def test_precision_and_recall(capsys):
    result = corpus.evaluate(PROGRAM, [CALLS])
    with capsys.disabled():
        print(f"\n{result.calls} calls\n{result.table()}")
        for call, kind, rule, t, words in result.wrong:
            print(f"{kind:9}{rule:24}{call}@{t:g}  {words}")
    assert result.calls >= 60
    assert result.total.precision >= PRECISION
    assert result.total.recall >= RECALL


def test_a_wrong_label_is_noticed(tmp_path):
    """The measure itself: one missed, one extra, one in the wrong place, one with another severity."""
    (tmp_path / "a.txt").write_text("@0 agent: Алло\n@5 customer: Здравствуйте\n@8 agent: Ну, слушаю\n@12 [end by customer]\n",
                                    encoding="utf-8")
    (tmp_path / "a.expected").write_text("greeting.allo-only @0 minor\nspeech.filler @11\nspeech.rude @8\n", encoding="utf-8")
    result = corpus.evaluate(PROGRAM, [tmp_path], only={"greeting.allo-only", "speech.filler", "speech.rude"})
    assert sorted((kind, rule) for _, kind, rule, _, _ in result.wrong) == [
        ("extra", "speech.filler"), ("missed", "speech.filler"), ("missed", "speech.rude"), ("severity", "greeting.allo-only")]
    assert (result.total.right, result.total.extra, result.total.missed) == (1, 1, 2)
