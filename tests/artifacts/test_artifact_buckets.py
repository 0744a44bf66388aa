"""Buckets: shared with google-adk, written by many, and told apart when they fail."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.cloud.storage import Client
from google.genai import types
from google.oauth2 import service_account

from adkconf.artifacts import BaseArtifactService, GcsArtifactService, S3ArtifactService
from adkconf.artifacts.artifact_reference import removed
from adkconf.artifacts.object_artifact_service import ObjectArtifactService
from adkconf.errors import (
    InputValidationError,
    MissingExtraError,
    ServiceError,
    ServiceUnavailableError,
)
from tests.artifacts.conftest import IDS, octets, pieces, text

adk = pytest.importorskip("google.adk.artifacts.gcs_artifact_service")

HERE = "artifact://apps/app/users/u/sessions/s/artifacts"


def link(uri: str) -> types.Part:
    return types.Part(file_data=types.FileData(file_uri=uri, mime_type="text/plain"))


@pytest.fixture
async def gcs(gcs_bucket, gcs_options):
    service = GcsArtifactService(gcs_bucket, **gcs_options)
    yield service
    await service.close()


@pytest.fixture
async def s3(s3_bucket, s3_options):
    service = S3ArtifactService(s3_bucket, **s3_options)
    yield service
    await service.close()


@pytest.fixture(params=["gcs", "s3"])
async def bucket_service(request: pytest.FixtureRequest) -> AsyncIterator[BaseArtifactService]:
    service = ObjectArtifactService(request.getfixturevalue(f"{request.param}_objects")())
    yield service
    await service.close()


@pytest.fixture
def objects(gcs_bucket, gcs_options):
    """What the bucket holds, by name."""

    def read() -> dict[str, Any]:
        client = Client(**gcs_options)
        found = {
            blob.name: (blob.content_type, blob.metadata, blob.download_as_bytes())
            for blob in client.list_blobs(gcs_bucket)
        }
        client.close()
        return found

    return read


@pytest.mark.parametrize("direction", ["here to google-adk", "google-adk to here"])
async def test_a_bucket_goes_both_ways(gcs, gcs_bucket, gcs_options, direction):
    theirs = adk.GcsArtifactService(gcs_bucket, **gcs_options)
    writer, reader = (gcs, theirs) if direction.startswith("here") else (theirs, gcs)
    picture = octets(b"\x89PNG\r\n\xff", name="me.png")
    saved = [("d/f", text("zeroth")), ("d/f", picture), ("user:p", text("ü")), ("e", text(""))]
    saved += [("l", link(f"{HERE}/d/f/versions/1")), ("web", link("https://example.com/a"))]
    for filename, part in saved:
        await writer.save_artifact(
            **IDS, filename=filename, artifact=part, custom_metadata={"k": "v"}
        )
    assert await reader.list_artifact_keys(**IDS) == ["d/f", "e", "l", "user:p", "web"]
    assert await reader.list_versions(**IDS, filename="d/f") == [0, 1]
    assert await reader.load_artifact(**IDS, filename="d/f", version=0) == text("zeroth")
    for filename, part in saved[1:4] + saved[5:]:
        assert await reader.load_artifact(**IDS, filename=filename) == part
    assert await reader.load_artifact(**IDS, filename="l") == picture
    for filename, _ in saved:
        ours = await gcs.list_artifact_versions(**IDS, filename=filename)
        others = await theirs.list_artifact_versions(**IDS, filename=filename)
        assert [each.model_dump() for each in ours] == [each.model_dump() for each in others]
    assert await reader.save_artifact(**IDS, filename="d/f", artifact=text("2")) == 2
    await reader.delete_artifact(**IDS, filename="d/f")
    assert await writer.list_versions(**IDS, filename="d/f") == []
    theirs.storage_client.close()


async def test_objects_are_the_ones_google_adk_writes(gcs, gcs_bucket, gcs_options, objects):
    theirs = adk.GcsArtifactService(gcs_bucket, **gcs_options)
    seen = []
    for service in (gcs, theirs):
        for name in ("d/f.txt", "user:p"):
            await service.save_artifact(**IDS, filename=name, artifact=text("ü"))
            await service.save_artifact(**IDS, filename=name, artifact=octets(b"1", name="n"))
        await service.save_artifact(**IDS, filename="l", artifact=link("gs://b/o"))
        seen.append(objects())
        for name in ("d/f.txt", "user:p", "l"):
            await service.delete_artifact(**IDS, filename=name)
    assert seen[0] == seen[1]
    assert "app/u/user/user:p/1" in seen[0]
    assert objects() == {}
    theirs.storage_client.close()


async def test_addresses_of_files_are_those_of_google_adk(gcs, gcs_bucket, gcs_options):
    theirs = adk.GcsArtifactService(gcs_bucket, **gcs_options)
    await gcs.save_artifact(**IDS, filename="d/ü &.txt", artifact=text("x"))
    await gcs.save_artifact(**IDS, filename="web", artifact=link("https://example.com"))
    options = {"expiration": 2_000_000_000, "signing_version": "v2", "credentials": signer()}
    for name in ("d/ü &.txt", "web", "missing"):
        ours, others = [
            (
                await service.get_authenticated_url(**IDS, filename=name),
                await service.get_signed_url(**IDS, filename=name, **options),
            )
            for service in (gcs, theirs)
        ]
        assert ours == others
        assert (ours[0] is None) == (name != "d/ü &.txt")
    theirs.storage_client.close()
    with pytest.raises(ServiceError, match="no private key"):
        await gcs.get_signed_url(**IDS, filename="d/ü &.txt")


def signer() -> Any:
    """Credentials of a service account that exists nowhere."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    info = {
        "client_email": "x@y.iam.gserviceaccount.com",
        "token_uri": "https://127.0.0.1:1/token",
        "private_key": key.private_bytes(*form).decode(),
    }
    return service_account.Credentials.from_service_account_info(info)


async def test_writers_of_both_kinds_get_versions_of_their_own(gcs, gcs_bucket, gcs_options):
    theirs = adk.GcsArtifactService(gcs_bucket, **gcs_options)
    saves = [
        service.save_artifact(**IDS, filename="f", artifact=text(str(number)))
        for number in range(3)
        for service in (gcs, theirs)
    ]
    assert sorted(await asyncio.gather(*saves)) == list(range(6))
    theirs.storage_client.close()


async def test_file_that_a_rewind_took_away_is_not_listed(bucket_service):
    for name, last in [("gone", removed()), ("empty", text("")), ("link", link("gs://b/o"))]:
        await bucket_service.save_artifact(**IDS, filename=name, artifact=text("was here"))
        await bucket_service.save_artifact(**IDS, filename=name, artifact=last)
    assert await bucket_service.list_artifact_keys(**IDS) == ["empty", "link"]
    assert await bucket_service.open_artifact(**IDS, filename="gone") is None


async def test_references_are_followed_and_stay_with_their_owner(bucket_service):
    save, load = bucket_service.save_artifact, bucket_service.load_artifact
    await save(**IDS, filename="user:t", artifact=text("the user's"))
    await save(
        **IDS, filename="l", artifact=link("artifact://apps/app/users/u/artifacts/t/versions/0")
    )
    assert (await load(**IDS, filename="l")).text == "the user's"
    content = await bucket_service.open_artifact(**IDS, filename="l")
    assert [each async for each in content.pieces()] == [b"the user's"]
    with pytest.raises(InputValidationError, match="another app, user or session"):
        await save(
            **IDS, filename="x", artifact=link("artifact://apps/app/users/v/artifacts/t/versions/0")
        )
    await save(**IDS, filename="me", artifact=link(f"{HERE}/me/versions/0"))
    with pytest.raises(InputValidationError, match="from reference to reference"):
        await load(**IDS, filename="me")
    await save(**IDS, filename="web", artifact=link("https://example.com"))
    with pytest.raises(InputValidationError, match="no content"):
        await bucket_service.open_artifact(**IDS, filename="web")


async def test_ids_that_would_share_the_names_of_others_are_refused(bucket_service):
    for name, value in [
        ("session_id", "user"),
        ("session_id", "a/b"),
        ("user_id", "a/b"),
        ("app_name", "a/b"),
    ]:
        for call in (bucket_service.list_versions, bucket_service.delete_artifact):
            with pytest.raises(InputValidationError, match=f"{name}.*(reserved|has a '/')"):
                await call(**{**IDS, name: value}, filename="f")


async def test_names_that_buckets_cannot_hold_are_refused(bucket_service):
    for name in ("a\nb", "a\x7f", "n" * 1010):
        with pytest.raises(InputValidationError, match="control character|too long"):
            await bucket_service.save_artifact(**IDS, filename=name, artifact=text("x"))


async def test_objects_of_others_are_left_alone(s3, s3_bucket, s3_options):
    await s3.save_artifact(**IDS, filename="f", artifact=text("ours"))
    client = raw_s3(s3_options)
    for name in ("app/u/s/f/notes.txt", "app/u/s/f/٣", "app/u/s/loose", "app/u/s/f/1_0"):
        client.put_object(Bucket=s3_bucket, Key=name, Body=b"theirs")
    assert await s3.list_artifact_keys(**IDS) == ["f"]
    assert await s3.list_versions(**IDS, filename="f") == [0]
    await s3.delete_artifact(**IDS, filename="f")
    left = client.list_objects_v2(Bucket=s3_bucket)["KeyCount"]
    client.close()
    assert left == 4


async def test_a_prefix_keeps_apps_apart_in_one_bucket(s3_bucket, s3_options):
    services = [
        S3ArtifactService(s3_bucket, prefix=prefix, **s3_options) for prefix in ("a", "a/b/")
    ]
    for number, service in enumerate(services):
        await service.save_artifact(**IDS, filename="f", artifact=text(str(number)))
    for number, service in enumerate(services):
        assert await service.list_artifact_keys(**IDS) == ["f"]
        assert (await service.load_artifact(**IDS, filename="f")).text == str(number)
    described = await services[1].get_artifact_version(**IDS, filename="f")
    assert described.canonical_uri == f"s3://{s3_bucket}/a/b/app/u/s/f/0"
    for service in services:
        await service.close()


async def test_a_stream_whose_version_is_taken_is_sent_again_whole(bucket_service):
    data = [bytes([n]) * 1000 for n in range(6)]
    saves = [
        bucket_service.save_artifact_stream(**IDS, filename="f", content=pieces(each, each))
        for each in data
    ]
    versions = await asyncio.gather(*saves)
    assert sorted(versions) == list(range(6))
    for each, version in zip(data, versions, strict=True):
        loaded = await bucket_service.load_artifact(**IDS, filename="f", version=version)
        assert loaded.inline_data.data == each * 2


async def test_metadata_beyond_what_s3_keeps_is_refused(s3):
    with pytest.raises(InputValidationError, match="S3 keeps"):
        await s3.save_artifact(
            **IDS, filename="f", artifact=text("x"), custom_metadata={"k": "ä" * 400}
        )


async def test_type_that_is_no_header_text_is_refused(bucket_service):
    for mime_type in ("text/x\r\nX: y", "ünï"):
        with pytest.raises(InputValidationError, match="no MIME type"):
            await bucket_service.save_artifact(
                **IDS, filename="f", artifact=octets(b"x", mime_type)
            )


async def test_bucket_that_is_not_there_is_named(gcs_options, s3_options):
    for service in (
        GcsArtifactService("no-such-bucket", **gcs_options),
        S3ArtifactService("no-such-bucket", **s3_options),
    ):
        for call in (service.open, lambda service=service: service.list_artifact_keys(**IDS)):
            with pytest.raises(ServiceUnavailableError, match="no-such-bucket.* does not exist"):
                await call()
        with pytest.raises(ServiceUnavailableError, match="no-such-bucket"):
            await service.save_artifact(**IDS, filename="f", artifact=text("x"))
        await service.close()


async def test_store_that_does_not_answer_is_unavailable(s3_options):
    service = S3ArtifactService("bucket", **{**s3_options, "endpoint_url": "http://127.0.0.1:1"})
    with pytest.raises(ServiceUnavailableError, match="cannot be reached"):
        await service.open()
    await service.close()


def test_half_of_the_credentials_are_told_without_a_secret():
    with pytest.raises(InputValidationError, match="bucket s3://b cannot be used") as caught:
        S3ArtifactService("b", region="r", secret_access_key="hunter2")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("key", ["hunter2", "[]", '{"type": "hunter2"}'])
def test_key_that_is_none_is_told_without_it(key):
    with pytest.raises(ServiceUnavailableError, match="service_account_info") as caught:
        GcsArtifactService("b", service_account_info=key)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("service", "module", "extra"),
    [(GcsArtifactService, "google.cloud.storage", "gcs"), (S3ArtifactService, "boto3", "s3")],
)
def test_missing_client_names_its_extra(monkeypatch, service, module, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'adkconf\[{extra}\]'"):
        service("b")


def raw_s3(options: dict[str, Any]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=options["endpoint_url"],
        region_name=options["region"],
        aws_access_key_id=options["access_key_id"],
        aws_secret_access_key=options["secret_access_key"],
    )
