"""The published schema: valid, up to date, documented, and of one mind with the loader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from adkconf.config import json_schema, load
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.schema import schema_text
from adkconf.config.schema.definitions import Definitions
from adkconf.config.schema.fields import definition_name
from adkconf.config.spec.section import Section

ROOT = Path(__file__).parents[2]
VALID = sorted((ROOT / "tests/cases/valid").glob("*.yaml"))


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(json_schema())


def test_schema_file_is_up_to_date():
    """`python -m adkconf.config.schema schemas/app.schema.json` writes it anew."""
    stored = (ROOT / "schemas/app.schema.json").read_text(encoding="utf-8")
    assert stored == schema_text()


def test_schema_passes_its_metaschema():
    Draft202012Validator.check_schema(json_schema())


def test_every_key_is_documented():
    schema = json_schema()
    bare = []
    for name, definition in {"app": schema, **schema["$defs"]}.items():
        for key, prop in definition.get("properties", {}).items():
            if not prop.get("description") and "Patch" not in name and name != "Profile":
                bare.append(f"{name}.{key}")
    assert bare == []


@pytest.mark.parametrize("family", CATALOGS)
def test_every_built_in_component_and_its_arguments_are_documented(family, validator):
    schema = validator.schema
    for name, builtin in CATALOGS[family].builtins.items():
        assert builtin.summary.endswith("."), name
        arguments = schema["$defs"][builtin.arguments.__name__]
        assert arguments["description"], name
        assert all(prop["description"] for prop in arguments["properties"].values()), name
        if "uri" not in builtin.arguments.model_fields:
            forms = schema["$defs"][definition_name(family)]["anyOf"]
            described = [
                form["properties"][name] for form in forms if name in form.get("properties", ())
            ]
            assert described[0]["description"] == builtin.summary


def test_every_reference_leads_to_a_definition():
    schema = json_schema()
    targets = {text.split('"')[0] for text in json.dumps(schema).split('"#/$defs/')[1:]}
    assert targets <= schema["$defs"].keys()


# The others have what only the loader can read: typed variables, and words of YAML 1.2.
PLAIN = [file for file in VALID if file.stem != "yaml12" and "${CALLS" not in file.read_text()]


@pytest.mark.parametrize("file", PLAIN, ids=lambda file: file.stem)
def test_schema_accepts_what_the_loader_accepts(file, validator):
    text = file.read_text(encoding="utf-8")
    assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []


APP = {"name": "a", "root_agent": {"model": "echo"}}
WRONG = [
    {"nmae": "a"},
    {"name": 5},
    {"root_agent": {"tools": ["gogle_search"]}},
    {"root_agent": {"tools": [{"exit_loop": {"a": 1}}]}},
    {"root_agent": {"agent_class": "LopAgent"}},
    {"root_agent": {"model": "echo", "model_code": {"name": "a.b"}}},
    {"services": {"session": "postgres://x"}},
    {"services": {"memory": {"uri": "memory://", "pool_size": 3}}},
    {"cache": {"ttl_seconds": 0}},
    {"compaction": {"overlap_size": 1}},
    {"compaction": {"overlap_size": 1, "compaction_interval": None}},
    {"plugins": [{"logging": {}, "other": {}}]},
    {"profiles": {"prod": {"server": {"prt": 1}}}},
    {"profiles": {"prod": {"profiles": {}}}},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_schema_and_loader_refuse_the_same(change, validator, tmp_path):
    app = {**APP, **change}
    file = tmp_path / "app.yaml"
    file.write_text(json.dumps(app))
    assert not validator.is_valid(app)
    assert load(file, environ={}).spec is None


RIGHT = [
    {"cache": True},
    {"resumability": False},
    {"compaction": None},
    {"services": {"session": {"uri": "sqlite:///x", "synchronous": "FULL"}}},
    {"services": {"session": "postgresql+asyncpg://x"}},
    {"profiles": {"prod": {"cache": None, "server": {"port": None}, "run": None}}},
    {"root_agent": {"generate_content_config": {"maxOutputTokens": 5, "top_p": 1}}},
    {"x-anything": [1]},
]


@pytest.mark.parametrize("change", RIGHT, ids=str)
def test_schema_and_loader_accept_the_same(change, validator, tmp_path):
    app = {**APP, **change}
    file = tmp_path / "app.yaml"
    file.write_text(json.dumps(app))
    assert validator.is_valid(app)
    assert load(file, environ={}).ok


def test_two_sections_of_one_name_are_refused():
    twins = [type("TwinSpec", (Section,), {"__module__": home}) for home in ("one", "two")]
    definitions = Definitions()
    definitions.meet(twins[0])
    with pytest.raises(ValueError, match="TwinSpec, in one and two: rename one"):
        definitions.meet(twins[1])


def test_section_called_like_a_form_is_refused():
    other = type("Reference", (Section,), {"__module__": "one"})
    with pytest.raises(ValueError, match="one.Reference is called like a form"):
        Definitions().meet(other)
