"""Artifacts in Google Cloud Storage."""

from __future__ import annotations

from typing import Any

from adkconf.artifacts.gcs_objects import GcsObjects
from adkconf.artifacts.object_artifact_service import ObjectArtifactService


class GcsArtifactService(ObjectArtifactService):
    """Keeps artifacts in a bucket that google-adk's service of this name can share.

    `prefix` is what the names of all objects start with; google-adk has none.
    `service_account_info` is the JSON key of a service account. `kwargs` go to
    `google.cloud.storage.Client`: project and credentials that are not given are found as
    Google's libraries find them.

    Raises:
        MissingExtraError: the extra `gcs` is not installed.
        ServiceUnavailableError: there are no credentials, or they cannot be used.
    """

    def __init__(
        self,
        bucket_name: str,
        *,
        prefix: str = "",
        service_account_info: str | None = None,
        max_bytes: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.bucket_name = bucket_name
        store = GcsObjects.connect(bucket_name, prefix, service_account_info, kwargs)
        super().__init__(store, max_bytes=max_bytes)
