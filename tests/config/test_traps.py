"""What people write in YAML by mistake, and the hint that names the trap."""

from __future__ import annotations

import pytest

from adkconf.config import load

TOP = "name: a\nroot_agent:\n  model: echo\n"


@pytest.mark.parametrize(
    ("written", "place", "hint"),
    [
        ("server: {port: ${PORT}}", (4, 17), 'put an interpolation in quotes: "${NAME}"'),
        ("server: {allow_hosts: [a, ${HOST}]}", (4, 28), "put an interpolation in quotes"),
        ("  instruction: Answer: yes", (4, 22), "put the value in quotes, or write it below"),
        ("run: {service_tier: this: that}", (4, 25), "put a value with ': ' in quotes"),
        ("  instruction: “Answer: yes”", (4, 23), "“…” are no quotes to YAML"),
        ("\tinstruction: Hello", (4, 1), "indent with spaces"),
        ("  instruction: Hello\n \tdescription: Hi", (5, 2), "indent with spaces"),
        ("  instruction: #general", (4, 15), "a '#' behind a space starts a comment"),
        ("run: {service_tier: in #general}\nserver: {}", (5, 1), "'#' behind a space starts"),
        ("  instruction: 'don't'", (4, 21), "a text ends at the next quote of its kind"),
        ('  instruction: "a" or "b"', (4, 20), "a text ends at the next quote of its kind"),
        ("server:\n  port:80\n  host: h", (6, 7), "write a space behind its ':'"),
        ("  instruction:Hello\n  description: Hi", (5, 3), "write a space behind its ':'"),
        ("server: {allow_origins: [*]}", (4, 27), "put the value in quotes if '*'"),
        ("  instruction: {user} says", (4, 23), "a value that starts with '{' or '['"),
        ("  instruction: @user", (4, 16), "put the value in quotes"),
        ("  tools: - exit_loop", (4, 10), "write its items on lines of their own"),
        ('  instruction: "\\w"', (4, 17), r"write '\\' for a backslash"),
        ("resumability: yes", (4, 15), "write true"),
        ("  instruction: ${X # y}", (4, 16), "a '#' behind a space starts a comment"),
    ],
)
def test_hint_names_the_trap(tmp_path, written, place, hint):
    file = tmp_path / "app.yaml"
    file.write_text(f"{TOP}{written}\n")
    found = load(file, environ={}).diagnostics[0]
    assert ((found.line, found.column), found.severity) == (place, "error")
    assert hint in found.hint
