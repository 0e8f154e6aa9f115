"""Configuration: wrong files and options with their exact messages; what comes over what.

tests/data/config-bad has, for each NAME, NAME.yaml and NAME.expected, what is said of it. With ETQ_UPDATE set in the
environment the expectations are written anew.
"""
import json
import os
import re

import pytest

import harness

BAD = harness.SOURCE / "tests/data/config-bad"
CASES = sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.mark.parametrize("name", CASES)
def test_wrong_files(name):
    done = harness.run("--config", f"{name}.yaml", "--check-config", cwd=BAD)
    expected = BAD / f"{name}.expected"
    if os.environ.get("ETQ_UPDATE"):
        expected.write_text(done.stderr, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(rf"{name}\.yaml:\d+:\d+: error: ", done.stderr)
    assert done.stderr == expected.read_text(encoding="utf-8")


def test_there_are_enough_of_them():
    assert len(CASES) >= 55
    assert {path.stem for path in BAD.glob("*.expected")} == set(CASES)


@pytest.mark.parametrize("args, message", [
    (["--set", "ring.bytes"], "--set wants NAME=VALUE, not `ring.bytes`"),
    (["--set", "ring.byte=1MiB"], "there is no setting `ring.byte`; did you mean `ring.bytes`?"),
    (["--set", "xyzzy=1"], "there is no setting `xyzzy`"),
    (["--set"], "--set needs a value"),
    (["--set", "ring.bytes=1"], "`ring.bytes` can't be `1`: it is from 1MiB to 64GiB"),
    (["--ingest", "7401"], "`ingest.listen` can't be `7401`: it has no port: 127.0.0.1:7401 or [::1]:7401"),
    (["--ingset=127.0.0.1:0"], "there is no option `--ingset=127.0.0.1:0`; did you mean `--ingest`?"),
    (["--help=1"], "--help takes no value"),
    (["-x"], "`-x` is not understood: all options begin with --"),
    (["file.yaml"], "`file.yaml` is not understood: all options begin with --"),
])
def test_wrong_options(args, message):
    done = harness.run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == f"etiquetted: {message}"


def test_all_wrong_options_at_once():
    done = harness.run("--ingset", "x", "--set", "a=b", "--version=2")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 4
    assert done.stderr.endswith("etiquetted: see --help\n")


@pytest.mark.parametrize("args, message", [
    (["--config", "nothing.yaml"], "nothing.yaml: error: "),
    (["--config", "."], ".: error: "),
    (["--config", "long.yaml"], "long.yaml: error: "),
    (["--rules", "nothing"], "error: "),
])
def test_files_that_can_not_be_read(tmp_path, args, message):
    (tmp_path / "long.yaml").write_text("#" + "x" * (1 << 20), encoding="utf-8")
    done = harness.run(*args, "--check-config", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and len(done.stderr.splitlines()) <= 3


@pytest.mark.parametrize("text", ["", "# nothing\n", "ring:\n", "ring:\n  # bytes: 1MiB\nlog: {}\n"])
def test_files_that_set_nothing(tmp_path, text):
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    done = harness.run("--config", "c.yaml", "--show-settings", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == harness.run("--show-settings").stdout


def shown(text):
    """--show-settings as "name: value" lines without comments."""
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def test_what_is_shown_can_be_read_again(tmp_path):
    changes = ["--set=ring.bytes=3MiB", "--set=calls.idle=90s", "--set=events.source=it's: #1", "--rules=a, b]",
               "--rules=правила мои", "--rules=- it's", "--rules=ru", "--ingest=[::1]:0", "--set=events.mask=false"]
    first = harness.run(*changes, "--show-settings")
    assert (first.returncode, first.stderr) == (0, "")
    (tmp_path / "c.yaml").write_text(first.stdout, encoding="utf-8")
    again = harness.run("--config", tmp_path / "c.yaml", "--show-settings")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == first.stdout
    assert "  bytes: 3MiB" in shown(first.stdout) and "  idle: 90s" in shown(first.stdout)


def test_the_command_line_comes_over_the_file_and_the_file_over_the_defaults(tmp_path):
    (tmp_path / "c.yaml").write_text("ring: {bytes: 2MiB, events: 100}\nrules: [a, b]\n", encoding="utf-8")
    done = harness.run("--set", "ring.events=200", "--config", "c.yaml", "--rules", "c", "--rules", "d",
                       "--show-settings", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = shown(done.stdout)
    assert "  bytes: 2MiB" in lines and "  events: 200" in lines and "rules: [c, d]" in lines


def test_check_config_says_nothing_when_all_is_well(tmp_path):
    (tmp_path / "c.yaml").write_text("rules: [ru]\n", encoding="utf-8")
    done = harness.run("--config", tmp_path / "c.yaml", "--check-config")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_file_that_is_installed(tmp_path):
    """As it is, and with all that is commented out in it."""
    text = (harness.SOURCE / "systemd/etiquetted.yaml").read_text(encoding="utf-8")
    assert harness.run("--config", harness.SOURCE / "systemd/etiquetted.yaml", "--check-config").returncode == 0
    (tmp_path / "c.yaml").write_text(re.sub(r"^#(?! )", "", text, flags=re.MULTILINE), encoding="utf-8")
    done = harness.run("--config", tmp_path / "c.yaml", "--show-settings")
    assert (done.returncode, done.stderr) == (0, "")
    assert "rules: [ru, /etc/etiquetted/site.yaml]" in shown(done.stdout)


def test_an_address_that_is_taken(daemon):
    done = harness.run("--ingest", f"127.0.0.1:{daemon.ports['ingest']}", "--subscribe", "127.0.0.1:0")
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr and "in use" in done.stderr


@pytest.mark.parametrize("address, told", [("127.0.0.1:0", 0), ("0.0.0.0:0", 1)])
def test_listening_beyond_loopback_is_warned_of(start, address, told):
    daemon = start(ingest__listen=address)
    assert daemon.log().count("can be reached from other machines") == told


def test_ports_file_appears_whole(start, tmp_path):
    """Who has read the ports, or sees the file, can read them in the file."""
    ports = tmp_path / "ports"
    daemon = start(args=["--ports-file", str(ports)])
    assert json.loads(ports.read_text(encoding="utf-8")) == daemon.ports
