"""Failures of a Gemini call, told to the user."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError

from google.auth.exceptions import GoogleAuthError
from google.genai.errors import APIError, UnknownApiResponseError
from pydantic import ValidationError
from websockets.exceptions import ConnectionClosed

from adkconf.errors import AdkconfError, LiveConnectionClosedError, ModelError

_CREDENTIALS = (
    "Set GOOGLE_API_KEY (or GEMINI_API_KEY) to a valid key; or, for Vertex AI, set "
    "GOOGLE_GENAI_USE_VERTEXAI=true, GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION and sign in "
    "with `gcloud auth application-default login`."
)
_RETRY = "Try again later, or let the model try again by itself with retry_options."
_HINTS = {
    400: "Check the request: its contents, tools and generate_content_config.",
    401: _CREDENTIALS,
    403: f"The credentials may not use this model. {_CREDENTIALS}",
    404: "No such model is served there: check its name, api_version and location.",
    408: "Set a longer timeout in http_options, or send less.",
    413: "The request is too large: send less.",
    429: f"The quota is used up: see the project's limits, or ask for more. {_RETRY}",
}
_MALFORMED = (UnknownApiResponseError, ValidationError, JSONDecodeError, UnicodeDecodeError)
_KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
_HTTP_LIBRARIES = {"httpx", "httpx2", "aiohttp"}
_MAX_DETAIL = 600
_ABNORMAL_CLOSURE = 1006


@contextmanager
def explained(model: str, *, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Turns every failure of google-genai inside the block into a ModelError.

    `secrets` are keys given in code; those in the environment are known. None of them appears in
    the error.
    """
    try:
        yield
    except AdkconfError:
        raise
    except Exception as error:
        keys = _keys(secrets)
        said = str((error.message if isinstance(error, APIError) else error) or "")
        detail = _shortened(_redacted(said, keys))
        shown = f"{error!r} {error}"
        # A cause that quotes a key must not be shown below the error.
        cause = error if _redacted(shown, keys) == shown else None
        if (close_code := _close_code(error)) is not None:
            why = f"model {model!r}: the live connection was closed ({close_code}): {detail}"
            raise LiveConnectionClosedError(why, code=close_code) from cause
        code, message = _explain(error, detail)
        raise ModelError(f"model {model!r}: {message}", code=code) from cause


def _keys(secrets: Iterable[str]) -> list[str]:
    keys = [*secrets, *(os.environ.get(name, "") for name in _KEY_VARIABLES)]
    return [key.strip() for key in keys if key.strip()]


def _redacted(text: str, keys: list[str]) -> str:
    for key in keys:
        text = text.replace(key, "[key]")
    return text


def _close_code(error: Exception) -> int | None:
    """Returns the code that a websocket was closed with; those begin behind HTTP's."""
    if isinstance(error, ConnectionClosed):
        return error.rcvd.code if error.rcvd else _ABNORMAL_CLOSURE
    if isinstance(error, APIError) and isinstance(error.code, int) and error.code >= 1000:
        return error.code
    return None


def _explain(error: Exception, said: str) -> tuple[str, str]:
    """Returns the code, named like Google's, and what to say; `said` is the error's own text."""
    detail = said or type(error).__name__
    if isinstance(error, APIError):
        return _explain_status(error, said)
    if isinstance(error, GoogleAuthError):
        return "UNAUTHENTICATED", f"no usable credentials: {detail}. {_CREDENTIALS}"
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return "DEADLINE_EXCEEDED", f"no answer in time. {_HINTS[408]}"
    if isinstance(error, OSError) or _is_from_http_library(error):
        return "UNAVAILABLE", (
            f"the connection failed or broke: {detail}. Check the network, the proxy and base_url."
        )
    if isinstance(error, ValueError) and not isinstance(error, _MALFORMED):
        if _is_about_credentials(detail):
            return "UNAUTHENTICATED", f"no credentials. {_CREDENTIALS}"
        return "INVALID_ARGUMENT", f"the request cannot be sent: {detail}"
    return "MALFORMED_RESPONSE", (
        f"the answer is not one of the Gemini API: {detail}. Check base_url and api_version."
    )


def _explain_status(error: APIError, said: str) -> tuple[str, str]:
    status = error.status or ""
    named = status if re.fullmatch(r"[A-Z_]+", status) else str(error.code)
    hint = _HINTS.get(error.code, _RETRY if error.code >= 500 else "")
    if _is_about_credentials(str(error.details)):
        hint = _CREDENTIALS
    answered = f"{error.code} {status}".rstrip()
    reason = said.rstrip(". ") or "no explanation"
    return named, f"the service answered {answered}: {reason}. {hint}".rstrip()


def _is_about_credentials(text: str) -> bool:
    return any(words in text for words in ("API key", "API_KEY", "credentials"))


def _is_from_http_library(error: Exception) -> bool:
    return any(cls.__module__.partition(".")[0] in _HTTP_LIBRARIES for cls in type(error).__mro__)


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_DETAIL else flat[:_MAX_DETAIL] + "…"
