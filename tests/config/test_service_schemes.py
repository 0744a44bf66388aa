"""Services by schemes that are not built in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adkconf.builder.store_access import opened_services
from adkconf.config.catalog import extensions
from adkconf.config.loading import load
from adkconf.errors import BuildError

APP = """\
name: app
root_agent: {model: echo, instruction: x}
services:
  session: {uri: "mine://place", size: 3}
"""
DECLARED = """\
services:
  - scheme: mine
    type: session
    class: own.Mine
"""
OWN = """
from adkconf.sessions import InMemorySessionService


class Mine(InMemorySessionService):
    def __init__(self, uri: str, size: int = 1):
        super().__init__()
        self.told = (uri, size)
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(app: str = APP, declared: str | None = DECLARED, own: str = OWN) -> Path:
        (tmp_path / "app.yaml").write_text(app)
        (tmp_path / "own.py").write_text(own)
        if declared is not None:
            (tmp_path / "services.yaml").write_text(declared)
        return tmp_path / "app.yaml"

    return write


def told(path: Path) -> list[str]:
    found = load(path, environ={}).diagnostics
    return [f"{Path(d.file).name}:{d.line}:{d.column} {d.code} {d.message}" for d in found]


def test_declared_class_gets_the_uri_and_the_options(write: Write):
    loaded = load(write(), environ={})
    assert not loaded.diagnostics
    service = loaded.spec.services.session
    assert (service.kind, service.ref.attribute) == ("python", "Mine")
    assert dict(service.args) == {"uri": "mine://place", "size": 3}
    assert loaded.root / "services.yaml" in loaded.files


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"app": APP.replace("size", "sise")}, "app.yaml:4:34 E505 'Mine': there is no parameter"),
        (
            {"declared": DECLARED.replace("Mine", "Mini")},
            "services.yaml:4:12 E503 ",
        ),
        (
            {"declared": DECLARED.replace("type: s", "typ: s")},
            "services.yaml:2:5 E202 a service has",
        ),
        (
            {"declared": DECLARED.replace("session", "cache")},
            "services.yaml:3:11 E204 'cache' is no",
        ),
        ({"declared": "services: {}"}, "services.yaml:1:11 E203 expected a list"),
        ({"declared": "services: ["}, "services.yaml:1:"),
        ({"declared": None}, "app.yaml:4:18 E501 no session service has the scheme 'mine'"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(write: Write, change: dict[str, Any], problem: str):
    assert any(line.startswith(problem) for line in told(write(**change))), told(write(**change))


def test_file_is_not_read_for_built_in_services(write: Write):
    app = APP.replace("mine://place", "sqlite:///s.db").replace(", size: 3", "")
    assert told(write(app, "this: is no list of services")) == []


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory of installed packages."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    extensions.extensions.cache_clear()
    yield site
    extensions.extensions.cache_clear()
    sys.modules.pop("theirs", None)


async def test_installed_package_brings_a_scheme(write: Write, site: Path):
    info = site / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[adkconf.session_services]\nmine = theirs:Mine\n")
    (site / "theirs.py").write_text(OWN)
    async with opened_services(load(write(declared=None)), "session") as services:
        assert services.get("session").told == ("mine://place", 3)


async def test_service_that_cannot_be_made_is_an_error_at_its_line(write: Write):
    broken = OWN.replace("super().__init__()", "raise OSError('no such place')")
    path = write(own=broken)
    with pytest.raises(BuildError) as caught:
        async with opened_services(load(path), "session"):
            pass
    (found,) = caught.value.diagnostics
    assert (found.file, found.line) == (str(path), 4)
    assert "no such place" in found.message
