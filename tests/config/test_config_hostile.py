"""Input that no person writes: always a diagnostic, never a traceback, never a long wait."""

from __future__ import annotations

import os
import time

import pytest

from adkconf.config import load

APP = "name: a\nroot_agent: {model: echo}\n"


def aliases(levels: int, width: int = 9) -> str:
    lines = ["x-a0: &a0 [x]"]
    lines += [
        f"x-a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]"
        for level in range(1, levels)
    ]
    return "\n".join(lines) + "\n" + APP


def merges(levels: int) -> str:
    lines = ["x-m0: &m0 {a: 1}"]
    lines += [
        f"x-m{level}: &m{level} {{<<: [{', '.join([f'*m{level - 1}'] * 10)}], b: 1}}"
        for level in range(1, levels)
    ]
    return "\n".join(lines) + "\n" + APP


HOSTILE = {
    "many [": "[" * 80_000,
    "many {": "{" * 80_000,
    "many [ in a value": "a: " + "[" * 40_000,
    "many dashes": "- " * 40_000,
    "many question marks": "? " * 40_000,
    "many anchors": "&a " * 10_000,
    "many exclamation marks": "!" * 10_000,
    "many quotes": '"' * 50_001,
    "many backslashes": 'a: "' + "\\" * 50_001,
    "many colons": ":" * 50_000,
    "many spaces": " " * 500_000 + "[",
    "many tabs": "\t" * 100_000,
    "many line breaks": "\n" * 500_000,
    "many comments": "# x\n" * 200_000,
    "many pipes": "|\n" * 1000,
    "many documents": "---\n" * 10_000,
    "deep indentation": "".join(" " * depth + "a:\n" for depth in range(1000)),
    "too many values": APP + "x-a: [" + "1," * 120_000 + "]",
    "too large": "# " + "x" * 1_100_000,
    "many unknown keys": APP + "".join(f"k{number}: 1\n" for number in range(20_000)),
    "many wrong tools": "name: a\nroot_agent:\n  model: echo\n  tools:\n" + "    - 5\n" * 20_000,
    "many duplicate keys": APP + "name: b\n" * 20_000,
    "billion laughs": aliases(10),
    "alias into itself": "a: &a [*a]\n" + APP,
    "alias of a parent": "a: &a {b: {c: *a}}\n" + APP,
    "undefined alias": "name: *nobody\n",
    "merge bomb": merges(8),
    "merge of itself": "a: &a {<<: *a}\n",
    "merge of a text": "a: {<<: text}\n" + APP,
    "python tag": "name: !!python/object/apply:os.system [id]\n",
    "python name tag": "name: !!python/name:os.system\n",
    "binary tag": "name: !!binary aGk=\n",
    "own tag": "name: !secret x\n",
    "tag directive": "%TAG ! tag:x,2000:\n---\nname: !a b\n",
    "unknown directive": "%FOO bar\n---\n- x\n",
    "future version": "%YAML 9.9\n---\nname: a\n",
    "two documents": "name: a\n---\nname: b\n",
    "list as key": "? [a, b]\n: c\n",
    "mapping as key": "{a: b}: c\n",
    "not a number": APP + "cache: {ttl_seconds: .nan}",
    "infinity": APP + "server: {drain_seconds: .inf}",
    "huge exponent": APP + "server: {drain_seconds: 1e999999999}",
    "huge integer": APP + "server: {port: " + "9" * 100_000 + "}",
    "huge hexadecimal": APP + "server: {port: 0x" + "f" * 100_000 + "}",
    "null byte": "name: a\0b\n",
    "null byte by escape": 'name: "a\\0b"\n',
    "escape character": "name: \x1b[31mred\n",
    "C1 control": "name: \x9b31m\n",
    "direction override": "name: \u202eabc\n",
    "direction isolate": "name: \u2066abc\n",
    "direction override by escape": 'name: "\\u202e"\n',
    "line separator": "name: a\u2028b\n",
    "next line": "name: a\x85b\n",
    "lone surrogate": 'name: "\\ud800"\n',
    "noncharacter": "name: \uffff\n",
    "byte order mark inside": "na\ufeffme: a\n",
    "latin-1": "name: café\n".encode("latin-1"),
    "UTF-16": "name: a\n".encode("utf-16"),
    "UTF-32": "name: a\n".encode("utf-32"),
    "overlong UTF-8": b"name: \xc0\xaf\n",
    "binary": bytes(range(256)) * 100,
    "ELF": b"\x7fELF\x02\x01\x01" + b"\0" * 100,
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "cut in a character": "name: é".encode()[:-1],
    "open quote": 'name: "a\n',
    "open bracket": "name: [a\n",
    "number as root": "5",
    "text as root": "hello",
    "null as root": "~",
    "list as root": "- a\n- b\n",
    "empty": "",
    "only spaces": "   \n  \n",
    "open interpolation": "name: ${\n",
    "nested interpolation": "name: '" + "${A:-" * 5_000 + "}" * 5_000 + "'\n",
    "many interpolations": f"name: a\nroot_agent: {{instruction: '{'${file:big.txt}' * 1000}'}}\n",
    "interpolation of a directory": "name: ${file:.}\n",
    "interpolation of a device": "name: ${file:/dev/zero}\n",
    "interpolation with a null byte": 'name: "${file:a\\0b}"\n',
    "includes itself": "name: a\nroot_agent: app.yaml\n",
    "includes by the thousand": "name: a\nroot_agent:\n  model: echo\n  sub_agents:\n"
    + "    - wide.yaml\n" * 100,
    "include of a directory": "name: a\nroot_agent: {config_path: .}\n",
    "include of a pipe": "name: a\nroot_agent: pipe.yaml\n",
    "include with a null byte": 'name: a\nroot_agent: {config_path: "x\\0.yaml"}\n',
    "include of a long name": f"name: a\nroot_agent: {'x' * 5000}.yaml\n",
    "extends itself": "extends: app.yaml\n" + APP,
    "extends a list in itself": "extends: [[app.yaml]]\n" + APP,
    "reference to a long name": f"name: a\nroot_agent: {'x' * 5000}:y\n",
    "reference to a package": "name: a\nroot_agent: os.path.join\n",
    "reference to a deep python file": "name: a\nroot_agent: ./deep.py:x\n",
    "reference to a pipe": "name: a\nroot_agent: ./pipe.py:x\n",
    "backtracking": f"name: a\nroot_agent: {'a.' * 20_000}!\n",
}


@pytest.fixture
def directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "big.txt").write_text("x" * 1_000_000)
    (tmp_path / "wide.yaml").write_text("name: w\nsub_agents: [" + "wide2.yaml, " * 100 + "]\n")
    (tmp_path / "wide2.yaml").write_text("name: w\nmodel: echo\n")
    (tmp_path / "deep.py").write_text("x = " + "(" * 5_000)
    for pipe in ("pipe.yaml", "pipe.py"):
        os.mkfifo(tmp_path / pipe)
    load("missing.yaml")  # What is made once per process does not count.
    return tmp_path


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_quickly_with_a_place(name, directory):
    text = HOSTILE[name]
    file = directory / "app.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    start = time.process_time()
    loaded = load(file, environ={})
    seconds = time.process_time() - start
    assert loaded.spec is None
    assert loaded.diagnostics
    assert all(found.line >= 1 and found.column >= 1 for found in loaded.diagnostics)
    assert seconds < 1


@pytest.mark.parametrize("text", ["\ufeff" + APP, APP.replace("\n", "\r\n"), APP.rstrip()])
def test_harmless_oddities_are_accepted(text, tmp_path):
    file = tmp_path / "app.yaml"
    file.write_bytes(text.encode())
    assert load(file, environ={}).diagnostics == ()


@pytest.mark.parametrize("path", [".", "missing.yaml", "a\0b", "x" * 5000, ""])
def test_path_that_is_no_file_is_one_diagnostic(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (found,) = load(path).diagnostics
    assert found.code == "E101"
