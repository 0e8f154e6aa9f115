"""A short run of the crash test; script/crash-test runs long ones."""
import os
import pathlib
import subprocess
import sys

import pytest

SOURCE = pathlib.Path(os.environ.get("ETQ_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))


@pytest.mark.parametrize("durability", ["power", "crash"])
def test_a_few_kills(durability):
    done = subprocess.run([sys.executable, SOURCE / "tests/crash/crash.py", "--bin", os.environ["ETQ_BIN_DIR"],
                           "--rounds", "8", "--seed", "7", "--durability", durability],
                          capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 acknowledged lines lost, 0 findings lost, 0 duplicated, 0 differing; stored and received equal" \
        in done.stdout
