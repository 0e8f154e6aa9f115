"""The JSON Schema of rule files: sound, in step with the loader's tables, true to the packs and to wrong files."""
import json
import os
import pathlib
import re

import pytest

SOURCE = pathlib.Path(os.environ.get("ETQ_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
SCHEMA = json.loads((SOURCE / "rules/schema/rules.schema.json").read_text(encoding="utf-8"))
TYPES = {
    "object": lambda x: isinstance(x, dict),
    "array": lambda x: isinstance(x, list),
    "string": lambda x: isinstance(x, str),
    "number": lambda x: isinstance(x, (int, float)) and not isinstance(x, bool),
    "integer": lambda x: isinstance(x, int) and not isinstance(x, bool),
    "boolean": lambda x: isinstance(x, bool),
    "null": lambda x: x is None,
}
# What a value must do for a keyword to hold, where the keyword says something of it at all.
CHECKS = {
    "type": lambda want, x: TYPES[want](x),
    "enum": lambda want, x: x in want and not isinstance(x, bool),
    "const": lambda want, x: x == want and not isinstance(x, bool),
    "pattern": lambda want, x: not isinstance(x, str) or re.search(want, x),
    "minLength": lambda want, x: not isinstance(x, str) or len(x) >= want,
    "maxLength": lambda want, x: not isinstance(x, str) or len(x) <= want,
    "minimum": lambda want, x: not TYPES["number"](x) or x >= want,
    "maximum": lambda want, x: not TYPES["number"](x) or x <= want,
    "exclusiveMinimum": lambda want, x: not TYPES["number"](x) or x > want,
    "minItems": lambda want, x: not isinstance(x, list) or len(x) >= want,
    "maxItems": lambda want, x: not isinstance(x, list) or len(x) <= want,
    "minProperties": lambda want, x: not isinstance(x, dict) or len(x) >= want,
    "maxProperties": lambda want, x: not isinstance(x, dict) or len(x) <= want,
    "required": lambda want, x: not isinstance(x, dict) or all(key in x for key in want),
    "anyOf": lambda want, x: any(holds(each, x) for each in want),
    "$ref": lambda want, x: holds(SCHEMA["$defs"][want.removeprefix("#/$defs/")], x),
    "items": lambda want, x: not isinstance(x, list) or all(holds(want, each) for each in x),
    "propertyNames": lambda want, x: not isinstance(x, dict) or all(holds(want, key) for key in x),
    "properties": lambda want, x: not isinstance(x, dict) or all(
        holds(want[key], value) for key, value in x.items() if key in want),
}
SILENT = {"$schema", "$id", "title", "description", "$defs", "additionalProperties"}


def others_hold(schema, x):
    more = schema.get("additionalProperties", True)
    if more is True or not isinstance(x, dict):
        return True
    extra = [value for key, value in x.items() if key not in schema.get("properties", {})]
    return not extra if more is False else all(holds(more, value) for value in extra)


def holds(schema, x):
    """JSON Schema, as much of it as is used; a keyword that is not known here fails the test."""
    assert set(schema) <= CHECKS.keys() | SILENT, schema.keys()
    return others_hold(schema, x) and all(CHECKS[key](want, x) for key, want in schema.items() if key in CHECKS)


def walk(node):
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    for child in children:
        yield from walk(child)


def read(path):
    """YAML as the loader reads it: `on`, `off`, `no` are text."""
    yaml = pytest.importorskip("yaml")

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in rows
                if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int")]
        for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
    Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?[0-9]+$"), list("-0123456789"))
    return yaml.load(path.read_text(encoding="utf-8-sig"), Loader)


def test_references_and_descriptions():
    used = {node["$ref"] for node in walk(SCHEMA) if isinstance(node, dict) and "$ref" in node}
    assert used == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}
    for name, definition in SCHEMA["$defs"].items():
        assert definition.get("description"), name
    for properties in (SCHEMA["properties"], SCHEMA["$defs"]["rule"]["properties"]):
        for key, value in properties.items():
            assert value.get("description") or "$ref" in value, key


def table(file, name):
    """The keys of a table of the loader."""
    text = (SOURCE / "lib/rules" / file).read_text(encoding="utf-8")
    rows = re.search(r"\b" + name + r"\[\] = \{(.*?)\n\t*\};", text, re.DOTALL).group(1)
    keys = set(re.findall(r'\{"([a-z_]+)",', rows))
    macros = {"SIGNAL_KEYS": {"said", "event", "by"}, "BOUND_KEYS": {"above", "below"}, "RATE_KEYS": {"per", "over"}, "TALLY_KEYS": {"times", "until", "kinds"},
              "FORBIDDEN_KEYS": {"said", "event", "by", "above", "after", "within", "whole"},
              "HEARD_KEYS": {"said", "event", "by", "above", "within", "last"}}
    for macro, more in macros.items():
        if macro + "(" in rows:
            keys |= more
    return keys


def schema_objects(definition):
    if "properties" in definition:
        yield definition
    for each in definition.get("anyOf", []):
        yield from schema_objects(each)


@pytest.mark.parametrize("file,name,definition", [
    ("rule.c", "rule_keys", "rule"), ("phraseset.c", "set_keys", "set"), ("forbid.c", "forbid_keys", "forbid"),
    ("forbid.c", "item_keys", "forbidden"),
    ("expect.c", "expect_keys", "expect"), ("limit.c", "limit_keys", "measure"), ("sequence.c", "step_keys", "step"),
    ("sequence.c", "sequence_keys", "sequence"), ("when.c", "when_keys", "when"), ("window.c", "window_keys", "window"),
    ("example.c", "example_keys", "example"),
])
def test_the_loaders_tables(file, name, definition):
    found = next(schema_objects(SCHEMA["$defs"][definition]))
    assert set(found["properties"]) == table(file, name)


def test_the_loaders_other_tables():
    assert set(SCHEMA["properties"]) == table("file.c", "file_keys")
    assert set(SCHEMA["properties"]["echo"]["properties"]) == table("setting.c", "echo_keys")
    assert set(SCHEMA["properties"]["score"]["properties"]) == table("scoring.c", "score_keys")
    assert set(SCHEMA["$defs"]["unless"]["items"]["properties"]) == table("unless.c", "unless_keys")
    assert set(SCHEMA["$defs"]["escalate"]["items"]["properties"]) == table("escalation.c", "escalation_keys")


@pytest.mark.parametrize("path", sorted((SOURCE / "rules").glob("*/*.yaml")), ids=lambda path: path.name)
def test_packs_are_accepted(path):
    assert holds(SCHEMA, read(path))


@pytest.mark.parametrize("name", """engine-missing engine-newer top-unknown-key top-is-a-list rules-is-a-list
    name-cyrillic-letter name-capital set-empty set-one-phrase set-long-mistakes event-unknown side-unknown
    window-no-unit window-unknown-key window-zero window-empty rule-unknown-key rule-severity rule-status-no rule-points
    rule-by rule-once-not-bool rule-cooldown rule-inferred forbid-unknown-key forbid-each forbid-rate
    limit-measure-unknown sequence-report sequence-too-long when-unknown-key when-direction when-known
    echo-mistakes score-not-a-mapping score-mistakes unless-not-a-list unless-unknown-key example-both example-complies-times yaml-phrase-bracket-alone""".split())
def test_wrong_files_are_refused(name):
    assert not holds(SCHEMA, read(SOURCE / f"tests/data/rules-bad/{name}.yaml"))


def test_with_the_real_thing():
    """Where python3-jsonschema is installed, what it says counts as well."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator
    validator.check_schema(SCHEMA)
    for path in sorted((SOURCE / "rules").glob("*/*.yaml")):
        validator(SCHEMA).validate(read(path))
