from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from adkconf import config
from adkconf.errors import AppNotFoundError, ConfigError
from adkconf.launch import FileLoader, Fleet

APP = "name: {name}\nroot_agent: {{model: echo}}\n"


def file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(APP.format(name=name))
    return path


def fleet(*paths: Path) -> Fleet:
    return Fleet([(path.name, FileLoader(partial(config.load, path))) for path in paths])


async def test_apps_are_found_by_their_names(tmp_path: Path) -> None:
    both = fleet(file(tmp_path, "one"), file(tmp_path, "two"))
    await both.start()
    assert both.names == ["one", "two"]
    assert both.find("two").current.built.runner.app_name == "two"
    with pytest.raises(AppNotFoundError, match="this server serves 'one', 'two'"):
        both.find("three")
    with pytest.raises(AppNotFoundError, match="name an app; this server serves 'one', 'two'"):
        both.find(None)
    await both.close()


async def test_a_broken_app_leaves_the_others_alone_and_comes_up_once_mended(
    tmp_path: Path,
) -> None:
    broken = file(tmp_path, "two")
    broken.write_text("name: two\nroot_agnt: {}\n")
    both = fleet(file(tmp_path, "one"), broken)
    await both.start()
    assert both.names == ["one"]
    rejection = both.members[1].live.status().rejection
    assert rejection is not None
    assert "root_agnt" in rejection.diagnostics[0].message
    file(tmp_path, "two")
    await both.reload()
    assert both.names == ["one", "two"]
    assert both.members[0].live.status().generation == 1
    await both.close()


async def test_two_apps_cannot_have_one_name(tmp_path: Path) -> None:
    other = file(tmp_path, "two")
    other.write_text(APP.format(name="one"))
    both = fleet(file(tmp_path, "one"), other)
    await both.start()
    rejection = both.members[1].live.status().rejection
    assert rejection is not None
    assert "one.yaml is named 'one' already" in rejection.message
    await both.close()


async def test_the_first_app_must_start(tmp_path: Path) -> None:
    path = tmp_path / "app.yaml"
    path.write_text("name: 3\n")
    with pytest.raises(ConfigError):
        await fleet(path).start()
