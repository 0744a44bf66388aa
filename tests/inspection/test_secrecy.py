from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adkconf.config.loaded import Loaded
from adkconf.config.schema.generate import json_schema
from adkconf.config.secret_text import says_secret, variable_says_secret
from adkconf.inspection.presentation import present_app, present_variables
from adkconf.inspection.resolved import resolve
from adkconf.inspection.variables import contract

APP = "name: app\nroot_agent: {model: echo}\n"
SECRET = "hunter2"
ENVIRON = {"API_KEY": SECRET, "DB_PASSWORD": SECRET, "TEXT": SECRET, "PORT": "8001", "HOST": "h"}

LoadText = Callable[..., Loaded]


def shown(loaded: Loaded) -> Any:
    assert loaded.spec is not None
    tree = resolve(loaded, loaded.spec, profile=None, defaults=False)
    return json.loads(present_app(tree, "json", provenance=False))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("server: {auth: {bearer: hunter2}}", "<hidden>"),
        ("server: {auth: {bearer: [hunter2]}}", "<hidden>"),
        ("server: {auth: {bearer: '${API_KEY:?}'}}", "${API_KEY:?}"),
        ("server: {auth: {bearer: '${API_KEYS:-hunter2}'}}", "<hidden>"),
        ("server: {auth: {bearer: 'x-${TEXT}'}}", "<hidden>"),
        ("run: {custom_metadata: {clientSecret: hunter2}}", "<hidden>"),
        ("run: {custom_metadata: {X-Api-Key: {a: [hunter2]}}}", "<hidden>"),
        ("run: {custom_metadata: {key: hunter2}}", "<hidden>"),
        ("run: {custom_metadata: {at: 'https://h/?key=hunter2'}}", "https://h/?key=***"),
        ("run: {custom_metadata: {pin: 'a ${API_KEY}'}}", "<hidden>"),
        ("run: {custom_metadata: {note: 'a ${TEXT}'}}", "a ${TEXT}"),
        ("run: {custom_metadata: {at: 'https://u:hunter2@h/x'}}", "https://u:***@h/x"),
        ("run: {custom_metadata: {at: 'https://hunter2@h/x'}}", "https://***@h/x"),
        (
            "run: {custom_metadata: {at: 'https://h/?token=hunter2&a=b'}}",
            "https://h/?token=***&a=b",
        ),
        ("run: {custom_metadata: {at: '${file:secret.txt}'}}", "${file:secret.txt}"),
        ("services: {session: 'postgresql://u:hunter2@h/d'}", "postgresql://u:***@h/d"),
        ("services: {session: 'postgresql://u:hunter2/@x@h/d'}", "postgresql://u:***@h/d"),
        ("services: {session: 'postgresql://u:${DB_PASSWORD}@h/d'}", "postgresql://u:***@h/d"),
        ("services: {session: 'postgresql://u@h/${DB_PASSWORD}'}", "<hidden>"),
        ("services: {session: {uri: 'mysql://u:hunter2@h/d'}}", "mysql://u:***@h/d"),
    ],
)
def test_secrets_are_not_shown(load_text: LoadText, tmp_path: Path, written: str, expected: str):
    (tmp_path / "secret.txt").write_text(SECRET)
    data = shown(load_text(f"{APP}{written}\n", environ=ENVIRON))
    assert SECRET not in json.dumps(data)
    assert expected in json.dumps(data)


@pytest.mark.parametrize(
    "secret",
    [
        "AIza" + "x" * 35,
        "ghp_" + "a1" * 18,
        "sk-proj-" + "a1" * 12,
        "AKIA" + "A1" * 8,
        "-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_key_is_hidden_in_every_text(load_text: LoadText, secret: str):
    loaded = load_text(f'{APP}run: {{custom_metadata: {{note: "use {secret} here"}}}}\n')
    assert shown(loaded)["run"]["custom_metadata"]["note"] == "use *** here"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("server:\n  port: ${PORT}\n  host: ${HOST}", {"port": 8001, "host": "h"}),
        ("run: {custom_metadata: {note: '${UNSET:-x}'}}", {"custom_metadata": {"note": "x"}}),
        ("run: {custom_metadata: {max_tokens: 3}}", {"custom_metadata": {"max_tokens": 3}}),
        ("services: {session: 'sqlite:///${HOST}.db'}", {"session": "sqlite:///h.db"}),
    ],
)
def test_what_is_no_secret_is_shown(load_text: LoadText, written: str, expected: dict[str, Any]):
    data = shown(load_text(f"{APP}{written}\n", environ=ENVIRON))
    assert next(reversed(data.values())) == expected


@pytest.mark.parametrize(
    "key", ["token", "apiKey", "API-KEY", "db_password", "bearer", "secrets", "key"]
)
def test_keys_that_say_secret(key: str):
    assert says_secret(key)


@pytest.mark.parametrize(
    "key",
    ["output_key", "token_threshold", "credential", "key_points", "./auth.py:Token", "author"],
)
def test_keys_that_do_not(key: str):
    assert not says_secret(key)


@pytest.mark.parametrize(
    ("name", "secret"),
    [("OPENAI_API_KEY", True), ("MAPS_KEY", True), ("SECRET_A", True), ("MODEL", False)],
)
def test_variables_that_say_secret(name: str, secret: bool):
    assert variable_says_secret(name) is secret


def test_the_contract_lists_what_the_file_needs(load_text: LoadText):
    loaded = load_text(
        f"{APP}env: {{required: [NEEDED]}}\nserver:\n  port: ${{PORT:-80${{DIGITS-}}}}\n"
        "  auth: {bearer: '${ENTRY:-hunter2}'}\nrun:\n  max_llm_calls: ${PORT}\n",
        environ={"PORT": "1", "NEEDED": "x"},
    )
    found = {
        item.name: (item.required, item.default, item.secret, len(item.used_at))
        for item in contract(loaded)
    }
    assert found == {
        "DIGITS": (False, "", False, 1),
        "ENTRY": (False, "<hidden>", True, 1),
        "NEEDED": (True, None, False, 1),
        "PORT": (True, "80${DIGITS-}", False, 2),
    }


@pytest.mark.parametrize("format_", [None, "yaml", "json"])
def test_no_variables_are_no_trouble(format_: Any):
    assert present_variables([], format_).strip() in ("The file uses no variables.", "[]")


def secret_keys(node: Any, key: str = "") -> Iterator[str]:
    """Yields the keys whose values the schema calls secret."""
    if isinstance(node, dict):
        if node.get("writeOnly"):
            yield key
        for name, below in node.items():
            if name in ("properties", "$defs"):
                for inner, schema in below.items():
                    yield from secret_keys(schema, inner)
            else:
                yield from secret_keys(below, key)
    elif isinstance(node, list):
        for item in node:
            yield from secret_keys(item, key)


def test_every_key_that_the_schema_calls_secret_says_so_by_its_name():
    keys = set(secret_keys(json_schema()))
    assert "bearer" in keys
    assert {key for key in keys if not says_secret(key)} == set()
