"""The whole app."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from adkconf.config.spec.agent import AgentNode
from adkconf.config.spec.component import (
    ArtifactServiceSpec,
    CredentialServiceSpec,
    MemoryServiceSpec,
    ModelSpec,
    PluginSpec,
    SessionServiceSpec,
)
from adkconf.config.spec.conversation import Conversations
from adkconf.config.spec.duration import Duration
from adkconf.config.spec.policies import CacheSpec, CompactionSpec, ResumabilitySpec
from adkconf.config.spec.run import RunSpec
from adkconf.config.spec.section import Section
from adkconf.config.spec.server import ServerSpec

APP_NAME = r"^[a-zA-Z][a-zA-Z0-9_-]*$"


class ServicesSpec(Section):
    """Where things are kept: a URI, `{uri: …}` with options, or a component."""

    session: SessionServiceSpec | None = None
    """Sessions: `memory://`, `sqlite:///file.db`, `postgresql://…`, `mysql://…`,
    `agentengine://ID`."""
    session_ttl: Duration | None = None
    """Sessions that nobody went on with for so long are deleted while the app is served: `30d`,
    `12h`, or seconds."""
    artifact: ArtifactServiceSpec | None = None
    """Artifacts: `memory://`, `file://directory`, `gs://bucket/prefix` or `s3://bucket/prefix`."""
    memory: MemoryServiceSpec | None = None
    """Memories of earlier sessions: `memory://`, `sqlite:///file.db`, `postgresql://…`,
    `agentengine://ID`, `rag://CORPUS`."""
    credential: CredentialServiceSpec | None = None
    """Credentials of tools: `memory://`, `session-state://`, `{uri: sqlite:///…, key: …}`."""


class EnvFileSpec(Section):
    """A file of environment variables."""

    file: str = Field(min_length=1, alias="path")
    """The file; relative to the file that names it."""
    required: bool = True
    """Whether it is an error if the file is missing."""


class EnvSpec(Section):
    """The environment variables that the file uses."""

    files: tuple[str | EnvFileSpec, ...] = ()
    """Files of `NAME=value` lines; the real environment wins, and later files over earlier."""
    required: tuple[str, ...] = ()
    """Variables that must be set, because plugins or models read them."""


class AppFileSpec(Section):
    """Another app of the server."""

    file: str = Field(min_length=1)
    """Its file; relative to the file that names it."""
    profile: str | None = None
    """The profile of that file to use."""


def _file(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


_Path = Annotated[str, Field(min_length=1)]
AppFile = Annotated[AppFileSpec, BeforeValidator(_file, json_schema_input_type=_Path | AppFileSpec)]


class TrustSpec(Section):
    """What references may import besides the project and installed extensions."""

    imports: tuple[Annotated[str, Field(max_length=200)], ...] = ()
    """Modules, with `*` for any: `my_company.tools.*`."""


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Paths = Annotated[
    tuple[str, ...],
    BeforeValidator(_several),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}},
            ]
        }
    ),
]


class AppSpec(Section):
    """An agent app in one file."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    """The version of this language."""
    extends: Paths = ()
    """Files that this one builds on, the later over the earlier. Maps merge, lists and single
    values replace, `null` removes."""
    name: str = Field(pattern=APP_NAME, examples=["support"])
    """The app's name. Sessions are saved under it."""
    root_agent: AgentNode
    """The agent that answers: a block, `./root_agent.yaml`, or `./agent.py:root_agent`. Code may
    also have an App; what the file says goes over what that says, its plugins come first."""
    plugins: tuple[PluginSpec, ...] = ()
    """Plugins, in their order."""
    compaction: CompactionSpec | None = None
    """Replaces old events by summaries."""
    resumability: ResumabilitySpec | None = None
    """Lets runs pause and go on later."""
    cache: CacheSpec | None = None
    """Keeps the beginning of prompts in the model's cache."""
    services: ServicesSpec = Field(default_factory=ServicesSpec)
    """Where sessions, artifacts, memories and credentials are kept."""
    models: dict[str, ModelSpec] = {}
    """Models by a name of your own, for `model:` keys."""
    run: RunSpec = Field(default_factory=RunSpec)
    """What each run starts from."""
    server: ServerSpec = Field(default_factory=ServerSpec)
    """How `adkconf serve` listens, and whom it lets in."""
    apps: tuple[AppFile, ...] = ()
    """Other apps that `adkconf serve` puts behind the same address, each by its file. Their own
    `server` sections have no effect; what goes wrong in one does not touch the others."""
    engine: Literal["adkconf", "google-adk"] = "adkconf"
    """The runtime that the app is built of. Unset, it is google-adk where `root_agent` refers to
    an object of google-adk's. That needs the extra `adkconf[google-adk]`; sessions, artifacts and
    memories are kept by adkconf's services with either."""
    env: EnvSpec = Field(default_factory=EnvSpec)
    """Environment variables."""
    trust: TrustSpec = Field(default_factory=TrustSpec)
    """What may be imported."""
    tests: Conversations = ()
    """Conversation tests for `adkconf test`, and files of them with `*` for any: each has the key
    `tests` with a list, or is an evalset of google-adk."""
    profiles: dict[str, dict[str, Any]] = {}
    """Changes for an environment, chosen with `--profile`; merged over the file."""

    @property
    def served(self) -> Self:
        """The app as it is served: what only its tests need is not in it."""
        return self.model_copy(update={"tests": ()})
