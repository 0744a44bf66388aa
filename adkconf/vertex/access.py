"""Who asks Vertex AI: a Google Cloud account in a project, or an express mode API key."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from google import auth
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request

from adkconf.errors import InputValidationError, ServiceUnavailableError

SIGN_IN = (
    "sign in with `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS "
    "to the file of a service account"
)
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_EXPRESS_URL = "https://aiplatform.googleapis.com"
_SWITCHES = ("GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI")


@dataclass(frozen=True)
class Place:
    """Where requests go: the server, and the beginning of resource names (empty with a key)."""

    url: str
    parent: str


class Access(Protocol):
    """Knows the place and proves who asks."""

    async def place(self) -> Place:
        """Tells where requests go.

        Raises:
            InputValidationError: project or location is not known.
            ServiceUnavailableError: there are no credentials.
        """

    async def headers(self) -> Mapping[str, str]:
        """Returns headers that prove who asks; they hold a secret.

        Raises:
            ServiceUnavailableError: there are no credentials, or they are refused.
        """


@dataclass(frozen=True)
class KeyAccess:
    """Express mode: the key alone tells the project."""

    key: str = field(repr=False)
    base_url: str | None = None

    async def place(self) -> Place:
        """Tells where requests go."""
        return Place(_server(self.base_url, _EXPRESS_URL), "")

    async def headers(self) -> Mapping[str, str]:
        """Returns the key's header."""
        return {"x-goog-api-key": self.key}


class AccountAccess:
    """Application Default Credentials, or the `credentials` given, in a project and location.

    What is not given comes from GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION; a service account
    knows its project too.
    """

    def __init__(
        self,
        project: str | None,
        location: str | None,
        base_url: str | None = None,
        credentials: Any = None,
    ) -> None:
        self._project = project or os.environ.get("GOOGLE_CLOUD_PROJECT")
        self._location = location or os.environ.get("GOOGLE_CLOUD_LOCATION")
        self._base_url = base_url
        self._credentials = credentials
        # Credentials may be used in one thread at a time.
        self._lock = threading.Lock()

    async def place(self) -> Place:
        """Tells where requests go; see `Access.place`."""
        if self._location is None:
            raise InputValidationError(
                "Vertex AI needs a location; set `location` or GOOGLE_CLOUD_LOCATION, or write "
                "the full name projects/PROJECT/locations/LOCATION/…"
            )
        if self._project is None:
            await asyncio.to_thread(self._load)
        if self._project is None:
            raise InputValidationError(
                "Vertex AI needs a project; set `project` or GOOGLE_CLOUD_PROJECT, or write the "
                "full name projects/PROJECT/locations/LOCATION/…"
            )
        prefix = "" if self._location == "global" else f"{self._location}-"
        url = _server(self._base_url, f"https://{prefix}aiplatform.googleapis.com")
        return Place(url, f"projects/{self._project}/locations/{self._location}")

    async def headers(self) -> Mapping[str, str]:
        """Returns the header of a token that is valid now; see `Access.headers`."""
        if self._credentials is None or not self._credentials.valid:
            await asyncio.to_thread(self._refresh)
        headers: dict[str, str] = {}
        self._credentials.apply(headers)
        if project := getattr(self._credentials, "quota_project_id", None):
            headers["x-goog-user-project"] = project
        return headers

    def _load(self) -> None:
        """Blocks: files are read, and perhaps a metadata server is asked."""
        with self._lock, _told():
            self._find()

    def _refresh(self) -> None:
        """Blocks: a token is fetched."""
        with self._lock, _told():
            self._find()
            if not self._credentials.valid:
                self._credentials.refresh(Request())

    def _find(self) -> None:
        if self._credentials is None:
            self._credentials, project = auth.default(scopes=[_SCOPE])
            self._project = self._project or project


def choose_access(
    project: str | None,
    location: str | None,
    key: str | None,
    base_url: str | None = None,
    credentials: Any = None,
) -> Access:
    """Returns the key's access if a key is given, or if there is one and no project.

    GOOGLE_API_KEY counts only where GOOGLE_GENAI_USE_ENTERPRISE (or _VERTEXAI) is on: elsewhere
    it is a key of another API.

    Raises:
        InputValidationError: both were given.
    """
    if key and (project or location):
        raise InputValidationError(
            "give either express_mode_api_key or project and location: a key belongs to a project"
        )
    if key:
        return KeyAccess(key, base_url)
    environment_key = os.environ.get("GOOGLE_API_KEY")
    if environment_key and credentials is None and _is_enterprise() and not _project(project):
        return KeyAccess(environment_key, base_url)
    return AccountAccess(project, location, base_url, credentials)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except GoogleAuthError as error:
        # Whatever the token server answers is quoted in the exception, so it is not shown.
        raise ServiceUnavailableError(
            f"there are no Google Cloud credentials that work ({type(error).__name__}); {SIGN_IN}"
        ) from None


def _project(given: str | None) -> str | None:
    return given or os.environ.get("GOOGLE_CLOUD_PROJECT")


def _is_enterprise() -> bool:
    """Reads the first switch that is set, as google-genai does."""
    values = (os.environ[name] for name in _SWITCHES if name in os.environ)
    return next(values, "").lower() in ("true", "1")


def _server(base_url: str | None, default: str) -> str:
    return (base_url or os.environ.get("GOOGLE_VERTEX_BASE_URL") or default).rstrip("/")
