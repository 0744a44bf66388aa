"""Writes the pages that are made from the code.

    python docs/generate.py            writes them
    python docs/generate.py --check    fails when one is stale

`docs/language.md`, with the examples of `docs/examples.yaml`, `docs/errors.md` and
`docs/images/graph.svg` as a whole; in CONTRIBUTING.md the table of modules.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from adkconf.config.codes.code import Code
from adkconf.config.codes.table import CODES
from adkconf.config.loading import load
from adkconf.config.schema.generate import json_schema
from adkconf.inspection.graph_svg import graph_svg

ROOT = Path(__file__).parent.parent
_NO_ARGUMENTS = "NoArguments"
_INTRODUCTION = """# The language

Every key of `app.yaml`, from the schema that checks it.

Any value may hold what is filled in when the file is read:

| written | becomes |
|---|---|
| `${{NAME}}` | the variable; an error if it is not set |
| `${{NAME:-default}}` | the default if it is not set, or empty |
| `${{NAME:?message}}` | an error with the message if it is not set, or empty |
| `${{NAME:+other}}` | the other text if it is set, else nothing |
| `${{file:prompt.md}}` | the text of a file, relative to the file that names it |
| `$$` | a dollar |

Without the colon, a variable that is empty counts as set.

A component (plugin, tool, model, service) is written as `name`, `name: value` or
`name: {{arguments}}`. The name is a built-in, an installed extension,
`./file.py:Object`, `package.module:Object` or `package.module.Object`.

{contents}
"""
BEGIN, END = "<!-- modules: made by docs/generate.py -->", "<!-- end of modules -->"


def main() -> int:
    """Writes the pages, or tells which are stale."""
    stale = [path for path, text in pages().items() if _read(path) != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale; run: python docs/generate.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(pages()[path])
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def pages() -> dict[Path, str]:
    """Maps each page to the text it should have."""
    contributing = ROOT / "CONTRIBUTING.md"
    return {
        contributing: _with_modules(_read(contributing)),
        ROOT / "docs/errors.md": error_list(),
        ROOT / "docs/images/graph.svg": graph_picture(),
        ROOT / "docs/language.md": language_reference(),
    }


def error_list() -> str:
    """Returns the page of all codes."""
    lines = [
        "# Errors",
        "",
        "Every diagnostic of `adkconf validate` has a stable code. The first digit tells the kind:",
        "1 reading, 2 shape, 3 values from outside, 4 layers and included files, 5 components and",
        "Python, 6 names, 7 what only building shows, 9 what conversation tests find.",
        "",
        "Codes that begin with W are warnings about apps that have no errors. They do not keep an",
        "app from being served; `adkconf validate --strict` takes them for errors. A comment",
        "silences them, `# adkconf: ignore W809, W811`: behind a value for its line, on a line of",
        "its own for the next one. A comment that silences nothing is a warning itself.",
        "",
        "*Shape* is what the JSON schema says too, so that editors show it; for a file with each",
        "of its profiles merged over it. *Meaning* is what only `adkconf validate` knows.",
    ]
    for code in CODES.values():
        lines += ["", f"## {code.id}: {code.title}", "", code.cause, "", "```text"]
        lines += [*code.example.splitlines(), "```", "", f"**Fix.** {code.fix}"]
        lines += ["", _known_to_editors(code)]
    return "\n".join(lines) + "\n"


def _known_to_editors(code: Code) -> str:
    if not code.is_shape:
        return "*Meaning.*"
    return f"*Shape*, except {code.beyond}." if code.beyond else "*Shape.*"


def graph_picture() -> str:
    """Returns the picture of the example that has most to show."""
    spec = load(ROOT / "examples/helpdesk/app.yaml", environ={}).spec
    if spec is None:
        raise SystemExit("examples/helpdesk/app.yaml is wrong; run: adkconf validate on it")
    return graph_svg(spec)


def language_reference() -> str:
    """Returns the page of all keys, in the order of the alphabet below those of the app."""
    schema = json_schema()
    examples = language_examples()
    sections = {
        _heading(name): definition
        for name, definition in schema["$defs"].items()
        if not name.endswith("Patch") and name != _NO_ARGUMENTS
    }
    lines = [_INTRODUCTION.format(contents=_contents(schema, sections)), "## app.yaml", ""]
    lines += [*_keys(schema), *examples.get("app.yaml", ())]
    for heading, definition in sections.items():
        lines += ["", f"## {heading}", "", *_about(definition)]
        lines += _keys(definition) if definition.get("properties") else _forms(definition, sections)
        lines += examples.get(heading, [])
        if not lines[-1]:
            lines.pop()
    return "\n".join(lines) + "\n"


def _contents(schema: dict[str, Any], sections: dict[str, Any]) -> str:
    """Returns links to all sections: those that the app's keys lead to, arguments, the rest."""
    shown = " ".join(_type(value) for value in schema["properties"].values())
    groups: dict[str, list[str]] = {"Of the app": [], "Below those": [], "Arguments": []}
    for heading in sections:
        link = _link(heading)
        group = "Arguments" if heading.endswith(" arguments") else "Below those"
        groups["Of the app" if link in shown else group].append(link.replace(" arguments]", "]"))
    return "\n\n".join(f"**{group}:** {' · '.join(links)}" for group, links in groups.items())


def language_examples() -> dict[str, list[str]]:
    """Returns the lines of an example for each section, by its heading.

    The first section of several that an example is for has it, the others lead there.

    Raises:
        ValueError: a section has two.
    """
    found: dict[str, list[str]] = {}
    for example in yaml.safe_load(_read(ROOT / "docs/examples.yaml")):
        first, *others = example["of"]
        if twice := found.keys() & {first, *others}:
            raise ValueError(f"docs/examples.yaml has two examples of {', '.join(sorted(twice))}")
        found[first] = ["", "```yaml", *example["yaml"].splitlines(), "```"]
        found |= {other: ["", f"Example: see {_link(first)}."] for other in others}
    return found


def _heading(definition: str) -> str:
    """Turns the name of a definition into words: `LoopAgentSpec`, `GeminiArguments`.

    What a profile may change is written as what it changes.
    """
    return definition.removesuffix("Patch").removesuffix("Spec").replace("Arguments", " arguments")


def _link(heading: str) -> str:
    return f"[{heading}](#{heading.lower().replace(' ', '-')})"


def _about(definition: dict[str, Any]) -> list[str]:
    about = definition.get("description") or definition.get("items", {}).get("description")
    return [about, ""] if about else []


def _keys(definition: dict[str, Any]) -> list[str]:
    lines = ["| key | type | default | |", "|---|---|---|---|"]
    required = set(definition.get("required", ()))
    for key, value in definition["properties"].items():
        default = json.dumps(value["default"]) if "default" in value else ""
        shown = "required" if key in required else f"`{default}`" if default else ""
        about = value.get("description", "").replace("|", "\\|")
        lines.append(f"| `{key}` | {_type(value)} | {shown} | {about} |")
    return lines


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return "nothing" if name == _NO_ARGUMENTS else _link(_heading(name))
    if "enum" in value:
        return " \\| ".join(f"`{json.dumps(item)}`" for item in value["enum"])
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    for union in ("anyOf", "oneOf"):
        if union in value:
            kinds = dict.fromkeys(_type(item) for item in value[union])
            return " or ".join(kind for kind in kinds if kind != "null")
    kind = value.get("type", "any")
    if kind == "array":
        return f"list of {_type(value.get('items', {}))}"
    if kind == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"map of {_type(value['additionalProperties'])}"
    return "map" if kind == "object" else str(kind)


def _forms(definition: dict[str, Any], sections: dict[str, Any]) -> list[str]:
    """Returns the table of the ways in which a value may be written."""
    rows: dict[str, tuple[str, str]] = {}
    for branch in definition.get("anyOf", ()):
        for form, value, about in _form(branch, sections):
            known = rows.get(form, ("", ""))
            # Several services have the same keys.
            told = about if known[1] in about else f"{known[1]} {about}".strip()
            rows[form] = value or known[0], told
    if not rows:
        return []
    lines = [f"| {form} | {value} | {about} |" for form, (value, about) in rows.items()]
    return ["| form | value | |", "|---|---|---|", *lines]


def _form(branch: dict[str, Any], sections: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    named = sections.get(_heading(branch.get("$ref", "").rpartition("/")[2]), branch)
    about = named.get("description", "").replace("|", "\\|").replace("\n", " ")
    if branch.get("maxProperties") == 1:
        for name, value in branch["properties"].items():
            yield f"`{name}`", _type(value), value.get("description", "").replace("|", "\\|")
    elif "properties" in branch:
        keys = ", ".join(branch["properties"])
        yield f"`{{{keys}}}`", "", about
    elif "enum" in branch:
        yield from ((f"`{name}`", "", "") for name in branch["enum"])
    elif branch.get("type") != "null":
        yield _type(branch), "", about


def _with_modules(text: str) -> str:
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{module_table()}{END}{after}"


def module_table() -> str:
    """Returns a table per room: each module with the first line of its docstring."""
    lines: list[str] = []
    room = None
    for path in sorted((ROOT / "adkconf").rglob("*.py"), key=_room_first):
        place = path.relative_to(ROOT)
        if place.parent != room:
            room = place.parent
            lines += ["", f"**{room}/** {_summary(ROOT / room / '__init__.py')}", ""]
            lines += ["| module | owns |", "|---|---|"]
        if path.name != "__init__.py":
            lines.append(f"| `{path.name}` | {_summary(path)} |")
    return "\n".join(lines[1:]) + "\n"


def _room_first(path: Path) -> tuple[str, str]:
    return str(path.parent), path.name


def _summary(path: Path) -> str:
    if not path.exists():
        return ""
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    return docstring.split("\n\n")[0].replace("\n", " ")


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
