from __future__ import annotations

from tests.builder.conftest import Project, project

__all__ = ["Project", "project"]
