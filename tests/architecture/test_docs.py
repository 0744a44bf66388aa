"""The pages say what is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from adkconf.config.loading import load

ROOT = Path(__file__).parents[2]


def test_generated_pages_are_fresh() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def sections() -> dict[str, str]:
    """The sections of docs/language.md by their headings."""
    text = (ROOT / "docs/language.md").read_text()
    return {part.partition("\n")[0]: part for part in text.split("\n## ")[1:]}


EXAMPLES = yaml.safe_load((ROOT / "docs/examples.yaml").read_text())
# What the examples refer to.
PYTHON = {
    "agent.py": "from adkconf.agents import BaseAgent, LlmAgent\n\n"
    "root_agent = LlmAgent(name='clerk')\n\n\nclass Router(BaseAgent): ...\n",
    "nodes.py": "def sort(node_input: str): ...\n\n\ndef lookup(node_input: str): ...\n",
    "plugins.py": "class Redact:\n    def __init__(self, pattern: str): ...\n",
    "tools.py": "def search(text: str): ...\n\n\ndef mail(credential): ...\n\n\n"
    "def note(callback_context): ...\n",
    "other.yaml": "name: other\nroot_agent: {model: echo}\nprofiles: {production: {}}\n",
    "petstore.yaml": "openapi: 3.1.0\npaths: {}\n",
    "defaults.env": "CITY=Rome\n",
}


def test_every_section_of_the_language_has_an_example():
    headings = {heading for example in EXAMPLES for heading in example["of"]}
    assert sections().keys() == headings
    shown = {heading for heading, text in sections().items() if "```yaml" in text}
    assert shown == {example["of"][0] for example in EXAMPLES}


@pytest.mark.parametrize("page", ["language", "errors", "ci", "parity"])
def test_every_link_within_a_page_leads_to_a_heading(page):
    text = (ROOT / f"docs/{page}.md").read_text()
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["of"][0])
def test_every_example_of_the_language_is_valid(tmp_path: Path, example: dict[str, str]):
    for name, text in PYTHON.items():
        (tmp_path / name).write_text(text)
    app, text = {"name": "app", "root_agent": {"model": "echo"}}, example["yaml"]
    missing = {key: app[key] for key in app.keys() - yaml.safe_load(text).keys()}
    (tmp_path / "app.yaml").write_text(text + (yaml.safe_dump(missing) if missing else ""))
    environ = dict.fromkeys(re.findall(r"\$\{(\w+)", text), "x" * 40)
    keys = {"DATABASE_URL": "postgresql://db.example.com/app", "GOOGLE_API_KEY": "x"}
    loaded = load(tmp_path / "app.yaml", environ={**environ, **keys})
    assert [found for found in loaded.diagnostics if found.severity == "error"] == []


NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs/parity.md").read_text())


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_every_test_that_parity_names_is_there(file: str, test: str) -> None:
    written = (ROOT / file).read_text()
    assert re.search(rf"def {test}\(" if test else "def test_", written)
