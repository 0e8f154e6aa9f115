"""The guide to rules, in English and in Russian: its examples run, its commands are real, and the two are in step."""
import json
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from ctltools import SOURCE, commands, ctl, options_of

DOC = SOURCE / "doc"
NAMES = ("rules.md", "rules.ru.md")
SCHEMA = json.loads((SOURCE / "rules/schema/rules.schema.json").read_text(encoding="utf-8"))
REFERENCE = ("## Reference", "## Справочник")
SIDES = {"оператор": "agent", "клиент": "customer", "бот": "bot"}


class Block(NamedTuple):
    """What stands between two fences."""
    line: int
    info: str
    text: str


class Section(NamedTuple):
    """A heading and what is below it, up to the next: lines of text, rows of tables, blocks."""
    heading: str
    lines: list
    rows: list
    blocks: list


def read(name):
    """The sections of a document."""
    sections, fence, info = [Section("", [], [], [])], None, ""
    for number, line in enumerate((DOC / name).read_text(encoding="utf-8").splitlines(), 1):
        here = sections[-1]
        if line.startswith("```"):
            if fence is None:
                fence, info = number, line[3:]
            else:
                fence = None
        elif fence is not None:
            if number == fence + 1:
                here.blocks.append(Block(number, info, ""))
            here.blocks[-1] = here.blocks[-1]._replace(text=here.blocks[-1].text + line + "\n")
        elif line.startswith("#"):
            sections.append(Section(line, [], [], []))
        elif line.startswith("|"):
            here.rows.append([cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        else:
            here.lines.append(line)
    assert fence is None, f"{name}:{fence}: this block does not end"
    return sections


DOCUMENTS = {name: read(name) for name in NAMES}
BLOCKS = [(name, block) for name, sections in DOCUMENTS.items() for section in sections for block in section.blocks]


def is_file(block):
    return block.info.startswith("yaml") and re.match(r"engine:", block.text)


def is_wrong(block):
    return block.info == "yaml wrong"


def each(wanted):
    """Parameters: every block for which that holds, named by its place."""
    return [pytest.param(name, block, id=f"{name}:{block.line}") for name, block in BLOCKS if wanted(block)]


@pytest.mark.parametrize("name,block", each(lambda b: is_file(b) and not is_wrong(b)))
def test_a_whole_file_is_right_and_its_examples_come_out(name, block, tmp_path):
    path = tmp_path / name.replace(".md", ".yaml")
    path.write_text(block.text, encoding="utf-8")
    done = ctl("rules", "lint", "--strict", path)
    assert done.returncode == 0, done.out + done.err
    done = ctl("rules", "test", path)
    assert done.returncode == 0, done.out + done.err
    counts = re.search(r"^(\d+) examples of \d+ rules: (\d+) as expected, 0 not", done.out, re.MULTILINE)
    assert counts and int(counts[1]) == int(counts[2]) > 0
    if "extends:" not in block.text:
        assert int(counts[1]) == len(re.findall(r"^ +- (?:violates|complies):", block.text, re.MULTILINE))
        assert "violates" in block.text and "complies" in block.text


@pytest.mark.parametrize("name,block", each(is_wrong))
def test_what_is_shown_as_wrong_is_refused(name, block, tmp_path):
    path = tmp_path / name.replace(".md", ".yaml")
    path.write_text(block.text, encoding="utf-8")
    assert ctl("rules", "lint", path).returncode == 2


def files_before(name, line, folder):
    """The files that a reader has saved by then: under the name in the fence's line, else as my.yaml. One at least."""
    mine = [block for where, block in BLOCKS if where == name and (is_file(block) or block.info.startswith("text "))]
    for block in [block for block in mine if block.line < line] or mine[:1]:
        words = block.info.split()[1:]
        saved = words[0] if words and words[0] != "wrong" else "my.yaml"
        (folder / saved).write_text(block.text, encoding="utf-8")
    if not (folder / "call.txt").exists():
        (folder / "call.txt").write_text("agent: Без проблем\n", encoding="utf-8")


def steps(block):
    """(command, what it prints) of a session; a command that shows nothing prints what it likes."""
    found = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE)
    assert "".join(f"$ {command}\n{shown}" for command, shown in found) == block.text
    return found


@pytest.mark.parametrize("name,block", each(lambda b: b.info == "console"))
def test_a_session_is_what_happens(name, block, tmp_path):
    files_before(name, block.line, tmp_path)
    for command, shown in steps(block):
        program, *args = shlex.split(command)
        assert program == "etiquettectl"
        done = ctl(*args, cwd=tmp_path)
        assert done.err == ""
        assert done.returncode in (0, 1) or shown, command
        assert shown in ("", done.out), command


def test_every_block_is_of_a_kind_that_is_looked_at():
    for name, block in BLOCKS:
        assert re.fullmatch(r"yaml(| wrong| [a-z]+\.yaml)|console|text call\.txt", block.info), f"{name}:{block.line}"
    for name in NAMES:
        mine = [block for where, block in BLOCKS if where == name]
        assert sum(map(bool, map(is_file, mine))) >= 16
        assert sum(block.info == "console" for block in mine) >= 4


def code(text):
    """What stands between backticks."""
    return [span.replace(r"\|", "|") for span in re.findall(r"`([^`]+)`", text)]


def all_code(name):
    return [span for section in DOCUMENTS[name] for text in (*section.lines, *map(" ".join, section.rows))
            for span in code(text)]


@pytest.mark.parametrize("name", NAMES)
def test_commands_and_options_in_the_text_are_real(name):
    known = commands()
    real = {command: set(options_of(ctl(*command.split(), "--help").out)) for command in known}
    seen = 0
    for span in all_code(name):
        words = re.sub(r"^etiquettectl ", "", span).split()
        command = next((c for c in known if words[:len(c.split())] == c.split()), None)
        if span.startswith("etiquettectl "):
            assert command, span
        if command and (span.startswith("etiquettectl ") or command.startswith("rules ")):
            seen += 1
            assert set(re.findall(r"(?<!\S)--([a-z-]+)", span)) <= real[command], span
        elif span.startswith("--"):
            option = re.match(r"--([a-z-]+)", span)[1]
            assert any(option in options for options in real.values()), span
    assert seen >= 8


@pytest.mark.parametrize("name", NAMES)
def test_the_phrase_that_mends_the_call_mends_it(name, tmp_path):
    section = next(s for s in DOCUMENTS[name] if any(b.info == "text call.txt" for b in s.blocks))
    session = next(b for b in section.blocks if b.info == "console")
    phrase = next(span for span in code("\n".join(section.lines)) if "остаётесь" in span)
    files_before(name, session.line, tmp_path)
    path = tmp_path / "hold.yaml"
    text = path.read_text(encoding="utf-8")
    args = shlex.split(steps(session)[0][0])[1:]
    assert ctl(*args, cwd=tmp_path).returncode == 1
    path.write_text(text.replace("  thanks:\n", f"  thanks:\n    - {phrase}\n"), encoding="utf-8")
    assert ctl(*args, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_word_that_spoils_the_goodbye_spoils_it(name, tmp_path):
    text = next(b.text for where, b in BLOCKS if where == name and "close.goodbye-missing:" in b.text)
    path = tmp_path / "my.yaml"
    path.write_text(text.replace("всего [вам] (", "всего ("), encoding="utf-8")
    done = ctl("rules", "test", path)
    assert done.returncode == 1
    assert ": 2 as expected, 1 not" in done.out


def anchors(name):
    """What links can point at, as GitHub names it."""
    return {re.sub(r"[^\w\- ]", "", section.heading.lstrip("#").strip().lower()).replace(" ", "-")
            for section in DOCUMENTS[name] if section.heading}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    prose = re.sub(r"`[^`]*`", "", re.sub(r"^```.*?^```", "", (DOC / name).read_text(encoding="utf-8"),
                                          flags=re.MULTILINE | re.DOTALL))
    links = re.findall(r"\]\(([^)]*)\)", prose)
    assert len(links) > 8
    for link in links:
        path, _, anchor = link.partition("#")
        assert not path or (DOC / path).exists(), link
        if anchor and path in ("", *NAMES):
            assert anchor in anchors(path or name), link


def plain(block):
    """A block without what differs between the languages: comments, and how the sides are called."""
    text = re.sub(r"^(\s*)(оператор|клиент|бот):", lambda m: f"{m[1]}{SIDES[m[2]]}:", block.text, flags=re.MULTILINE)
    return block.info, re.sub(r" +#.*$", "", text, flags=re.MULTILINE)


PAIRS = list(zip(*DOCUMENTS.values()))


def test_both_have_the_same_sections():
    levels = [[section.heading.split(" ")[0] for section in sections] for sections in DOCUMENTS.values()]
    assert levels[0] == levels[1]
    headings = [[section.heading for section in sections] for sections in DOCUMENTS.values()]
    assert all(heading in each_of for heading, each_of in zip(REFERENCE, headings))
    assert headings[0].index(REFERENCE[0]) == headings[1].index(REFERENCE[1])


@pytest.mark.parametrize("english,russian", PAIRS, ids=[pair[0].heading.strip("# ") or "-" for pair in PAIRS])
def test_both_sections_show_the_same(english, russian):
    assert code(english.heading) == code(russian.heading)
    assert [plain(block) for block in english.blocks] == [plain(block) for block in russian.blocks]
    assert [len(row) for row in english.rows] == [len(row) for row in russian.rows]
    assert [code(row[0]) for row in english.rows] == [code(row[0]) for row in russian.rows]


def reference(name):
    sections = DOCUMENTS[name]
    start = next(i for i, section in enumerate(sections) if section.heading in REFERENCE)
    return sections[start:]


REFERENCES = list(zip(*map(reference, NAMES)))


@pytest.mark.parametrize("english,russian", REFERENCES, ids=[pair[0].heading.strip("# ") for pair in REFERENCES])
def test_both_references_name_the_same_keys_and_values(english, russian):
    """In every row of a table, and in the text of every section."""
    for mine, theirs in zip(english.rows, russian.rows):
        assert set(code(" ".join(mine))) == set(code(" ".join(theirs))), mine
    assert set(code("\n".join(english.lines))) == set(code("\n".join(russian.lines)))


def properties(definition):
    """All keys that a definition of the schema, or one of its alternatives, has."""
    found = set(definition.get("properties", ()))
    for part in (*definition.get("anyOf", ()), *([definition["items"]] if "items" in definition else ())):
        found |= properties(part)
    return found


# The schema has the loader's keys, which test_rules_schema.py sees to.
TABLES = {
    "A file": SCHEMA, "Phrase sets": SCHEMA["$defs"]["set"], "Rules": SCHEMA["$defs"]["rule"],
    "`forbid`": SCHEMA["$defs"]["forbid"], "`expect`": SCHEMA["$defs"]["expect"],
    "`limit`": SCHEMA["$defs"]["measure"], "`unless`": SCHEMA["$defs"]["unless"], "`when`": SCHEMA["$defs"]["when"],
    "`escalate`": SCHEMA["$defs"]["escalate"],
}


def documented(section):
    """The keys in the first cells of a section's tables."""
    return {re.match(r"[a-z_]*", span)[0] for row in section.rows for span in code(row[0])} - {""}


def named(title):
    return next(section for section in reference(NAMES[0]) if section.heading == f"### {title}")


@pytest.mark.parametrize("title", TABLES)
def test_the_reference_has_every_key(title):
    keys = properties(TABLES[title])
    assert len(keys) > 3
    if title == "`forbid`":
        keys -= {"below"}  # which it only knows in order to refuse it
    assert keys <= documented(named(title))


def test_the_reference_has_every_key_of_what_has_two_tables():
    definitions = SCHEMA["$defs"]
    example = definitions["example"]
    assert properties(example) | properties(example["properties"]["violates"]) <= documented(named("Examples"))
    assert properties(definitions["step"]) | properties(definitions["sequence"]) <= documented(named("`sequence`"))
    assert properties(definitions["signal"]) | properties(definitions["window"]) <= documented(
        named("Signals, windows, bounds"))


def test_the_reference_has_every_setting_event_and_measure():
    files = {re.match("[a-z]+", code(row[0])[0])[0]: row[1] for row in named("A file").rows if code(row[0])}
    shown = "".join(block.text for section in reference(NAMES[0]) for block in section.blocks)
    settings = [(name, key) for name, value in SCHEMA["properties"].items() for key in value.get("properties", ())]
    assert len(settings) >= 7
    for setting, key in settings:
        assert any(span.startswith(f"{key}:") for span in code(files[setting])) or re.search(
            rf"^{setting}:\n(?: .*\n)*?  {key}:", shown, re.MULTILINE), (setting, key)
    signals = code("\n".join(named("Signals, windows, bounds").lines))
    assert set(SCHEMA["$defs"]["event"]["enum"]) <= set(signals)
    measures = [json.loads(line)["name"] for line in ctl("rules", "list", "--measures", "-o", "ndjson").out.splitlines()]
    rows = [code(row[0])[0] for row in named("`limit`").rows if code(row[0])]
    assert rows[-len(measures):] == measures


def test_the_readme_leads_to_both():
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    assert all(f"](doc/{name})" in text for name in NAMES)
    assert all(Path(DOC / name).exists() for name in NAMES)
