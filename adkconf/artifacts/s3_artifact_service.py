"""Artifacts in S3, and in what speaks its protocol."""

from __future__ import annotations

from adkconf.artifacts.object_artifact_service import ObjectArtifactService
from adkconf.artifacts.s3_objects import S3Objects


class S3ArtifactService(ObjectArtifactService):
    """Keeps artifacts in a bucket, below `prefix`, laid out as `GcsArtifactService` does.

    `endpoint_url` is where something else than AWS is, MinIO for example. Region and credentials
    that are not given are found as AWS's libraries find them.

    The store must keep to `If-None-Match`, as AWS, MinIO, R2 and Ceph do: versions are safe from
    one another by it.

    Raises:
        MissingExtraError: the extra `s3` is not installed.
        InputValidationError: an option cannot be used.
    """

    def __init__(
        self,
        bucket_name: str,
        *,
        prefix: str = "",
        endpoint_url: str | None = None,
        region: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        session_token: str | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self.bucket_name = bucket_name
        options = {
            "endpoint_url": endpoint_url,
            "region_name": region,
            "aws_access_key_id": access_key_id,
            "aws_secret_access_key": secret_access_key,
            "aws_session_token": session_token,
        }
        store = S3Objects.connect(bucket_name, prefix, options)
        super().__init__(store, max_bytes=max_bytes)
