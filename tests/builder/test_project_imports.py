from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from adkconf.builder.imports import ProjectModules

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


@pytest.fixture
def modules(tmp_path: Path) -> Iterator[ProjectModules]:
    modules = ProjectModules([tmp_path])
    modules.activate()
    yield modules
    modules.withdraw()


def following(modules: ProjectModules) -> ProjectModules:
    successor = ProjectModules(modules.directories)
    successor.activate()
    return successor


def test_a_file_is_the_module_that_its_neighbours_import(write: Write, modules: ProjectModules):
    path = write("tools.py", "STATE = []")
    write("more.py", "from tools import STATE")
    assert modules.import_file(path).STATE is import_module("more").STATE


def test_a_name_that_is_no_identifier_can_be_imported_by_path(
    write: Write, modules: ProjectModules
):
    assert modules.import_file(write("my-tools.py", "X = 1")).X == 1


@pytest.mark.parametrize("name", ["json.py", "yaml.py", "pytest.py"])
def test_a_file_never_takes_the_name_of_an_installed_module(
    name: str, write: Write, modules: ProjectModules
):
    installed = __import__(name[:-3])
    module = modules.import_file(write(name, "MINE = True"))
    assert module.MINE
    assert sys.modules[name[:-3]] is installed


def test_an_edit_of_a_helper_is_seen_and_the_old_functions_stay(
    write: Write, modules: ProjectModules
):
    write("helpers.py", "def word(): return 'old'")
    path = write("tools.py", "from helpers import word\ndef say(): return word()")
    old = modules.import_file(path)
    write("helpers.py", "def word(): return 'new'")
    successor = following(modules)
    assert successor.import_file(path).say() == "new"
    assert old.say() == "old"
    successor.withdraw()


def test_quick_edits_of_the_same_size_are_all_seen(write: Write, modules: ProjectModules):
    current = modules
    for number in range(9):
        path = write("tools.py", f"X = {number}")
        assert number == current.import_file(path).X
        current.settle()
        current = following(current)
    current.withdraw()


def test_every_file_that_was_read_is_known_also_when_it_is_broken(
    write: Write, modules: ProjectModules
):
    path = write("tools.py", "import pkg.part\nraise RuntimeError('no')")
    helpers = [write("pkg/__init__.py", ""), write("pkg/part.py", "")]
    with pytest.raises(RuntimeError):
        modules.import_file(path)
    assert modules.files == {path, *helpers}


def test_a_failed_build_leaves_the_modules_of_the_one_before(write: Write, modules: ProjectModules):
    path = write("tools.py", "def late():\n    import helpers\n    return helpers.X")
    write("helpers.py", "X = 1")
    tools = modules.import_file(path)
    assert tools.late() == 1
    helpers = sys.modules["helpers"]
    write("helpers.py", "X = 2")
    successor = following(modules)
    assert import_module("helpers").X == 2
    successor.withdraw()
    assert sys.modules["helpers"] is helpers
    assert tools.late() == 1


def test_a_package_may_use_relative_imports(write: Write, modules: ProjectModules):
    write("__init__.py", "")
    write("words.py", "WORD = 'hi'")
    assert modules.import_file(write("agent.py", "from .words import WORD")).WORD == "hi"


def test_a_folder_is_found_by_its_own_name(write: Write, modules: ProjectModules):
    write("tools.py", "X = 1")
    assert import_module(f"{modules.directories[0].name}.tools").X == 1


def test_a_folder_without_init_is_a_package(write: Write, modules: ProjectModules):
    write("parts/one.py", "from parts.two import X")
    two = write("parts/two.py", "X = 1")
    assert import_module("parts.one").X == 1
    assert two in modules.files


def test_the_bytecode_cache_stays_out_of_the_project(write: Write, modules: ProjectModules):
    modules.import_file(write("tools.py", ""))
    assert not (modules.directories[0] / "__pycache__").exists()


def test_withdrawing_leaves_no_trace(write: Write, tmp_path: Path):
    before = dict(sys.modules), list(sys.meta_path)
    modules = ProjectModules([tmp_path])
    modules.activate()
    modules.import_file(write("tools.py", ""))
    modules.import_file(write("my-tools.py", ""))
    modules.withdraw()
    assert (dict(sys.modules), list(sys.meta_path)) == before
