from __future__ import annotations

import re
from pathlib import Path

import pytest

from adkconf.config.loading import load

PAGE = Path(__file__).parents[2] / "docs/serving.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_what_the_page_on_serving_shows_is_valid(tmp_path: Path, block: str) -> None:
    whole = block if block.startswith("name:") else f"name: a\nroot_agent: {{model: echo}}\n{block}"
    (tmp_path / "app.yaml").write_text(whole)
    loaded = load(tmp_path / "app.yaml", environ={"API_TOKEN": "0" * 64})
    assert not loaded.diagnostics
