"""Artifacts in Google Cloud Storage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from adkconf.artifacts.artifact_key import ArtifactKey
from adkconf.artifacts.gcs_objects import GcsObjects
from adkconf.artifacts.object_artifact_service import ObjectArtifactService
from adkconf.artifacts.object_content import address_in

_AN_HOUR = timedelta(hours=1)


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
        self._gcs = GcsObjects.connect(bucket_name, prefix, service_account_info, kwargs)
        super().__init__(self._gcs, max_bytes=max_bytes)

    async def get_authenticated_url(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> str | None:
        """Returns where a browser finds a version, if its user may read the bucket.

        None when there is no such version, or it has no content of its own.
        """
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        name = await self._object_of(key, version)
        return None if name is None else self._gcs.browser_url(name)

    async def get_signed_url(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
        expiration: datetime | timedelta | int = _AN_HOUR,
        method: str = "GET",
        signing_version: Literal["v2", "v4"] | None = None,
        **kwargs: Any,
    ) -> str | None:
        """Returns where anybody finds a version, for a while.

        `expiration` is a time, how long, or a time in Unix seconds. `kwargs` go to
        `Blob.generate_signed_url`. None when there is no such version, or it has no content of
        its own.

        Raises:
            ServiceError: the service's credentials cannot sign.
        """
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        name = await self._object_of(key, version)
        if name is None:
            return None
        options = {"expiration": expiration, "method": method, **kwargs}
        if signing_version is not None:
            options["version"] = signing_version
        return await self._run(self._gcs.signed_url, name, options)

    async def _object_of(self, key: ArtifactKey, version: int | None) -> str | None:
        found = await self._find(key, version)
        return None if found is None or address_in(found.stored.head) else found.name
