"""Buckets of S3; only this module imports its client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from adkconf.artifacts.object_store import ObjectHead, StoredObject
from adkconf.errors import (
    AlreadyExistsError,
    InputValidationError,
    MissingExtraError,
    NotFoundError,
    ServiceError,
    ServiceUnavailableError,
)

# Metadata travels in headers, which are ASCII and do not tell cases apart; so it is one JSON text.
_METADATA = "adkconf"
_LONGEST_METADATA = 2048 - len(_METADATA)
_CONNECTIONS = 16
_CONNECT_SECONDS = 10
_NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
# The second: somebody is writing the same object at this moment.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_NO_ENTRY = frozenset({"AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


class S3Objects:
    """The objects of a bucket whose names start with `prefix`."""

    def __init__(self, client: Any, bucket_name: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket_name
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    @classmethod
    def connect(cls, bucket_name: str, prefix: str, options: Mapping[str, Any]) -> S3Objects:
        """Makes a client; nothing is sent yet.

        Raises:
            MissingExtraError: the client is not installed.
            InputValidationError: an option cannot be used.
        """
        place = f"bucket s3://{bucket_name}"
        try:
            import boto3  # type: ignore[import-untyped]
            from botocore.config import Config  # type: ignore[import-untyped]
            from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]
        except ModuleNotFoundError as error:
            raise MissingExtraError(place, extra="s3", package="boto3") from error
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "standard"},
            # Stores of one's own seldom have a host name for each bucket.
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
        )
        try:
            client = boto3.client("s3", config=config, **options)
        except (BotoCoreError, ValueError) as error:
            raise InputValidationError(f"{place} cannot be used: {error}") from error
        return cls(client, bucket_name, prefix)

    def uri(self, name: str) -> str:
        """Returns `s3://bucket/…`."""
        return f"s3://{self._bucket}/{self._prefix}{name}"

    def check(self) -> None:
        """Asks for one object; there need not be any."""
        with self._errors():
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def create(self, name: str, head: ObjectHead, content: BinaryIO) -> None:
        """Uploads on the condition that there is no object of that name."""
        metadata = _as_header(head.metadata)
        with self._errors(name):
            self._client.put_object(
                **self._object(name),
                Body=content,
                ContentType=head.content_type,
                Metadata=metadata,
                IfNoneMatch="*",
            )

    def describe(self, name: str) -> StoredObject | None:
        """Returns what is known of an object, or None."""
        from botocore.exceptions import ClientError

        with self._errors():
            try:
                found = self._client.head_object(**self._object(name))
            except ClientError as error:
                if _code(error) in _NOT_THERE:
                    return None
                raise
        head = ObjectHead(found.get("ContentType", ""), _from_header(found["Metadata"]))
        created = found["LastModified"].timestamp()
        return StoredObject(head, found["ContentLength"], created, found["ETag"])

    def read(self, name: str, state: str, start: int, stop: int) -> bytes:
        """Reads a range of one state of an object."""
        from botocore.exceptions import ClientError

        with self._errors():
            try:
                found = self._client.get_object(
                    **self._object(name), Range=f"bytes={start}-{stop - 1}", IfMatch=state
                )
            except ClientError as error:
                if _code(error) in _NOT_THERE | _TAKEN:
                    raise NotFoundError(f"{self.uri(name)} was deleted meanwhile") from error
                raise
            with found["Body"] as body:
                data: bytes = body.read()
        return data

    def list(self, prefix: str, *, nested: bool) -> Iterator[tuple[str, int]]:
        """Finds names and sizes, page by page."""
        options = {} if nested else {"Delimiter": "/"}
        pages = self._client.get_paginator("list_objects_v2")
        with self._errors():
            for page in pages.paginate(
                Bucket=self._bucket, Prefix=f"{self._prefix}{prefix}", **options
            ):
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self._prefix), found["Size"]

    def delete(self, name: str) -> None:
        """Deletes an object; one that does not exist is no error."""
        with self._errors():
            self._client.delete_object(**self._object(name))

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{name}"}

    @contextmanager
    def _errors(self, name: str = "") -> Iterator[None]:
        """Names the bucket in whatever the client has to say."""
        from botocore.exceptions import BotoCoreError, ClientError

        place = f"bucket s3://{self._bucket}"
        try:
            yield
        except ClientError as error:
            code = _code(error)
            if code in _TAKEN and name:
                raise AlreadyExistsError(f"{self.uri(name)} exists") from error
            if code == "NoSuchBucket":
                raise ServiceUnavailableError(
                    f"{place} does not exist; check its name and endpoint_url"
                ) from error
            if code in _NO_ENTRY:
                raise ServiceUnavailableError(
                    f"{place} does not let these credentials in ({code})"
                ) from error
            raise ServiceError(f"{place} refused: {code}") from error
        except BotoCoreError as error:
            raise ServiceUnavailableError(f"{place} cannot be reached: {error}") from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown error"))


def _as_header(metadata: Mapping[str, str]) -> dict[str, str]:
    if not metadata:
        return {}
    text = json.dumps(dict(metadata), separators=(",", ":"))
    if len(text) > _LONGEST_METADATA:
        raise InputValidationError(
            f"custom_metadata and names of the artifact take {len(text)} bytes as JSON; "
            f"S3 keeps {_LONGEST_METADATA}"
        )
    return {_METADATA: text}


def _from_header(metadata: Mapping[str, str]) -> dict[str, str]:
    try:
        found = json.loads(metadata.get(_METADATA, "{}"))
    except ValueError:
        return {}
    return (
        {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
    )
