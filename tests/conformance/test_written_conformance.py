"""The same YAML, messages and scripted models through both engines give the same events."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from adkconf.builder import build
from adkconf.config.loading import load
from tests.conformance.conversation import Conversation
from tests.conformance.engines import Names, plain, without_notes
from tests.conformance.google_adk_app import GoogleAdkApp
from tests.conformance.hook_log import LOG

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

WRITTEN = Path(__file__).with_name("written")
PARITY = (WRITTEN.parents[2] / "docs" / "parity.md").read_text()
CODE = (WRITTEN / "code.py").read_text()
SCENARIOS: dict[str, dict[str, Any]] = {
    f"{file.stem}: {name}": scenario
    for file in sorted(WRITTEN.glob("*.yaml"))
    for name, scenario in yaml.safe_load(file.read_text()).items()
}
# The same errors have names of our own; each is also an error of the builtin class.
_OUR_NAMES = {
    "PluginError": "RuntimeError",
    "InputValidationError": "ValueError",
    "SchemaValidationError": "ValidationError",
}


async def ours(app: dict[str, Any], directory: Path, steps: list[Any], state: Any) -> Any:
    (directory / "code.py").write_text(CODE)
    (directory / "app.yaml").write_text(yaml.safe_dump(app, sort_keys=False))
    built = await build(load(directory / "app.yaml", environ={}))
    told = await _tell(Conversation(built.runner, built.run_config), steps, state)
    await built.close(None)
    return told


async def theirs(app: dict[str, Any], code: ModuleType, steps: list[Any], state: Any) -> Any:
    made = GoogleAdkApp(app, code)
    runner = made.runner()
    told = await _tell(Conversation(runner, made.run_config), steps, state)
    await runner.close()
    return told


@pytest.fixture(scope="module")
def google_adk_code(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The user's code, ported as docs/parity.md says: the package in its imports is replaced."""
    file = tmp_path_factory.mktemp("ported") / "google_code.py"
    file.write_text(CODE.replace("from adkconf.", "from google.adk."))
    spec = spec_from_file_location("google_code", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Annotations are looked up there.
    sys.modules["google_code"] = module
    spec.loader.exec_module(module)
    return module


async def _tell(conversation: Conversation, steps: list[Any], state: Any) -> str:
    LOG.clear()
    names = Names()
    await conversation.start(state)
    for step in steps:
        await conversation.take(step)
    told = await conversation.told(lambda event: _shown(event, names))
    told["state"] = without_notes(told["state"])
    told["raised"] = [(at, _OUR_NAMES.get(name, name)) for at, name in told["raised"]]
    return json.dumps({**told, "noted": list(LOG)}, indent=1, sort_keys=True)


def _shown(event: Any, names: Names) -> dict[str, Any]:
    data = plain(event, names)
    # Prompts hold each engine's own words, and those count.
    data.pop("usageMetadata", None)
    # google-adk does not tell which model wrote a piece of code.
    data.pop("modelVersion", None)
    for part in data.get("content", {}).get("parts", ()):
        if part.get("functionResponse", {}).get("name") == "load_artifacts":
            part["functionResponse"]["response"]["status"] = "…"
    if code := data.get("errorCode"):
        data["errorCode"] = _OUR_NAMES.get(code, code)
    if "errorMessage" in data:
        data["errorMessage"] = "…"
    actions = data.get("actions", {})
    if run := actions.get("rewindBeforeInvocationId"):
        actions["rewindBeforeInvocationId"] = names("run", run)
    if compaction := actions.get("compaction"):
        del compaction["startTimestamp"], compaction["endTimestamp"]
    return data


@pytest.mark.parametrize("name", SCENARIOS)
async def test_both_engines_agree(name: str, tmp_path: Path, google_adk_code: ModuleType) -> None:
    app = {"name": "demo", **SCENARIOS[name]}
    steps, state = app.pop("say", ["hi"]), app.pop("state", None)
    difference = app.pop("differs", None)
    adkconf = await ours(app, tmp_path, steps, state)
    google_adk = await theirs(app, google_adk_code, steps, state)
    if difference is None:
        assert adkconf.splitlines() == google_adk.splitlines()
    else:
        assert difference in PARITY
        assert adkconf != google_adk


def test_there_are_enough_of_them() -> None:
    assert len(SCENARIOS) >= 200
