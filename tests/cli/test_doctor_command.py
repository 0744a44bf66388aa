"""`adkconf doctor` against real stores and a real wire."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from adkconf.cli.checkup import describe
from adkconf.sql.condition import DatabaseCondition
from tests.bucket_servers import careless_s3_url, gcs_bucket, gcs_url, s3_bucket, s3_url
from tests.tools.openapi_documents import petstore
from tests.wire.fixtures import CANARY_KEY, started_gemini_server
from tests.wire.gemini_server import GeminiServer, refuses, says

__all__ = [
    "careless_s3_url",
    "gcs_bucket",
    "gcs_url",
    "s3_bucket",
    "s3_url",
    "started_gemini_server",
]

EXAMPLE = Path(__file__).parents[2] / "examples" / "mcp"
Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]

AWS = {
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_DEFAULT_REGION": "us-east-1",
}

APP = """
name: app
root_agent: {model: echo, tools: [./tools.py:go]}
services:
  session: sqlite:///app.db
  artifact: file://files
  memory: sqlite:///app.db
"""


@pytest.fixture
def app(write: Write) -> str:
    write("tools.py", "def go(): ...\nraise RuntimeError('not to be imported')\n")
    write("app.yaml", APP)
    return "app.yaml"


@pytest.fixture
def wire(
    started_gemini_server: GeminiServer, environment: dict[str, str], write: Write
) -> GeminiServer:
    """A Gemini that the command reaches, with a key to look out for."""
    started_gemini_server.reset()
    environment["GOOGLE_API_KEY"] = CANARY_KEY
    environment["GOOGLE_GEMINI_BASE_URL"] = started_gemini_server.url
    write("app.yaml", "name: app\nroot_agent: {model: gemini-2.5-flash}\n")
    return started_gemini_server


def test_a_sound_app_is_told_thing_by_thing(adkconf: Adkconf, app: str, tmp_path: Path):
    done = adkconf("doctor", app)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, len(lines)) == (0, "", 5)
    assert all(line.startswith("ok ") for line in lines)
    assert f"sqlite {sqlite3.sqlite_version}, driver pysqlite, schema 1" in lines[0]
    assert "file can be read and written" in lines[1]
    assert "full text, readable and writable, indexes there" in lines[2]
    assert lines[3].endswith("in memory; gone when the program ends")
    assert lines[4].startswith("ok    model echo")
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


TOOLS = """
name: app
root_agent:
  model: echo
  tools:
    - openapi: pets.json
    - mcp: {command: python, args: [SERVER], timeout: 60, tool_filter: [find_parcel]}
    - mcp: {command: python, args: [-c, "raise SystemExit(3)"]}
    - mcp: {url: "http://127.0.0.1:1/?key=${TOKEN}"}
"""


def test_sets_of_tools_tell_what_is_in_them(
    adkconf: Adkconf, write: Write, environment: dict[str, str]
):
    write("app.yaml", TOOLS.replace("SERVER", str(EXAMPLE / "parcel_server.py")))
    write("pets.json", json.dumps(petstore()))
    environment["TOKEN"] = "hunter2"
    done = adkconf("doctor", "app.yaml", "--no-models")
    lines = done.stdout.splitlines()[4:]
    assert done.returncode == 1
    assert [line.split(" (")[0] for line in lines] == [
        "ok    tools of openapi",
        *(f"{state}  tools of mcp" for state in ("ok  ", "FAIL", "FAIL")),
    ]
    assert "(app.yaml:6)" in lines[0]
    assert "it has list_pets, " in lines[0]
    assert lines[1].endswith("it has find_parcel")
    assert all("cannot be reached" in line for line in lines[2:])
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_servers_tell_version_and_clock(
    adkconf: Adkconf, app: str, server: str, request: pytest.FixtureRequest
):
    url = request.getfixturevalue(f"{server}_url")
    arguments = ["--set", f"services.session={url}", "--no-models"]
    if server == "postgresql":
        arguments += ["--set", f"services.memory={url}"]
    done = adkconf("doctor", app, *arguments)
    assert done.returncode == 0, done.stdout
    driver = {"postgresql": "asyncpg", "mariadb": "aiomysql"}[server]
    assert f"driver {driver}, schema 1" in done.stdout
    assert "synchronise" not in done.stdout
    assert "model" not in done.stdout


def test_what_is_broken_is_told_and_the_rest_is_tried(adkconf: Adkconf, app: str):
    url = "services.session=postgresql://u:hunter2@127.0.0.1:1/x"
    done = adkconf("doctor", app, "--set", url, "--set", "services.memory=sqlite:///no/such/x.db")
    assert done.returncode == 1
    states = [line.split()[:2] for line in done.stdout.splitlines()]
    assert [state for state, _ in states] == ["FAIL", "ok", "FAIL", "ok", "ok"]
    assert "check that the server runs" in done.stdout
    assert "check that the directory exists" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_tables_of_another_schema_are_told(adkconf: Adkconf, app: str, tmp_path: Path):
    database = sqlite3.connect(tmp_path / "app.db")
    database.execute("CREATE TABLE events (id TEXT, actions BLOB)")
    database.close()
    done = adkconf("doctor", app)
    assert (done.returncode, "schema 0" in done.stdout) == (1, True)


def test_a_service_that_fails_once_it_is_open_is_told_with_its_line(
    adkconf: Adkconf, app: str, tmp_path: Path
):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "apps").write_text("not a directory")
    done = adkconf("doctor", app, "--no-models")
    assert done.returncode == 1
    assert "FAIL  artifact service" in done.stdout
    assert "app.yaml:6:13: " in done.stdout


@pytest.mark.parametrize(("ahead", "told"), [(0.2, False), (4.0, True), (-4.0, True)])
def test_a_clock_that_differs_is_told(ahead: float, told: bool):
    sound = DatabaseCondition("postgresql", "16", "asyncpg", "schema 1", (), clock_ahead=ahead)
    assert ("synchronise the clocks" in describe(sound)) is told


def test_a_file_is_no_directory_for_artifacts(adkconf: Adkconf, app: str, write: Write):
    write("files", "not a directory")
    done = adkconf("doctor", app)
    assert (done.returncode, "FAIL  artifact service" in done.stdout) == (1, True)


@pytest.mark.parametrize("scheme", ["gs", "s3"])
def test_a_bucket_is_reached_written_and_left_as_it_was(
    adkconf: Adkconf,
    app: str,
    environment: dict[str, str],
    scheme: str,
    request: pytest.FixtureRequest,
):
    kind = {"gs": "gcs", "s3": "s3"}[scheme]
    bucket, url = (request.getfixturevalue(f"{kind}_{name}") for name in ("bucket", "url"))
    environment |= {"STORAGE_EMULATOR_HOST": url, "AWS_ENDPOINT_URL": url, **AWS}
    done = adkconf("doctor", app, "--set", f"services.artifact={scheme}://{bucket}/pre")
    assert f"{scheme} can be read and written" in done.stdout
    assert done.returncode == 0
    listing = httpx.get(f"{url}/storage/v1/b/{bucket}/o" if scheme == "gs" else f"{url}/{bucket}")
    assert (listing.status_code, "doctor" in listing.text) == (200, False)


def test_a_bucket_that_loses_versions_is_told(
    adkconf: Adkconf, app: str, environment: dict[str, str], careless_s3_url: str
):
    httpx.put(f"{careless_s3_url}/old").raise_for_status()
    environment |= {"AWS_ENDPOINT_URL": careless_s3_url, **AWS}
    done = adkconf("doctor", app, "--set", "services.artifact=s3://old")
    assert (done.returncode, "overwrites objects" in done.stdout) == (1, True)


def test_a_model_is_asked_over_the_wire(adkconf: Adkconf, wire: GeminiServer):
    wire.put(says("OK"))
    done = adkconf("doctor", "app.yaml")
    assert (done.returncode, "ok    model gemini-2.5-flash" in done.stdout) == (0, True)


def test_a_model_that_refuses_is_told_without_the_key(adkconf: Adkconf, wire: GeminiServer):
    wire.put(refuses(403, "PERMISSION_DENIED", f"the key {CANARY_KEY} may not."))
    done = adkconf("doctor", "app.yaml")
    assert (done.returncode, "FAIL  model gemini-2.5-flash" in done.stdout) == (1, True)
    assert "may not use this model" in done.stdout
    assert CANARY_KEY not in done.stdout + done.stderr


def test_a_model_of_the_project_may_fail_in_any_way(adkconf: Adkconf, write: Write):
    write(
        "models.py",
        "from adkconf.models import BaseLlm\n"
        "class Mine(BaseLlm):\n"
        "    model: str = 'mine'\n"
        "    async def generate_content_async(self, llm_request, stream=False):\n"
        "        raise RuntimeError('hunter2')\n"
        "        yield\n",
    )
    write(
        "app.yaml",
        "name: app\nmodels: {mine: ./models.py:Mine, fine: echo}\nroot_agent: {model: mine}\n",
    )
    done = adkconf("doctor", "app.yaml")
    assert done.returncode == 1
    assert "FAIL  model mine" in done.stdout
    assert "it raised RuntimeError" in done.stdout
    assert "ok    model fine" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_a_broken_file_is_told_as_by_validate(adkconf: Adkconf, write: Write):
    write("app.yaml", "name: app\nroot_agent: {modle: echo}\n")
    done = adkconf("doctor", "app.yaml")
    assert (done.returncode, "app.yaml:2:" in done.stderr, done.stdout) == (1, True, "")
