"""`python -m adkconf.config.schema FILE` writes the published schema."""

from __future__ import annotations

import sys
from pathlib import Path

from adkconf.config.schema.generate import schema_text

Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
