"""Refusals of Vertex AI, told to the user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adkconf.errors import (
    AdkconfError,
    AlreadyExistsError,
    InputValidationError,
    NotFoundError,
    ServiceError,
    ServiceUnavailableError,
)
from adkconf.vertex.access import SIGN_IN

_KINDS: dict[int, type[AdkconfError]] = {
    400: InputValidationError,
    404: NotFoundError,
    409: AlreadyExistsError,
    401: ServiceUnavailableError,
    403: ServiceUnavailableError,
    429: ServiceUnavailableError,
}
_HINTS = {
    401: f"; {SIGN_IN}, or give a valid express_mode_api_key",
    403: "; give the account the role `Vertex AI User` in this project, and enable the API",
    404: "; check the id, the project and the location",
    429: "; the quota is used up: try again later, or ask for more",
}
_MAX_DETAIL = 400


def failure(status: int, body: Any, secrets: Iterable[str]) -> AdkconfError:
    """Returns the error to raise for an answer; none of the `secrets` appears in it."""
    said = body.get("error") if isinstance(body, dict) else None
    said = said if isinstance(said, dict) else {}
    detail = " ".join(str(said.get("message") or "it gave no reason").split())[:_MAX_DETAIL]
    for secret in secrets:
        detail = detail.replace(secret, "[secret]")
    name = f" {said['status']}" if said.get("status") else ""
    kind = _KINDS.get(status, ServiceUnavailableError if status >= 500 else ServiceError)
    if status == 409 and said.get("status") == "ABORTED":
        kind = ServiceUnavailableError
    return kind(f"Vertex AI answered {status}{name}: {detail}{_HINTS.get(status, '')}")
