"""Commands, options, help; completion and man page say the same as --help."""
import re
import subprocess

import pytest

from ctltools import CALL, CTL, RULES, SOURCE, commands, ctl, options_of

COMPLETION = SOURCE / "ctl/etiquettectl.bash-completion"


@pytest.mark.parametrize("args, says", [
    ([], "which command?"),
    (["chek"], "no command `chek`: did you mean `check`?"),
    (["rules"], "`rules` what? One of: lint, test, list, explain"),
    (["rules", "lst"], "no command `rules lst`: did you mean `rules list`?"),
    (["zzzzzz"], "no command `zzzzzz`\n"),
    (["check"], "`check` needs FILE…"),
    (["check", "--formt", "text", "x"], "no option `--formt`: did you mean `--format`?"),
    (["check", "--format", "txt", "x"], "`txt` is not one of auto|native|text (did you mean `text`?)"),
    (["check", "--output"], "--output needs human|ndjson"),
    (["check", "--no-colour=3", "x"], "--no-colour takes no argument"),
    (["check", "-Z", "x"], "no option `-Z`"),
    (["send", "--s", "x"], "`--s` could be more than one option"),
    (["send", "--to", "nowhere", "x"], "--to: `nowhere` is not HOST:PORT"),
    (["send", "--to", "h:99999", "x"], "is not HOST:PORT"),
    (["send", "--to", "::1:7401", "x"], "write [ADDRESS]:PORT"),
    (["send", "--speed", "0", "x"], "is not a number above 0 or max"),
    (["send", "--speed", "nan", "x"], "is not a number above 0 or max"),
    (["send", "--repeat", "-1", "x"], "is not a number from 1"),
    (["watch", "--since", "yesterday"], "is not now, earliest or a number from 1"),
    (["watch", "--count", "0"], "is not a number from 1"),
    (["watch", "stray"], "`stray` is one too many"),
    (["rules", "explain", "a", "b", "c"], "`c` is one too many"),
])
def test_usage_errors(args, says):
    done = ctl(*args)
    assert done.returncode == 2
    assert says in done.err
    assert done.out == ""
    assert "Try `etiquettectl" in done.err


def test_help_and_version():
    done = ctl("--help")
    assert (done.returncode, done.err) == (0, "")
    for command in commands():
        assert f"\n  {command} " in done.out
        own = ctl(*command.split(), "--help")
        assert (own.returncode, own.err) == (0, "")
        assert own.out.startswith(f"Usage: etiquettectl {command} ")
        assert "Exit status:" in own.out
        assert all(len(line) <= 92 for line in own.out.splitlines())
    assert re.fullmatch(r"etiquettectl \d+\.\d+\.\d+\n", ctl("--version").out)
    assert ctl("-h").out == done.out


def test_help_needs_no_operands():
    assert ctl("check", "-h").out == ctl("check", "--help").out


def test_long_options_may_be_shortened():
    assert ctl("check", "--out", "ndjson", "--rul", RULES, CALL).returncode == 1


def test_operands_and_options_mix():
    assert ctl("check", CALL, "--rules", RULES, "-o", "ndjson").returncode == 1


def complete(*words):
    """What bash would offer for the last of the words."""
    script = f'source {COMPLETION}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ' \
             '_etiquettectl; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script, "bash", "etiquettectl", *words],
                          capture_output=True, text=True, check=True, cwd=SOURCE / "tests/data")
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("command", commands())
def test_completion_offers_what_help_says(command):
    wanted = options_of(ctl(*command.split(), "--help").out)
    assert len(wanted) >= 2
    assert sorted(complete(*command.split(), "--")) == sorted(f"--{name}" for name in wanted)


def test_completion_of_commands():
    words = {name.split()[0] for name in commands()}
    assert set(complete("")) == words | {"--help", "--version"}
    assert set(complete("rules", "")) == {n.split()[1] for n in commands() if n.startswith("rules ")}


@pytest.mark.parametrize("command", commands())
def test_completion_offers_choices(command):
    text = ctl(*command.split(), "--help").out
    for name, choices in re.findall(r"--([a-z-]+) ([a-z]+(?:\|[a-z]+)+)\s", text):
        if name == "since":
            continue
        assert set(complete(*command.split(), f"--{name}", "")) == set(choices.split("|")), name


def test_completion_of_files():
    assert "demo" in complete("check", "de")
    assert "demo" in complete("check", "--rules", "de")


def man_sections():
    page = (SOURCE / "doc/etiquettectl.1").read_text(encoding="utf-8")
    parts = re.split(r"^\.Ss (.+)$", page.split(".Sh ENVIRONMENT")[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.parametrize("command", commands())
def test_man_page_has_what_help_says(command):
    section = man_sections()[command]
    items = "\n".join(re.findall(r"^\.It (.+)$", section, re.MULTILINE))
    named = re.findall(r"Fl (?:\w , )?-([a-z-]+)", items)
    assert sorted(named + ["help"]) == sorted(options_of(ctl(*command.split(), "--help").out))


def test_man_page_has_all_commands():
    assert set(man_sections()) == set(commands()) | {"All commands"}


def test_full_output_is_an_error():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([str(CTL), "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"can't write to standard output" in done.stderr


def test_a_reader_that_goes_away_ends_it_quietly():
    done = subprocess.run(f"{CTL} check --rules {RULES} " + f"{CALL} " * 200 + "| head -n 1",
                          shell=True, capture_output=True, check=True)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
