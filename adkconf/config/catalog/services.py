"""The built-in services, by the schemes of their URIs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adkconf.config.spec.component import Builtin, Catalog
from adkconf.config.spec.secret import Secret, Secrets
from adkconf.config.spec.section import Section


class ServiceArguments(Section):
    """A service with no options."""

    uri: str
    """Where it is."""


class SqliteArguments(ServiceArguments):
    """A SQLite file."""

    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    """`NORMAL` is faster; a power failure may undo the last turns, a crash does not."""


class DatabaseArguments(ServiceArguments):
    """A database server."""

    pool_size: int = Field(default=5, ge=1)
    """Connections that are kept."""
    max_overflow: int = Field(default=10, ge=-1)
    """Connections beyond that under load; -1 for any number."""
    pool_timeout: float = Field(default=30, ge=0)
    """Seconds to wait for a connection."""
    pool_recycle: int = Field(default=-1, ge=-1)
    """Seconds after which a connection is replaced; -1 for never."""
    pool_pre_ping: bool = False
    """Check a connection before it is used."""


class SpannerArguments(ServiceArguments):
    """Cloud Spanner: `spanner://projects/P/instances/I/databases/D`."""


class SqliteCredentialArguments(SqliteArguments):
    """A SQLite file with encrypted credentials."""

    key: Secrets
    """32 random bytes in base64, or several such keys: the first encrypts, all decrypt."""


class DatabaseCredentialArguments(DatabaseArguments):
    """A database server with encrypted credentials."""

    key: Secrets
    """32 random bytes in base64, or several such keys: the first encrypts, all decrypt."""


class FileArtifactArguments(ServiceArguments):
    """A directory for artifacts."""

    max_bytes: int | None = Field(default=None, ge=1)
    """Larger artifacts are refused; by default none are."""


class GcsArguments(FileArtifactArguments):
    """A bucket of Google Cloud Storage, `gs://bucket` or `gs://bucket/prefix`."""

    project: str | None = None
    """The project that is charged; by default that of the credentials."""
    service_account_info: Secret | None = None
    """The JSON key of a service account: `${file:/run/secrets/key.json}`.

    Without it, credentials are found as Google's libraries find them.
    """


class S3Arguments(FileArtifactArguments):
    """A bucket of S3 or of what speaks its protocol, `s3://bucket` or `s3://bucket/prefix`."""

    endpoint_url: str | None = None
    """Where it is, if not at AWS: `https://minio.example.com`."""
    region: str | None = None
    """AWS's region; by default as AWS's libraries find it."""
    access_key_id: str | None = None
    """Without it, credentials are found as AWS's libraries find them."""
    secret_access_key: Secret | None = None
    """What belongs to `access_key_id`."""
    session_token: Secret | None = None
    """With temporary credentials, what belongs to them."""


class VertexArguments(ServiceArguments):
    """A service of Vertex AI."""

    project: str | None = None
    """The Google Cloud project; by default that of a full name, or GOOGLE_CLOUD_PROJECT."""
    location: str | None = None
    """The region; by default that of a full name, or GOOGLE_CLOUD_LOCATION."""
    base_url: str | None = None
    """Another server than Google's; by default GOOGLE_VERTEX_BASE_URL."""


class AgentEngineArguments(VertexArguments):
    """Vertex AI Agent Engine: `agentengine://ID`, or its full resource name."""

    express_mode_api_key: str | None = None
    """A key of Vertex AI's express mode, in the place of project, location and sign-in."""


class AgentEngineSessionArguments(AgentEngineArguments):
    """Sessions of Vertex AI Agent Engine."""

    ttl: str | None = Field(default=None, pattern=r"^\d+(\.\d+)?s$", examples=["604800s"])
    """Seconds after which a session is deleted: `604800s`; by default the engine's."""


class RagArguments(VertexArguments):
    """A corpus of Vertex AI's RAG Engine: `rag://ID`, or its full resource name."""

    similarity_top_k: int | None = Field(default=None, ge=1)
    """How many pieces a search looks at; by default the service's number."""
    vector_distance_threshold: float = 10
    """How far from the query a piece may be."""


_MEMORY = Builtin("memory", "In memory; gone when the program ends.", ServiceArguments)

SESSION_SERVICES = Catalog.of(
    "session",
    _MEMORY,
    Builtin("sqlite", "A SQLite file.", SqliteArguments),
    Builtin("postgresql", "A PostgreSQL database.", DatabaseArguments),
    Builtin("mysql", "A MySQL database.", DatabaseArguments, aliases=("mariadb",)),
    Builtin("spanner", "A Cloud Spanner database.", SpannerArguments),
    Builtin("agentengine", "Vertex AI Agent Engine.", AgentEngineSessionArguments),
)
ARTIFACT_SERVICES = Catalog.of(
    "artifact",
    _MEMORY,
    Builtin("file", "A directory.", FileArtifactArguments),
    Builtin("gs", "A bucket of Google Cloud Storage.", GcsArguments),
    Builtin("s3", "A bucket of S3, or of what speaks its protocol.", S3Arguments),
)
MEMORY_SERVICES = Catalog.of(
    "memory",
    _MEMORY,
    Builtin("sqlite", "A SQLite file; it may be that of the sessions.", SqliteArguments),
    Builtin("postgresql", "A PostgreSQL database.", DatabaseArguments),
    Builtin("agentengine", "Memory Bank of Vertex AI Agent Engine.", AgentEngineArguments),
    Builtin("rag", "A corpus of Vertex AI's RAG Engine.", RagArguments),
)
CREDENTIAL_SERVICES = Catalog.of(
    "credential",
    _MEMORY,
    Builtin("session-state", "In the session's state, in clear.", ServiceArguments),
    Builtin("sqlite", "A SQLite file, encrypted.", SqliteCredentialArguments),
    Builtin("postgresql", "A PostgreSQL database, encrypted.", DatabaseCredentialArguments),
    Builtin(
        "mysql", "A MySQL database, encrypted.", DatabaseCredentialArguments, aliases=("mariadb",)
    ),
)
