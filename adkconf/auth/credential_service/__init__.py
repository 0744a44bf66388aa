"""Where credentials are kept between runs."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.auth.credential_service.base_credential_service import (
        BaseCredentialService as BaseCredentialService,
    )
    from adkconf.auth.credential_service.in_memory_credential_service import (
        InMemoryCredentialService as InMemoryCredentialService,
    )
    from adkconf.auth.credential_service.session_state_credential_service import (
        SessionStateCredentialService as SessionStateCredentialService,
    )
    from adkconf.auth.credential_service.sql_credential_service import (
        SqlCredentialService as SqlCredentialService,
    )

_HERE = "adkconf.auth.credential_service"

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BaseCredentialService": f"{_HERE}.base_credential_service",
        "InMemoryCredentialService": f"{_HERE}.in_memory_credential_service",
        "SessionStateCredentialService": f"{_HERE}.session_state_credential_service",
        "SqlCredentialService": f"{_HERE}.sql_credential_service",
    },
)
