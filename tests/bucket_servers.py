"""Servers that keep buckets, started for the tests and stopped after."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.database_servers import free_port


@pytest.fixture(scope="session")
def gcs_url() -> Iterator[str]:
    """A Cloud Storage emulator. What it lacks is added: uploads on a condition."""
    server = pytest.importorskip("gcp_storage_emulator.server")
    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    logging.getLogger("api").setLevel(logging.CRITICAL)
    for pattern, handlers in server.HANDLERS:
        if pattern.startswith("^/upload/"):
            handlers.update({method: on_condition(each) for method, each in handlers.items()})
    port = free_port()
    with server.create_server("127.0.0.1", port, in_memory=True):
        yield f"http://127.0.0.1:{port}"


def on_condition(handler: Callable[..., None]) -> Callable[..., None]:
    """Keeps to `ifGenerationMatch=0`; the emulator serves one request after the other."""

    def checked(request: Any, response: Any, storage: Any) -> None:
        bucket = request.params["bucket_name"]
        if request.query.get("ifGenerationMatch") == ["0"] and exists(request, storage, bucket):
            assert request.data is not None or request.get_header("Content-Length") in (None, "0")
            response.status = HTTPStatus.PRECONDITION_FAILED
            response.json({"error": {"code": 412, "message": "conditionNotMet"}})
        else:
            handler(request, response, storage)

    return checked


def exists(request: Any, storage: Any, bucket: str) -> bool:
    from gcp_storage_emulator.exceptions import NotFound

    try:
        if "upload_id" in request.query:
            name = storage.get_resumable_file_obj(request.query["upload_id"][0])["name"]
        else:
            data = request.data
            name = data.get("meta", data)["name"]
        storage.get_file_obj(bucket, name)
    except NotFound:
        return False
    return True


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """moto's S3, one request after the other: its condition and its write are two steps."""
    with s3_server() as url:
        yield url


@pytest.fixture
def careless_s3_url() -> Iterator[str]:
    """An S3 that knows no conditions, as old stores do."""

    def careless(app: Any) -> Any:
        def serve(environ: dict[str, Any], start: Any) -> Any:
            environ.pop("HTTP_IF_NONE_MATCH", None)
            return app(environ, start)

        return serve

    with s3_server(careless) as url:
        yield url


@contextmanager
def s3_server(wrap: Callable[[Any], Any] = lambda app: app) -> Iterator[str]:
    moto = pytest.importorskip("moto.server")
    serving = pytest.importorskip("werkzeug.serving")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = moto.DomainDispatcherApplication(moto.create_backend_app)
    server = serving.make_server("127.0.0.1", 0, wrap(app))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def new_gcs_bucket(url: str) -> str:
    name = f"bucket-{uuid4().hex}"
    httpx.post(f"{url}/storage/v1/b", json={"name": name}).raise_for_status()
    return name


def gcs_client_options(url: str) -> dict[str, Any]:
    """What `storage.Client` is made of to reach the emulator."""
    from google.auth.credentials import AnonymousCredentials

    return {
        "project": "test",
        "credentials": AnonymousCredentials(),
        "client_options": {"api_endpoint": url},
    }


def new_s3_bucket(url: str) -> str:
    name = f"bucket-{uuid4().hex}"
    httpx.put(f"{url}/{name}").raise_for_status()
    return name


@pytest.fixture
def gcs_options(gcs_url: str) -> dict[str, Any]:
    return gcs_client_options(gcs_url)


@pytest.fixture
def gcs_bucket(gcs_url: str) -> str:
    return new_gcs_bucket(gcs_url)


@pytest.fixture
def s3_options(s3_url: str) -> dict[str, Any]:
    """What `S3ArtifactService` is made of to reach the server."""
    return {
        "endpoint_url": s3_url,
        "region": "us-east-1",
        "access_key_id": "test",
        "secret_access_key": "test",
    }


@pytest.fixture
def s3_bucket(s3_url: str) -> str:
    return new_s3_bucket(s3_url)
