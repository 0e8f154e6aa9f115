"""A short run of the flood test; script/flood-test runs long ones."""
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("ETQ_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))


def test_rubbish_on_many_connections():
    done = subprocess.run([sys.executable, SOURCE / "tests/crash/flood.py", "--connections", "300", "--seconds", "4",
                           "--seed", "3"], capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "served throughout" in done.stdout
