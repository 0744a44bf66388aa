from __future__ import annotations

from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

USERS = {"of-ada": "ada", "of-bob": "bob"}
ADA, BOB, ROOT = ({"authorization": f"Bearer {token}"} for token in ("of-ada", "of-bob", "root"))
QUERY = "/run_live?app_name=stamper&session_id=s1&user_id="


def place(user: str) -> str:
    return f"/apps/stamper/users/{user}/sessions"


def live(client: httpx.AsyncClient, user: str = "ada") -> str:
    return str(client.base_url).replace("http", "ws") + QUERY + user


@pytest.fixture
async def shared(serving: Any) -> Any:
    async with serving(tokens=("root",), users=USERS) as client:
        yield client


async def test_who_has_the_token_of_a_user_is_that_user_only(shared: httpx.AsyncClient) -> None:
    assert (await shared.get(place("ada"), headers=ADA)).status_code == 200
    assert (await shared.get(place("ada"), headers=BOB)).status_code == 403
    assert (await shared.get(place("ada"), headers=ROOT)).status_code == 200
    assert (await shared.get(place("ada"))).status_code == 401


@pytest.mark.parametrize("path", ["/run", "/run_sse"])
async def test_the_user_of_a_body_counts_too(
    shared: httpx.AsyncClient, run_body: Any, path: str
) -> None:
    await shared.post(f"{place('ada')}/s1", headers=ADA)
    assert (await shared.post(path, json=run_body(), headers=BOB)).status_code == 403
    assert (await shared.post(path, json=run_body(), headers=ADA)).status_code == 200
    snake = {**run_body(), "user_id": "bob"}
    snake.pop("userId")
    assert (await shared.post(path, json=snake, headers=ADA)).status_code == 403


async def test_a_subject_may_be_no_user(serving: Any) -> None:
    async with serving(users=USERS, subject_is_user=False) as client:
        assert (await client.get(place("bob"), headers=ADA)).status_code == 200


async def test_one_authorization_is_enough(shared: httpx.AsyncClient) -> None:
    twice = [("authorization", "Bearer of-ada"), ("authorization", "Bearer of-ada")]
    assert (await shared.get(place("ada"), headers=twice)).status_code == 401


@pytest.mark.parametrize("in_url", ["?token=root", "?access_token=root", "?bearer=root"])
async def test_a_token_in_the_address_is_none(shared: httpx.AsyncClient, in_url: str) -> None:
    assert (await shared.get(f"/list-apps{in_url}")).status_code == 401


async def test_a_browser_gives_its_token_as_a_protocol(shared: httpx.AsyncClient) -> None:
    await shared.post(f"{place('ada')}/s1", headers=ADA)
    async with connect(live(shared), subprotocols=["bearer", "of-ada"]) as socket:  # type: ignore[list-item]
        assert socket.subprotocol == "bearer"
    async with connect(live(shared), additional_headers=ADA) as socket:
        assert socket.subprotocol is None


@pytest.mark.parametrize(
    ("protocols", "status"),
    [
        (["bearer", "of-bob"], 403),
        (["bearer", "wrong"], 401),
        (["bearer"], 401),
        (["of-ada"], 401),
        (["of-ada", "bearer"], 401),
    ],
)
async def test_a_wrong_protocol_opens_no_websocket(
    shared: httpx.AsyncClient, protocols: list[Any], status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(live(shared), subprotocols=protocols):
            pass
    assert refused.value.response.status_code == status
    assert ("WWW-Authenticate" in refused.value.response.headers) == (status == 401)


async def test_protocols_are_no_tokens_of_requests(shared: httpx.AsyncClient) -> None:
    headers = {"sec-websocket-protocol": "bearer, of-ada"}
    assert (await shared.get(place("ada"), headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("caller", "key", "status"),
    [
        (ADA, "__session_metadata__", 200),
        (ADA, "user:name", 200),
        (ADA, "app:banner", 403),
        (ROOT, "app:banner", 200),
        (ROOT, "_adk_replay_config", 403),
        (ADA, "adk_oauth2_x", 403),
        (ADA, "user:adk_oauth2_x", 403),
    ],
)
async def test_state_that_others_rely_on_is_not_for_users(
    shared: httpx.AsyncClient, run_body: Any, caller: dict[str, str], key: str, status: int
) -> None:
    state = {key: 1}
    created = await shared.post(place("ada"), json={"state": state}, headers=caller)
    by_path = await shared.post(f"{place('ada')}/s1", json=state, headers=caller)
    if by_path.status_code != 200:
        await shared.post(f"{place('ada')}/s1", headers=caller)
    patched = await shared.patch(f"{place('ada')}/s1", json={"stateDelta": state}, headers=caller)
    ran = await shared.post("/run", json=run_body(stateDelta=state), headers=caller)
    answers = (created, by_path, patched, ran)
    assert [answer.status_code for answer in answers] == [status] * 4


@pytest.mark.parametrize(
    ("allowed", "statuses"),
    [("session", [200, 403, 403]), ("user", [200, 200, 403]), ("all", [200, 200, 200])],
)
async def test_the_file_says_which_state_is_for_clients(
    serving: Any, allowed: str, statuses: list[int]
) -> None:
    async with serving(client_state=allowed) as client:
        keys = ("title", "user:name", "app:banner")
        answers = [await client.post(place("ada"), json={"state": {key: 1}}) for key in keys]
    assert [answer.status_code for answer in answers] == statuses
