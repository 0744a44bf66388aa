from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
PACKAGE = "yaml-language-server@1"


@pytest.fixture(scope="session")
def program() -> Path:
    if shutil.which("npm") is None:
        pytest.skip("NOT CHECKED: the schema in editors, because npm is not installed")
    folder = ROOT / "build" / "yaml-language-server"
    if not folder.exists():
        # Installed aside and renamed, since several processes may run these tests at once.
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as aside:
            subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=aside, check=True)
            with contextlib.suppress(OSError):  # another one was faster
                Path(aside).rename(folder)
    return (folder / "node_modules/.bin/yaml-language-server").resolve()


@pytest.fixture(scope="session")
def server(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    server = LanguageServer(program, tmp_path_factory.mktemp("editor"))
    yield server
    server.close()
