"""Buckets of Google Cloud Storage; only this module imports its client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from adkconf.artifacts.object_store import ObjectHead, StoredObject
from adkconf.errors import (
    AlreadyExistsError,
    MissingExtraError,
    NotFoundError,
    ServiceError,
    ServiceUnavailableError,
)

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Client  # type: ignore[import-untyped]

# Uploads hold this much in memory; the client's own default is 100 MiB.
_UPLOAD_CHUNK = 8 * 1024 * 1024
_RETRY_SECONDS = 30.0
_NO_KEY = "service_account_info is not the JSON key of a service account"


class GcsObjects:
    """The objects of a bucket whose names start with `prefix`."""

    def __init__(self, client: Client, bucket_name: str, prefix: str) -> None:
        from google.cloud.storage.retry import DEFAULT_RETRY  # type: ignore[import-untyped]

        self._client = client
        self._bucket = client.bucket(bucket_name)
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._place = f"bucket gs://{bucket_name}"
        self._retry = DEFAULT_RETRY.with_timeout(_RETRY_SECONDS)

    @classmethod
    def connect(
        cls, bucket_name: str, prefix: str, account_key: str | None, options: dict[str, Any]
    ) -> GcsObjects:
        """Makes a client; nothing is sent yet.

        Raises:
            MissingExtraError: the client is not installed.
            ServiceUnavailableError: there are no credentials, or they cannot be used.
        """
        place = f"bucket gs://{bucket_name}"
        try:
            from google.auth.exceptions import GoogleAuthError
            from google.cloud.storage import Client
        except ModuleNotFoundError as error:
            raise MissingExtraError(place, extra="gcs", package="google-cloud-storage") from error
        try:
            if account_key is None:
                client = Client(**options)
            else:
                client = Client.from_service_account_info(_key(account_key), **options)
        except (GoogleAuthError, OSError, ValueError, TypeError, KeyError) as error:
            # With a key, the error's text may quote it.
            reason = _first_line(error) if account_key is None else _NO_KEY
            raise ServiceUnavailableError(f"{place} cannot be used: {reason}") from error
        return cls(client, bucket_name, prefix)

    def uri(self, name: str) -> str:
        """Returns `gs://bucket/…`."""
        return f"gs://{self._bucket.name}/{self._prefix}{name}"

    def browser_url(self, name: str) -> str:
        """Returns the address of an object in a signed-in browser."""
        path = quote(f"{self._prefix}{name}", safe="/")
        return f"https://storage.cloud.google.com/{self._bucket.name}/{path}"

    def signed_url(self, name: str, options: dict[str, Any]) -> str:
        """Signs the address of an object.

        Raises:
            ServiceError: the credentials cannot.
        """
        with self._errors():
            try:
                url: str = self._blob(name).generate_signed_url(**options)
            except AttributeError as error:
                raise ServiceError(
                    f"{self._place}: the credentials have no private key to sign addresses with; "
                    f"use the key of a service account"
                ) from error
        return url

    def check(self) -> None:
        """Asks for one object; there need not be any."""
        with self._errors():
            next(iter(self._listed("", max_results=1)), None)

    def create(self, name: str, head: ObjectHead, content: BinaryIO) -> None:
        """Uploads on the condition that there is no object of that name."""
        from google.api_core.exceptions import PreconditionFailed

        blob = self._blob(name)
        blob.chunk_size = _UPLOAD_CHUNK
        blob.metadata = dict(head.metadata)
        size = content.seek(0, SEEK_END)
        with self._errors():
            try:
                # What is small and of known size takes one request.
                blob.upload_from_file(
                    content,
                    rewind=True,
                    size=size,
                    content_type=head.content_type,
                    if_generation_match=0,
                    retry=self._retry,
                )
            except PreconditionFailed as error:
                raise AlreadyExistsError(f"{self.uri(name)} exists") from error

    def describe(self, name: str) -> StoredObject | None:
        """Returns what is known of an object, or None."""
        with self._errors():
            blob = self._bucket.get_blob(f"{self._prefix}{name}", retry=self._retry)
        if blob is None:
            return None
        head = ObjectHead(blob.content_type or "", dict(blob.metadata or {}))
        created = blob.time_created.timestamp()
        return StoredObject(head, blob.size, created, str(blob.generation))

    def read(self, name: str, state: str, start: int, stop: int) -> bytes:
        """Reads a range of one generation of an object."""
        from google.api_core.exceptions import NotFound, PreconditionFailed

        with self._errors():
            try:
                data: bytes = self._blob(name).download_as_bytes(
                    start=start,
                    end=stop - 1,
                    if_generation_match=int(state),
                    retry=self._retry,
                    # Part of an object has no checksum of its own.
                    checksum=None,
                )
            except (NotFound, PreconditionFailed) as error:
                raise NotFoundError(f"{self.uri(name)} was deleted meanwhile") from error
        return data

    def list(self, prefix: str, *, nested: bool) -> Iterator[tuple[str, int]]:
        """Finds names and sizes, page by page."""
        with self._errors():
            for blob in self._listed(prefix, delimiter=None if nested else "/"):
                yield blob.name.removeprefix(self._prefix), blob.size

    def delete(self, name: str) -> None:
        """Deletes an object; one that does not exist is no error."""
        from google.api_core.exceptions import NotFound

        with self._errors():
            try:
                self._blob(name).delete(retry=self._retry)
            except NotFound:
                return

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _blob(self, name: str) -> Blob:
        return self._bucket.blob(f"{self._prefix}{name}")

    def _listed(self, prefix: str, **options: Any) -> Iterator[Any]:
        found: Iterator[Any] = self._client.list_blobs(
            self._bucket, prefix=f"{self._prefix}{prefix}", retry=self._retry, **options
        )
        return found

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Names the bucket in whatever the client has to say."""
        from google.api_core.exceptions import GoogleAPIError, NotFound, RetryError, ServerError
        from google.auth.exceptions import GoogleAuthError
        from requests import RequestException

        try:
            yield
        except NotFound as error:
            raise ServiceUnavailableError(
                f"{self._place} does not exist; check its name and project"
            ) from error
        except (GoogleAuthError, RequestException, RetryError, ServerError) as error:
            raise ServiceUnavailableError(
                f"{self._place} cannot be reached: {_first_line(error)}"
            ) from error
        except GoogleAPIError as error:
            raise ServiceError(f"{self._place} refused: {_first_line(error)}") from error


def _key(text: str) -> dict[str, Any]:
    key = json.loads(text)
    if not isinstance(key, dict):
        raise TypeError("not an object")
    return key


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
