"""What holds for every artifact store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from google.genai import types

from adkconf.artifacts import BaseArtifactService
from adkconf.errors import InputValidationError, NotFoundError
from tests.artifacts.conftest import IDS, octets, pieces, text


@pytest.mark.parametrize(
    "part",
    [text("ünïcode\r\n 😀"), text(""), octets(b"\xff\x00\n", name="shown.png"), octets(b"")],
    ids=["text", "empty text", "octets", "no octets"],
)
async def test_content_comes_back_as_it_was(service, part):
    assert await service.save_artifact(**IDS, filename="a/b.dat", artifact=part) == 0
    assert await service.load_artifact(**IDS, filename="a/b.dat") == part


async def test_json_of_a_part_is_accepted(service):
    part = {"inlineData": {"mimeType": "text/csv", "data": "YSxi"}}
    await service.save_artifact(**IDS, filename="x.csv", artifact=part)
    assert (await service.load_artifact(**IDS, filename="x.csv")).inline_data.data == b"a,b"
    with pytest.raises(InputValidationError, match="no part"):
        await service.save_artifact(**IDS, filename="x.csv", artifact={"inlineData": 5})


async def test_versions_count_from_zero(service):
    for n in range(3):
        assert await service.save_artifact(**IDS, filename="f", artifact=text(str(n))) == n
    assert await service.list_versions(**IDS, filename="f") == [0, 1, 2]
    assert (await service.load_artifact(**IDS, filename="f")).text == "2"
    assert (await service.load_artifact(**IDS, filename="f", version=0)).text == "0"
    for version in (3, -1):
        assert await service.load_artifact(**IDS, filename="f", version=version) is None
        assert await service.get_artifact_version(**IDS, filename="f", version=version) is None


async def test_versions_are_described(service):
    metadata = {"by": ["me"]}
    await service.save_artifact(
        **IDS, filename="d/f", artifact=octets(b"1"), custom_metadata=metadata
    )
    metadata["by"].append("changed later")
    await service.save_artifact(**IDS, filename="d/f", artifact=octets(b"2", "text/x"))
    first, second = await service.list_artifact_versions(**IDS, filename="d/f")
    assert (first.version, first.mime_type, first.custom_metadata) == (
        0,
        "image/png",
        {"by": ["me"]},
    )
    assert (second.version, second.mime_type, second.custom_metadata) == (1, "text/x", {})
    assert first.create_time <= second.create_time
    endings = ("/artifacts/d/f/versions/0", "/d/f/versions/0/f", "/app/u/s/d/f/0")
    assert first.canonical_uri.endswith(endings)
    assert await service.get_artifact_version(**IDS, filename="d/f") == second
    assert await service.get_artifact_version(**IDS, filename="d/f", version=0) == first


async def test_missing_artifact_is_none(service):
    assert await service.load_artifact(**IDS, filename="x") is None
    assert await service.get_artifact_version(**IDS, filename="x") is None
    assert await service.list_versions(**IDS, filename="x") == []
    assert await service.list_artifact_versions(**IDS, filename="x") == []
    assert await service.list_artifact_keys(**IDS) == []
    await service.delete_artifact(**IDS, filename="x")
    await service.close()


async def test_files_of_the_user_are_seen_from_every_session(service):
    await service.save_artifact(**IDS, filename="user:prefs", artifact=text("p"))
    await service.save_artifact(**{**IDS, "session_id": None}, filename="pic", artifact=text("q"))
    await service.save_artifact(**IDS, filename="mine", artifact=text("m"))
    other = {**IDS, "session_id": "other"}
    assert await service.list_artifact_keys(**IDS) == ["mine", "user:pic", "user:prefs"]
    assert await service.list_artifact_keys(**other) == ["user:pic", "user:prefs"]
    nobody = {**IDS, "session_id": None}
    assert await service.list_artifact_keys(**nobody) == ["user:pic", "user:prefs"]
    for name in await service.list_artifact_keys(**other):
        assert await service.load_artifact(**other, filename=name) is not None
    assert await service.load_artifact(**other, filename="mine") is None


@pytest.mark.parametrize("other", [{"app_name": "b"}, {"user_id": "v"}, {"session_id": "t"}])
async def test_owners_do_not_see_each_other(service, other):
    await service.save_artifact(**IDS, filename="f", artifact=text("secret"))
    assert await service.load_artifact(**{**IDS, **other}, filename="f") is None
    assert await service.list_artifact_keys(**{**IDS, **other}) == []


async def test_deletion_takes_all_versions_and_nothing_else(service):
    for name in ("doc", "doc/nested", "document"):
        await service.save_artifact(**IDS, filename=name, artifact=text(name))
        await service.save_artifact(**IDS, filename=name, artifact=text(name))
    await service.delete_artifact(**IDS, filename="doc")
    assert await service.list_artifact_keys(**IDS) == ["doc/nested", "document"]
    assert await service.load_artifact(**IDS, filename="doc") is None
    assert await service.save_artifact(**IDS, filename="doc", artifact=text("again")) == 0


async def test_names_that_differ_never_meet(service):
    names = ["a", "A", "a.", "a b", "a/b", "a/b/c", "a%2fb", "ä", "a\u0308", "0", "artifact", "~"]
    for name in names:
        await service.save_artifact(**IDS, filename=name, artifact=text(name))
    assert await service.list_artifact_keys(**IDS) == sorted(names)
    for name in names:
        assert (await service.load_artifact(**IDS, filename=name)).text == name


BAD_NAMES = ["", " ", " a", "a ", ".", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", "a/./b",
             "a\\b", "..\\x", "C:x", "a\0b", "\ud800", "user:", "user:../x", "user:/x"]  # fmt: skip


async def test_names_that_lead_elsewhere_are_refused_everywhere(service, tmp_path):
    for name, call in product(BAD_NAMES, calls(service)):
        with pytest.raises(InputValidationError, match="artifact name"):
            await call(**IDS, filename=name)
    assert not list(tmp_path.iterdir())


BAD_IDS = ["", " ", ".", "..", "../x", "/x", "a/../b", "a//b", "\\x", "a\\b", "C:x", "a\0b",
           "a/sessions/b", "a/Artifacts"]  # fmt: skip


@pytest.mark.parametrize("field", ["app_name", "user_id", "session_id"])
async def test_ids_that_lead_elsewhere_are_refused_everywhere(service, tmp_path, field):
    for value in BAD_IDS:
        ids = {**IDS, field: value}
        for call in calls(service):
            with pytest.raises(InputValidationError, match=field):
                await call(**ids, filename="f")
        with pytest.raises(InputValidationError, match=field):
            await service.list_artifact_keys(**ids)
    assert not list(tmp_path.iterdir())


def calls(service: BaseArtifactService) -> list[Callable[..., Any]]:
    async def save(**names: Any) -> int:
        return await service.save_artifact(**names, artifact=text("x"))

    async def save_stream(**names: Any) -> int:
        return await service.save_artifact_stream(**names, content=pieces(b"x"))

    return [
        save,
        save_stream,
        service.open_artifact,
        service.load_artifact,
        service.delete_artifact,
        service.list_versions,
        service.list_artifact_versions,
        service.get_artifact_version,
    ]


@pytest.mark.parametrize("part", [types.Part(), types.Part(inline_data=types.Blob())])
async def test_part_without_content_is_refused(service, part):
    with pytest.raises(InputValidationError, match="no content"):
        await service.save_artifact(**IDS, filename="f", artifact=part)
    assert await service.list_versions(**IDS, filename="f") == []


async def test_parallel_saves_get_versions_of_their_own(service):
    saves = (service.save_artifact(**IDS, filename="f", artifact=text(str(n))) for n in range(8))
    versions = await asyncio.gather(*saves)
    assert sorted(versions) == list(range(8))
    for n, version in enumerate(versions):
        loaded = await service.load_artifact(**IDS, filename="f", version=version)
        assert loaded.text == str(n)


async def test_saved_and_loaded_parts_are_copies(service):
    part = octets(b"1")
    await service.save_artifact(**IDS, filename="f", artifact=part)
    part.inline_data.data = b"2"
    (await service.load_artifact(**IDS, filename="f")).inline_data.data = b"3"
    assert (await service.load_artifact(**IDS, filename="f")).inline_data.data == b"1"


async def test_file_that_a_rewind_took_away_loads_as_none(service):
    gone = octets(b"", "application/octet-stream")
    await service.save_artifact(**IDS, filename="f", artifact=text("was here"))
    await service.save_artifact(**IDS, filename="f", artifact=gone)
    assert await service.load_artifact(**IDS, filename="f") is None
    assert (await service.load_artifact(**IDS, filename="f", version=0)).text == "was here"


async def test_content_is_saved_and_read_in_pieces(service):
    saved = await service.save_artifact_stream(
        **IDS, filename="d/f", content=pieces(b"ab", b"", b"cd\xff"), mime_type="video/mp4"
    )
    await service.save_artifact_stream(**IDS, filename="d/f", content=pieces())
    content = await service.open_artifact(**IDS, filename="d/f", version=saved)
    assert (content.size, content.version.version, content.version.mime_type) == (5, 0, "video/mp4")
    for start, stop, expected in [
        (0, None, b"abcd\xff"),
        (1, 3, b"bc"),
        (4, 99, b"\xff"),
        (5, 5, b""),
    ]:
        assert b"".join([each async for each in content.pieces(start, stop)]) == expected
    assert await service.load_artifact(**IDS, filename="d/f", version=0) == octets(
        b"abcd\xff", "video/mp4"
    )
    assert await service.open_artifact(**IDS, filename="other") is None
    assert await service.open_artifact(**IDS, filename="d/f", version=7) is None


async def test_text_is_read_in_pieces_too(service):
    await service.save_artifact(**IDS, filename="t", artifact=text("ünïcode"))
    content = await service.open_artifact(**IDS, filename="t")
    assert content.version.mime_type == "text/plain"
    assert b"".join([each async for each in content.pieces()]) == "ünïcode".encode()


async def test_stream_that_breaks_off_leaves_no_version(service):
    async def broken():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await service.save_artifact_stream(**IDS, filename="f", content=broken())
    assert await service.list_versions(**IDS, filename="f") == []
    assert await service.save_artifact(**IDS, filename="f", artifact=text("whole")) == 0


async def test_metadata_of_any_json_comes_back(service):
    metadata = {"text": "ünï\n", "list": [1, None], "no": False, "number": "1", "deep": {"a": 1.5}}
    await service.save_artifact(
        **IDS, filename="f", artifact=octets(b"1", name="naïve.png"), custom_metadata=metadata
    )
    described = await service.get_artifact_version(**IDS, filename="f")
    assert described.custom_metadata == metadata
    loaded = await service.load_artifact(**IDS, filename="f")
    assert loaded.inline_data.display_name == "naïve.png"


async def test_long_names_are_kept_or_refused_in_words(service):
    for name in ("n" * 1000, "ä" * 600, "d/" * 50 + "f"):
        try:
            await service.save_artifact(**IDS, filename=name, artifact=text("x"))
        except InputValidationError:
            continue
        assert await service.list_artifact_keys(**IDS) == [name]
        await service.delete_artifact(**IDS, filename=name)
    assert await service.list_artifact_keys(**IDS) == []


async def test_content_that_is_deleted_while_it_is_read_is_an_error(stored):
    await stored.save_artifact(**IDS, filename="f", artifact=text("x" * 10))
    content = await stored.open_artifact(**IDS, filename="f")
    await stored.delete_artifact(**IDS, filename="f")
    with pytest.raises(NotFoundError, match="deleted meanwhile"):
        [each async for each in content.pieces()]


async def test_content_over_the_limit_is_refused_and_leaves_nothing(stored):
    stored.max_bytes = 10
    assert await stored.save_artifact(**IDS, filename="f", artifact=text("x" * 10)) == 0
    with pytest.raises(InputValidationError, match="larger than 10 bytes"):
        await stored.save_artifact(**IDS, filename="f", artifact=text("x" * 11))
    with pytest.raises(InputValidationError, match="larger than 10 bytes"):
        await stored.save_artifact_stream(**IDS, filename="f", content=pieces(*[b"x"] * 11))
    assert await stored.list_versions(**IDS, filename="f") == [0]
