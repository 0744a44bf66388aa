"""Sends a file through a store, both ways, in a process of its own; prints its peak in MiB.

python artifact_memory.py STORE PLACE URL MIB
"""

from __future__ import annotations

import asyncio
import hashlib
import resource
import sys
from collections.abc import AsyncIterator
from typing import Any

from adkconf.artifacts import (
    BaseArtifactService,
    FileArtifactService,
    GcsArtifactService,
    S3ArtifactService,
)

MIB = 1024 * 1024
IDS: dict[str, Any] = {"app_name": "a", "user_id": "u", "session_id": "s", "filename": "large"}


def service_of(store: str, place: str, url: str) -> BaseArtifactService:
    if store == "file":
        return FileArtifactService(place)
    if store == "gcs":
        from google.auth.credentials import AnonymousCredentials

        return GcsArtifactService(
            place,
            project="test",
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": url},
        )
    return S3ArtifactService(
        place, endpoint_url=url, region="us-east-1", access_key_id="a", secret_access_key="b"
    )


async def pieces(count: int) -> AsyncIterator[bytes]:
    for number in range(count):
        yield number.to_bytes(4, "big") * (MIB // 4)


async def main(store: str, place: str, url: str, mib: int) -> None:
    service = service_of(store, place, url)
    # A small one first: what the clients load stays, and is not the artifact's.
    await service.save_artifact_stream(**{**IDS, "filename": "small"}, content=pieces(1))
    before = peak()
    await service.save_artifact_stream(**IDS, content=pieces(mib))
    content = await service.open_artifact(**IDS)
    assert content is not None
    read, written = hashlib.sha256(), hashlib.sha256()
    async for piece in content.pieces():
        read.update(piece)
    async for piece in pieces(mib):
        written.update(piece)
    assert (content.size, read.digest()) == (mib * MIB, written.digest())
    await service.close()
    print(peak() - before)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4], int(sys.argv[4])))
