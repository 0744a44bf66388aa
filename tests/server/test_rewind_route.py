from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest


async def test_a_rewind_undoes_a_run_and_its_state(
    client: httpx.AsyncClient, session: str, run_body: Callable[..., dict[str, Any]]
) -> None:
    await client.post("/run", json=run_body("hello"))
    noted = (await client.post("/run", json=run_body("tool"))).json()
    assert (await client.get(session)).json()["state"] == {"noted": "hi"}
    answer = await client.post(f"{session}/rewind", json={"invocationId": noted[0]["invocationId"]})
    assert answer.status_code == 200
    body = answer.json()
    assert body["state"] == {}
    assert body["events"][-1]["actions"]["rewindBeforeInvocationId"] == noted[0]["invocationId"]
    again = (await client.post("/run", json=run_body("tool"))).json()
    assert again[0]["invocationId"] != noted[0]["invocationId"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("s1", {"invocationId": "never"}, 404),
        ("s2", {"invocationId": "never"}, 404),
        ("s1", {}, 422),
        ("s1", {"invocationId": 1}, 422),
    ],
)
async def test_what_cannot_be_rewound_is_told(
    client: httpx.AsyncClient, session: str, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await client.post(f"{session.removesuffix('s1')}{path}/rewind", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
