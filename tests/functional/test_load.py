"""The load program at a small scale: it works, and it notices what is wrong."""
import array
import collections
import pathlib
import subprocess
import sys
import types

import pytest

import harness

PROGRAM = harness.SOURCE / "tests/bench/load.py"
SMALL = ["--calls", "40", "--senders", "5", "--subscribers", "20", "--seconds", "2", "--settle", "1", "--rate", "1000"]

sys.path.insert(0, str(PROGRAM.parent))
import load  # noqa: E402  pylint: disable=wrong-import-position
import load_audience  # noqa: E402  pylint: disable=wrong-import-position


def run(*args):
    folder = pathlib.Path(harness.program("etiquetted")).parent
    return subprocess.run([sys.executable, str(PROGRAM), "--bin", str(folder), *SMALL, *args], capture_output=True,
                          text=True, timeout=120, check=False, env=harness.environment())


def test_nothing_is_lost():
    done = run("--flat", "1000")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("load: nothing lost, memory flat\n")


@pytest.mark.parametrize("args", [["--calls", "0"], ["--settle", "2"], ["--subscribers", "1"]])
def test_wrong_arguments(args):
    done = run(*args)
    assert done.returncode == 2
    assert "usage" in done.stderr


@pytest.mark.parametrize("memory, fails", [([10, 50, 51, 52], False), ([10, 50, 40], False), ([10, 50, 51, 54], True),
                                           ([10, 50], True)])
def test_memory_that_grows_is_noticed(memory, fails):
    meter = object.__new__(load.Meter)
    meter.args = types.SimpleNamespace(settle=1, flat=5)
    meter.samples = [(t, m << 20) for t, m in enumerate(memory)]
    assert bool(meter.problems()) is fails


def one(numbers, sums=None, parts=None):
    """A subscriber that got these."""
    return types.SimpleNamespace(numbers=array.array("Q", numbers), sums=array.array("L", sums or numbers),
                                 parts=parts or {}, others=collections.Counter(), gaps=[])


@pytest.mark.parametrize("reference, filtered, fails", [
    (one([1, 2, 3]), one([1, 3], parts={"queues": ["sales"]}), False),
    (one([1, 3]), one([1, 3], parts={"queues": ["sales"]}), True),
    (one([1, 2, 3]), one([1], parts={"queues": ["sales"]}), True),
    (one([1, 2, 3]), one([3, 1], parts={"queues": ["sales"]}), True),
    (one([1, 2, 3]), one([1, 2, 3], parts={"queues": ["sales"]}), True),
    (one([1, 2, 3]), one([1, 3], sums=[1, 4], parts={"queues": ["sales"]}), True),
    (one([1, 2, 3]), one([2], parts={"rules": ["hold.*"], "severity": "major"}), False),
    (one([1, 2, 3]), one([1], parts={"agents": ["a1"], "calls": ["c1"]}), False),
    (one([1, 2, 3]), one([], parts={"calls": []}), False),
    (one([1, 2, 3, 4]), one([1, 3, 4], parts={"queues": ["sales"]}), False),
    (one([1, 2, 3, 4]), one([2], parts={"severity": "major"}), False),
    (one([1, 2, 3, 4]), one([4], parts={"rules": ["x"], "types": [load_audience.SCORED]}), False),
    (one([1, 2, 3, 4]), one([4], parts={"severity": "critical", "types": [load_audience.SCORED]}), False),
])
def test_what_is_lost_is_noticed(reference, filtered, fails):
    audience = object.__new__(load_audience.Audience)
    audience.reference, audience.all = reference, [filtered]
    audience.events = [("minor", "hold.no-thanks", "sales", "a1", "c1"), ("major", "hold.not-asked", None, None, "c1"),
                       ("minor", "end.agent-first", "sales", "a2", "c2"), ("info", None, "sales", "a2", "c2")]
    audience.events = audience.events[:len(reference.numbers) if len(reference.numbers) > 2 else 3]
    assert bool(audience.problems(len(audience.events))) is fails
