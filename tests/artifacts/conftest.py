from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from google.cloud.storage import Client
from google.genai import types

from adkconf.artifacts import BaseArtifactService, FileArtifactService, InMemoryArtifactService
from adkconf.artifacts.gcs_objects import GcsObjects
from adkconf.artifacts.object_artifact_service import ObjectArtifactService
from adkconf.artifacts.object_store import ObjectStore
from adkconf.artifacts.s3_objects import S3Objects
from tests.bucket_servers import (
    gcs_bucket,
    gcs_client_options,
    gcs_options,
    gcs_url,
    new_gcs_bucket,
    new_s3_bucket,
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
    made: BaseArtifactService
    if request.param == "memory":
        made = InMemoryArtifactService()
    elif request.param == "file":
        made = FileArtifactService(tmp_path)
    else:
        made = ObjectArtifactService(request.getfixturevalue(f"{request.param}_objects")())
    yield made
    await made.close()


@pytest.fixture(scope="session")
def gcs_objects(gcs_url: str) -> Callable[[], ObjectStore]:
    """Makes empty places in one bucket; a client for each would take most of the tests' time."""
    bucket, client = new_gcs_bucket(gcs_url), Client(**gcs_client_options(gcs_url))
    return lambda: GcsObjects(client, bucket, uuid4().hex)


@pytest.fixture(scope="session")
def s3_objects(s3_url: str) -> Callable[[], ObjectStore]:
    bucket = new_s3_bucket(s3_url)
    client = boto3.client(
        "s3",
        endpoint_url=s3_url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    return lambda: S3Objects(client, bucket, uuid4().hex)
