from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.artifacts import (
    BaseArtifactService,
    FileArtifactService,
    GcsArtifactService,
    InMemoryArtifactService,
    S3ArtifactService,
)
from tests.bucket_servers import (
    gcs_bucket,
    gcs_options,
    gcs_url,
    s3_bucket,
    s3_options,
    s3_url,
)

__all__ = ["gcs_bucket", "gcs_options", "gcs_url", "s3_bucket", "s3_options", "s3_url"]

IDS: dict[str, Any] = {"app_name": "app", "user_id": "u", "session_id": "s"}


def text(value: str) -> types.Part:
    return types.Part(text=value)


def octets(data: bytes, mime_type: str = "image/png", name: str | None = None) -> types.Part:
    return types.Part(inline_data=types.Blob(data=data, mime_type=mime_type, display_name=name))


async def pieces(*content: bytes) -> AsyncGenerator[bytes, None]:
    for piece in content:
        yield piece


@pytest.fixture(params=["memory", "file", "gcs", "s3"])
async def service(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[BaseArtifactService]:
    """Every store in turn, empty."""
    async with opened(request, tmp_path) as made:
        yield made


@pytest.fixture(params=["file", "gcs", "s3"])
async def stored(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[BaseArtifactService]:
    """Every store that outlives the process."""
    async with opened(request, tmp_path) as made:
        yield made


@asynccontextmanager
async def opened(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[BaseArtifactService]:
    kind = request.param
    made: BaseArtifactService
    if kind == "memory":
        made = InMemoryArtifactService()
    elif kind == "file":
        made = FileArtifactService(tmp_path)
    else:
        bucket = request.getfixturevalue(f"{kind}_bucket")
        options = request.getfixturevalue(f"{kind}_options")
        made = (GcsArtifactService if kind == "gcs" else S3ArtifactService)(bucket, **options)
    yield made
    await made.close()
