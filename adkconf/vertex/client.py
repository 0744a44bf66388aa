"""What Vertex AI's REST API can be asked: resources, lists, operations, uploads."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from adkconf.errors import AlreadyExistsError, ServiceError, ServiceUnavailableError
from adkconf.vertex.access import Access
from adkconf.vertex.transport import TookEffect, Transport, may_repeat

Json = dict[str, Any]

_VERSION = "v1beta1"
_JSON = {"Content-Type": "application/json"}
_OPERATION_SECONDS = 120.0
# Operations fail with the codes of gRPC.
_ALREADY_EXISTS = 6
_FIRST_LOOK_SECONDS = 0.05
_SLOWEST_LOOK_SECONDS = 2.0


class VertexClient:
    """Names of resources may leave out `projects/…/locations/…/`: those of the access count.

    All methods raise a `ServiceError` where the service fails or refuses, a `NotFoundError`
    where there is no such resource, an `AlreadyExistsError` where its id is taken, and an
    `InputValidationError` where the service finds the request wrong.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._transport = Transport(access)

    async def open(self) -> None:
        """Finds out where to ask and makes sure that there are credentials; nothing is asked.

        Raises:
            InputValidationError: project or location is not known.
            ServiceUnavailableError: there are no credentials that work.
        """
        await self._access.place()
        await self._access.headers()

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.close()

    async def get(self, name: str, query: Mapping[str, Any] | None = None) -> Json:
        """Reads a resource."""
        return await self._ask("GET", name, params=query, took_effect=may_repeat)

    async def delete(self, name: str) -> Json:
        """Deletes a resource and returns the operation."""
        return await self._ask("DELETE", name, took_effect=may_repeat)

    async def post(
        self,
        name: str,
        body: Json,
        *,
        query: Mapping[str, Any] | None = None,
        took_effect: TookEffect | None = None,
    ) -> Json:
        """Sends `body`; empty if only `took_effect` can tell of it, see `Transport.send`."""
        return await self._ask(
            "POST",
            name,
            params=query,
            content=json.dumps(body, allow_nan=False),
            headers=_JSON,
            took_effect=took_effect,
        )

    async def pages(
        self, name: str, key: str, query: Mapping[str, Any] | None = None
    ) -> AsyncIterator[list[Json]]:
        """Yields the items below `key` of a list, page by page."""
        more: Json = {}
        while True:
            page = await self.get(name, {**(query or {}), **more})
            yield page.get(key) or []
            if not page.get("nextPageToken"):
                return
            more = {"pageToken": page["nextPageToken"]}

    async def finish(self, operation: Json) -> Json:
        """Waits until a long-running operation is done and returns its response.

        Raises:
            ServiceError: it failed, or takes longer than two minutes.
        """
        deadline = time.monotonic() + _OPERATION_SECONDS
        pause = _FIRST_LOOK_SECONDS
        while not operation.get("done"):
            if time.monotonic() > deadline:
                raise ServiceUnavailableError(
                    f"Vertex AI did not finish {operation.get('name')} in time; try again later"
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, _SLOWEST_LOOK_SECONDS)
            operation = await self.get(operation["name"])
        if error := operation.get("error"):
            if error.get("code") == _ALREADY_EXISTS:
                raise AlreadyExistsError(f"Vertex AI: {error.get('message')}")
            raise ServiceError(f"Vertex AI could not do it: {error.get('message') or error}")
        response: Json = operation.get("response") or {}
        return response

    async def upload(self, name: str, meta: Json, content: bytes, media_type: str) -> Json:
        """Uploads a file in Google's resumable protocol."""
        place = await self._access.place()
        started = await self._transport.send(
            "POST",
            f"{place.url}/upload/{_VERSION}/{await self.full_name(name)}",
            content=json.dumps(meta),
            took_effect=may_repeat,
            headers={
                **_JSON,
                "X-Goog-Upload-Protocol": "resumable",
                "X-Goog-Upload-Command": "start",
                "X-Goog-Upload-Header-Content-Length": str(len(content)),
                "X-Goog-Upload-Header-Content-Type": media_type,
            },
        )
        address = httpx.URL(started.headers.get("x-goog-upload-url", "") if started else "")
        # The credentials go to the server they are meant for, whatever address it gives.
        target = httpx.URL(place.url).copy_with(raw_path=address.raw_path)
        return _parsed(
            await self._transport.send(
                "POST",
                str(target),
                content=content,
                headers={"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"},
            )
        )

    async def full_name(self, name: str) -> str:
        """Returns a resource's name with the project in front, if it is known and missing."""
        parent = (await self._access.place()).parent
        if not parent or name.startswith("projects/"):
            return name
        # A method of the location itself: `projects/p/locations/l:retrieveContexts`.
        return f"{parent}{name}" if name.startswith(":") else f"{parent}/{name}"

    async def _ask(self, method: str, name: str, **request: Any) -> Json:
        place = await self._access.place()
        url = f"{place.url}/{_VERSION}/{await self.full_name(name)}"
        return _parsed(await self._transport.send(method, url, **request))


def _parsed(response: httpx.Response | None) -> Json:
    if response is None or not response.content:
        return {}
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ServiceError("Vertex AI gave an answer that is no JSON object; try again later")
    return body
