"""Writes the pages that are made from the code.

    python docs/generate.py            writes them
    python docs/generate.py --check    fails when one is stale

`docs/language.md` and `docs/errors.md` as a whole; in CONTRIBUTING.md the table of modules.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- modules: made by docs/generate.py -->", "<!-- end of modules -->"


def main() -> int:
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
    return {contributing: _with_modules(_read(contributing))}


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
