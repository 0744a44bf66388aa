"""Credentials that tools need of the user: asked for, checked, kept."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.auth.auth_credential import AuthCredential as AuthCredential
    from adkconf.auth.auth_credential import AuthCredentialTypes as AuthCredentialTypes
    from adkconf.auth.auth_credential import OAuth2Auth as OAuth2Auth
    from adkconf.auth.auth_handler import AuthHandler as AuthHandler
    from adkconf.auth.auth_schemes import AuthScheme as AuthScheme
    from adkconf.auth.auth_schemes import AuthSchemeType as AuthSchemeType
    from adkconf.auth.auth_schemes import ExtendedOAuth2 as ExtendedOAuth2
    from adkconf.auth.auth_schemes import OpenIdConnectWithConfig as OpenIdConnectWithConfig
    from adkconf.auth.auth_tool import AuthConfig as AuthConfig
    from adkconf.auth.credential_manager import CredentialManager as CredentialManager

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "AuthConfig": "adkconf.auth.auth_tool",
        "AuthCredential": "adkconf.auth.auth_credential",
        "AuthCredentialTypes": "adkconf.auth.auth_credential",
        "AuthHandler": "adkconf.auth.auth_handler",
        "AuthScheme": "adkconf.auth.auth_schemes",
        "AuthSchemeType": "adkconf.auth.auth_schemes",
        "CredentialManager": "adkconf.auth.credential_manager",
        "ExtendedOAuth2": "adkconf.auth.auth_schemes",
        "OAuth2Auth": "adkconf.auth.auth_credential",
        "OpenIdConnectWithConfig": "adkconf.auth.auth_schemes",
    },
)
