from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adkconf.config.loaded import Loaded
from adkconf.config.loading import load

Load = Callable[..., Loaded]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Writes an app and loads it; it is sound."""

    def load_text(text: str, *, name: str = "app.yaml", **options: object) -> Loaded:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        loaded = load(path, **{"environ": {}, **options})  # type: ignore[arg-type]
        assert loaded.ok, loaded.diagnostics
        return loaded

    return load_text
