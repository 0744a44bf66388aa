"""What ejected code needs of the place where it runs: variables, files, its own directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adkconf.exchange.python_module import PythonModule
from adkconf.exchange.python_text import text_literal

MODULE = ".environment"

_HERE = "HERE = Path(__file__).parent"
_REQUIRED = '''\
def required(name: str, reason: str = "") -> str:
    """Returns a variable of the environment that must not be empty."""
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set" + (reason and f": {reason}"))
    return value'''
_READ_TEXT = '''\
def read_text(name: str) -> str:
    """Returns a text file without its last line break; the name starts at this directory."""
    text = (HERE / name).read_text(encoding="utf-8")
    return text.removesuffix("\\n").removesuffix("\\r")'''


class Surroundings:
    """Notes what the modules of an ejected app ask for, and writes the one that has it."""

    def __init__(
        self,
        env_files: Sequence[tuple[str, bool]],
        variables: Sequence[str],
        *,
        import_path: bool,
    ) -> None:
        self._env_files = env_files
        self._variables = variables
        self._import_path = import_path
        self._used: set[str] = set()
        self.carried: set[Path] = set()
        """Files of the project that the code reads or starts, from its directory on."""

    def name(self, module: PythonModule, name: str) -> str:
        """Imports `HERE`, `read_text` or `required` into a module."""
        self._used.add(name)
        return module.member(MODULE, name).text

    @property
    def needed(self) -> bool:
        """Tells whether there must be such a module."""
        return bool(self._used or self._env_files or self._variables or self._import_path)

    def text(self) -> str:
        """Returns the module."""
        module = PythonModule("Where the app runs: its directory and its variables.")
        if self._env_files or self._import_path or self._used & {"HERE", "read_text"}:
            module.member("pathlib", "Path")
            module.add(_HERE)
        if self._import_path:
            module.module("sys")
            module.add("# The project's modules import each other by their bare names.")
            module.add("sys.path.insert(0, str(HERE))")
        # The real environment wins, and later files over earlier.
        for file, necessary in reversed(self._env_files):
            load = module.member("dotenv", "load_dotenv").text
            path = f"HERE / {text_literal(file)}"
            if necessary:
                missing = text_literal(f"there is no file {file} in the app's directory")
                module.add(f"if not ({path}).is_file():\n    raise SystemExit({missing})")
            module.add(f"{load}({path}, interpolate=False)")
        if "required" in self._used or self._variables:
            module.module("os")
            module.add(_REQUIRED)
        if "read_text" in self._used:
            module.add(_READ_TEXT)
        module.add(*(f"required({text_literal(name)})" for name in self._variables))
        return module.text()
