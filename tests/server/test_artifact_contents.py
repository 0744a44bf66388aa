"""Contents of artifacts as they are, over HTTP."""

from __future__ import annotations

import contextlib

import httpx
import pytest

NOTES = "/apps/stamper/users/ada/sessions/s1/artifacts"
SONG = bytes(range(256)) * 40


@pytest.fixture
async def song(client: httpx.AsyncClient) -> str:
    """The path of a saved file's content."""
    saved = await client.put(
        f"{NOTES}/d/sông.mp3", content=SONG, headers={"Content-Type": "audio/mpeg"}
    )
    assert (saved.status_code, saved.json()["version"]) == (200, 0)
    assert saved.json()["mimeType"] == "audio/mpeg"
    return f"{NOTES}/d/sông.mp3/versions/0/content"


async def test_a_file_comes_back_as_it_was(client, song):
    for path in (song, song.replace("/0/", "/latest/")):
        loaded = await client.get(path)
        assert (loaded.status_code, loaded.content) == (200, SONG)
        assert loaded.headers["content-type"] == "audio/mpeg"
        assert loaded.headers["content-length"] == str(len(SONG))


async def test_what_was_saved_as_content_is_a_part_of_json_too(client, song):
    part = (await client.get(f"{NOTES}/d/sông.mp3")).json()
    assert part["inlineData"]["mimeType"] == "audio/mpeg"
    await client.post(NOTES, json={"filename": "t", "artifact": {"text": "ü"}})
    loaded = await client.get(f"{NOTES}/t/versions/latest/content")
    assert (loaded.text, loaded.headers["content-type"]) == ("ü", "text/plain")


async def test_a_range_is_answered_with_that_range(client, song):
    for asked, start, stop in [
        ("0-0", 0, 1),
        ("10-19", 10, 20),
        ("10000-", 10000, 10240),
        ("-40", 10200, 10240),
        ("-99999", 0, 10240),
        ("10239-99999", 10239, 10240),
    ]:
        loaded = await client.get(song, headers={"Range": f"bytes={asked}"})
        assert (loaded.status_code, loaded.content) == (206, SONG[start:stop])
        assert loaded.headers["content-range"] == f"bytes {start}-{stop - 1}/10240"


async def test_a_range_that_cannot_be_kept_to_is_answered_with_everything(client, song):
    for asked in ("bytes=9-1", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "nonsense"):
        loaded = await client.get(song, headers={"Range": asked})
        assert (loaded.status_code, loaded.content) == (200, SONG)


async def test_a_range_beyond_the_end_is_told_the_size(client, song):
    for asked in ("bytes=10240-", "bytes=-0"):
        loaded = await client.get(song, headers={"Range": asked})
        assert (loaded.status_code, loaded.headers["content-range"]) == (416, "bytes */10240")


async def test_a_range_of_another_version_is_answered_with_everything(client, song):
    etag = (await client.head(song)).headers["etag"]
    for tag, status in ((etag, 206), ('"other"', 200)):
        loaded = await client.get(song, headers={"Range": "bytes=0-4", "If-Range": tag})
        assert loaded.status_code == status


async def test_head_tells_everything_but_the_content(client, song):
    head = await client.head(song)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(SONG))


async def test_browsers_save_contents_and_do_not_run_them(client):
    page = b"<script>fetch('/apps')</script>"
    await client.put(f"{NOTES}/p.html", content=page, headers={"Content-Type": "text/html"})
    headers = (await client.get(f"{NOTES}/p.html/versions/0/content")).headers
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''p.html"
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["x-content-type-options"] == "nosniff"


async def test_type_that_is_no_header_text_is_not_sent_as_one(client):
    part = {"inlineData": {"mimeType": "text/x\r\nSet-Cookie: a=b", "data": "YQ=="}}
    await client.post(NOTES, json={"filename": "f", "artifact": part})
    headers = (await client.get(f"{NOTES}/f/versions/0/content")).headers
    assert headers["content-type"] == "application/octet-stream"
    assert "set-cookie" not in headers


async def test_missing_contents_and_wrong_versions_are_told(client):
    assert (await client.get(f"{NOTES}/x/versions/0/content")).status_code == 404
    assert (await client.get(f"{NOTES}/x/versions/one/content")).status_code == 422
    assert (await client.put(f"{NOTES}/a%5Cb", content=b"x")).status_code == 400


async def test_a_file_over_the_servers_limit_leaves_nothing(serving):
    async def chunks():
        for _ in range(20):
            yield b"x" * 1000

    async with serving(max_body_bytes=10_000) as client:
        # The server hangs up on whoever goes on sending, perhaps before the answer was read.
        with contextlib.suppress(httpx.TransportError):
            assert (await client.put(f"{NOTES}/f", content=chunks())).status_code == 413
        assert (await client.get(NOTES)).json() == []
