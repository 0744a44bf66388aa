"""Where an identity provider has the keys that its tokens are signed with."""

from __future__ import annotations

from urllib.parse import urlsplit

from adkconf.auth.provider_document import read_document
from adkconf.config.addresses import is_authentic

_WELL_KNOWN = "/.well-known/openid-configuration"


async def keys_url_of(issuer: str) -> str:
    """Asks a provider where its keys are, as OpenID Connect Discovery has it.

    Raises:
        httpx.HTTPError: it does not answer, or not with the document.
        TimeoutError: it takes more than 5 s.
        ValueError: the document is another issuer's, or its keys could be anybody's.
    """
    shown = await read_document(issuer.rstrip("/") + _WELL_KNOWN)
    if not isinstance(shown, dict) or shown.get("issuer") != issuer:
        raise ValueError("its configuration is not for this issuer, letter by letter")
    url = shown.get("jwks_uri")
    if not isinstance(url, str) or not is_authentic(url):
        raise ValueError("its configuration has no 'jwks_uri' that begins with https://")
    # Else a provider elsewhere could name whatever listens on this machine.
    if urlsplit(url).scheme != "https" and urlsplit(issuer).scheme == "https":
        raise ValueError("its configuration has keys that are not fetched by HTTPS")
    return url
