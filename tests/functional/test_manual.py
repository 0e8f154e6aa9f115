"""The manual pages say what the programs say of themselves."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import harness

DOC = harness.SOURCE / "doc"
PAGE = pathlib.Path(harness.program("etiquetted")).parent.parent / "doc/etiquetted.yaml.5"


@pytest.fixture(name="help_text", scope="module")
def fixture_help_text():
    done = harness.run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def settings(help_text):
    """(name, default, what it is for, range) of each setting in --help."""
    rows = re.findall(r"^  ([a-z_.]+) = (.*)\n      (.*?)(?: \(([^()]*)\))?$", help_text, re.MULTILINE)
    assert len(rows) > 20
    assert len(rows) == len(re.findall(r"^ +[a-z_.]+ = ", help_text, re.MULTILINE))
    return rows


def entries(path):
    """The entries of the page's lists, by what they are called."""
    return dict(part.split("\n", 1) for part in re.split(r"^\.It ", path.read_text(encoding="utf-8"),
                                                         flags=re.MULTILINE)[1:])


def test_every_setting_is_in_its_page(help_text):
    page = entries(PAGE)
    for name, default, what, bounds in settings(help_text):
        text = page[f"Cm {name}"].splitlines()
        assert text[0] == what[0].upper() + what[1:] + "."
        assert re.split(r"; also$|\.$", text[1])[0] == f"Default {default}" + (f"; {bounds}" if bounds else "")


def test_the_settings_page_has_no_errors():
    if not shutil.which("mandoc"):
        pytest.skip("no mandoc here")
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(PAGE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_option_is_in_the_page(help_text):
    told = re.findall(r"^  --([a-z-]+)(?: ([A-Z:=]+))?  ", help_text, re.MULTILINE)
    assert len(told) >= 10
    page = re.findall(r"^\.It Fl -([a-z-]+)(?: Ar (\S+))?$", (DOC / "etiquetted.8").read_text(encoding="utf-8"),
                      re.MULTILINE)
    assert sorted(name for name, _ in page) == sorted(name for name, _ in told)
    assert {name for name, value in page if value} == {name for name, value in told if value}


def test_every_setting_can_be_given_as_the_page_says(help_text):
    for name, default, _, _ in settings(help_text):
        done = harness.run("--set", f"{name}={default}", "--show-settings")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", ["etiquetted.8", "etiquettectl.1", "etiquette-text.5", "etiquetted.yaml.5.in"])
def test_pages_that_are_referred_to_exist(page):
    ours = {name for name in os.listdir(DOC) if re.search(r"\.[1-8]$", name)} | {PAGE.name}
    foreign = {"systemd.1", "sd_listen_fds.3", "sd_notify.3", "sd_watchdog_enabled.3"}
    text = (DOC / page).read_text(encoding="utf-8")
    told = {f"{name}.{section}" for name, section in re.findall(r"^\.Xr (\S+) (\d)", text, re.MULTILINE)}
    assert told and told <= ours | foreign
