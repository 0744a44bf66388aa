"""A client's answer to a request for a credential: read, checked, pinned to the request."""

from __future__ import annotations

import json
import logging
from typing import Any

from pydantic import ValidationError

from adkconf.auth.auth_credential import AuthCredential, OAuth2Auth
from adkconf.auth.auth_handler import as_stored, read_credential
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.authorization import states_in
from adkconf.sessions.state import State

_EXCHANGED = ("exchangedAuthCredential", "exchanged_auth_credential")
_WRAPPERS = ({"result"}, {"response"})

logger = logging.getLogger("adkconf.auth")


def keep_answer(requested: AuthConfig, answer: Any, state: dict[str, Any]) -> None:
    """Puts the credential of an answer into the run's state, where the tool looks for it.

    The answer is the request with `exchangedAuthCredential` filled in, a credential, or a bare
    key. One that cannot be used counts as none: the tool asks again.
    """
    try:
        credential = _read(requested, answer)
    except ValidationError:
        credential = None
    if credential is None:
        logger.warning("an answer to a request for a credential has none in it; it is ignored")
        return
    asked = requested.exchanged_auth_credential or requested.raw_auth_credential
    if asked is not None and asked.oauth2 is not None and credential.oauth2 is not None:
        expected = asked.oauth2.state
        if expected is not None and states_in(credential.oauth2) != {expected}:
            logger.warning("a sign-in came back with another state than it began with; ignored")
            return
        pinned = _pin(asked.oauth2, credential.oauth2)
        credential = credential.model_copy(update={"oauth2": pinned})
    key = State.TEMP_PREFIX + requested.credential_key
    state[key] = as_stored(key, credential)


def _read(requested: AuthConfig, answer: Any) -> AuthCredential | None:
    if isinstance(answer, dict) and set(answer) in _WRAPPERS:
        (answer,) = answer.values()
        answer = _parsed(answer) if isinstance(answer, str) else answer
    if isinstance(answer, dict):
        for name in _EXCHANGED:
            if answer.get(name) is not None:
                return AuthCredential.model_validate(answer[name])
    return read_credential(requested, answer)


def _parsed(text: str) -> Any:
    try:
        data = json.loads(text)
    except ValueError:
        return text
    return data if isinstance(data, dict) else text


def _pin(asked: OAuth2Auth, given: OAuth2Auth) -> OAuth2Auth:
    """Takes from the answer what only the client can know, and the rest from the request."""
    return given.model_copy(
        update={
            "client_id": asked.client_id,
            "state": asked.state,
            "redirect_uri": given.redirect_uri or asked.redirect_uri,
            "code_challenge_method": asked.code_challenge_method,
        }
    )
