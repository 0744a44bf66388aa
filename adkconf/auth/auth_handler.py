"""Makes a tool's request for a credential, and finds the credential once it was given."""

from __future__ import annotations

from typing import Any

from adkconf.auth.auth_credential import (
    AuthCredential,
    AuthCredentialTypes,
    HttpAuth,
    HttpCredentials,
    OAuth2Auth,
)
from adkconf.auth.auth_schemes import AuthSchemeType
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.authorization import authorize, verifier
from adkconf.auth.token_exchange import exchange_code, token_url
from adkconf.sessions.state import State

SIGN_IN = (AuthSchemeType.oauth2, AuthSchemeType.openIdConnect)


class AuthHandler:
    """Works with one `AuthConfig`."""

    def __init__(self, auth_config: AuthConfig) -> None:
        self.auth_config = auth_config

    def generate_auth_request(self) -> AuthConfig:
        """Returns what the client gets: for OAuth2 with the address to sign in at, no secrets.

        Raises:
            ValueError: the scheme is one to sign in with, and the raw credential no OAuth2 client.
        """
        return self._request().without_secrets()

    def _request(self) -> AuthConfig:
        config = self.auth_config
        exchanged = config.exchanged_auth_credential
        has_address = exchanged and exchanged.oauth2 and exchanged.oauth2.auth_uri
        if config.auth_scheme.type_ not in SIGN_IN or has_address:
            return config
        return config.model_copy(update={"exchanged_auth_credential": self.generate_auth_uri()})

    def generate_auth_uri(self) -> AuthCredential:
        """Returns the raw credential with the address to sign in at and its `state`.

        Raises:
            ValueError: the raw credential or the scheme does not allow it.
        """
        raw = self.auth_config.raw_auth_credential
        if raw is None or raw.oauth2 is None:
            raise ValueError(
                f"an auth_scheme of type {self.auth_config.auth_scheme.type_} needs a "
                "raw_auth_credential with oauth2: the client_id, and the client_secret if any"
            )
        if raw.oauth2.auth_uri:
            return raw
        return raw.model_copy(
            update={"oauth2": authorize(self.auth_config.auth_scheme, raw.oauth2)}
        )

    def get_auth_response(self, state: State) -> AuthCredential | None:
        """Returns what the user gave, a code exchanged for tokens; None when there is nothing.

        The exchange happens once; it blocks the calling thread, for ten seconds at most. A code
        that the provider refuses counts as no answer.

        Raises:
            MissingExtraError: there is a code to exchange and Authlib is not installed.
        """
        if (found := self.find_response(state)) is None:
            return None
        key, credential = found
        oauth2, scheme = credential.oauth2, self.auth_config.auth_scheme
        if oauth2 is None or oauth2.access_token or not oauth2.client_id:
            return credential
        if token_url(scheme) is None or not (oauth2.auth_code or oauth2.auth_response_uri):
            return credential
        if (exchanged := exchange_code(scheme, oauth2)) is None:
            return None
        credential = credential.model_copy(update={"oauth2": exchanged})
        state[key] = as_stored(key, credential)
        return credential

    def find_response(self, state: State) -> tuple[str, AuthCredential] | None:
        """Returns what the user gave as it is, and its key in the state; None if nothing."""
        own = self.auth_config.credential_key
        for key in (State.TEMP_PREFIX + own, own):
            value = state.get(key)
            # A session can hold anything under a key that a user chose.
            if value and isinstance(value, (AuthCredential, dict, str)):
                given = read_credential(self.auth_config, value)
                return key, self._with_configured_client(given)
        return None

    def _with_configured_client(self, credential: AuthCredential) -> AuthCredential:
        """Puts the agent's own client back: it never comes from outside."""
        raw = self.auth_config.raw_auth_credential
        if raw is None or raw.oauth2 is None or credential.oauth2 is None:
            return credential
        own, given = raw.oauth2, credential.oauth2
        changes: dict[str, Any] = {
            "client_id": own.client_id,
            "client_secret": own.client_secret,
            "token_endpoint_auth_method": own.token_endpoint_auth_method,
            "code_verifier": None,
        }
        if given.code_challenge_method and given.state:
            changes["code_verifier"] = verifier(own, given.state)
        return credential.model_copy(update={"oauth2": given.model_copy(update=changes)})


def read_credential(config: AuthConfig, value: Any) -> AuthCredential:
    """Reads a credential given as itself, as a dict, or as a bare key or token.

    Raises:
        ValidationError: a dict that is none; the message has none of its values.
    """
    if isinstance(value, AuthCredential):
        return value
    if not isinstance(value, (str, int, float)):
        return AuthCredential.model_validate(value)
    match config.auth_scheme.type_:
        case AuthSchemeType.apiKey:
            return AuthCredential(auth_type=AuthCredentialTypes.API_KEY, api_key=str(value))
        case AuthSchemeType.http:
            http = HttpAuth(
                scheme=getattr(config.auth_scheme, "scheme", "bearer"),
                credentials=HttpCredentials(token=str(value)),
            )
            return AuthCredential(auth_type=AuthCredentialTypes.HTTP, http=http)
    oauth2 = OAuth2Auth(access_token=str(value))
    return AuthCredential(auth_type=AuthCredentialTypes.OAUTH2, oauth2=oauth2)


def with_client_secret(config: AuthConfig, credential: AuthCredential) -> AuthCredential:
    """Puts the agent's own client secret back into a credential that was stored without it."""
    raw = config.raw_auth_credential
    if raw is None or raw.oauth2 is None or credential.oauth2 is None:
        return credential
    oauth2 = credential.oauth2.model_copy(update={"client_secret": raw.oauth2.client_secret})
    return credential.model_copy(update={"oauth2": oauth2})


def as_stored(key: str, credential: AuthCredential) -> AuthCredential | dict[str, Any]:
    """Returns a credential as it stands in the state, without the agent's own secrets."""
    if key.startswith(State.TEMP_PREFIX):
        return _without_client_secrets(credential)
    return as_dict(credential)


def as_dict(credential: AuthCredential) -> dict[str, Any]:
    """Returns a credential as plain data, without the agent's own secrets."""
    kept = _without_client_secrets(credential)
    return kept.model_dump(mode="json", by_alias=True, exclude_none=True)


def _without_client_secrets(credential: AuthCredential) -> AuthCredential:
    if (oauth2 := credential.oauth2) is None:
        return credential
    kept = oauth2.model_copy(update={"client_secret": None, "code_verifier": None})
    return credential.model_copy(update={"oauth2": kept})
