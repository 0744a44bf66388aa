"""Named, versioned files of sessions and users."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.artifacts.base_artifact_service import ArtifactVersion as ArtifactVersion
    from adkconf.artifacts.base_artifact_service import BaseArtifactService as BaseArtifactService
    from adkconf.artifacts.file_artifact_service import FileArtifactService as FileArtifactService
    from adkconf.artifacts.in_memory_artifact_service import (
        InMemoryArtifactService as InMemoryArtifactService,
    )

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "ArtifactVersion": "adkconf.artifacts.base_artifact_service",
        "BaseArtifactService": "adkconf.artifacts.base_artifact_service",
        "FileArtifactService": "adkconf.artifacts.file_artifact_service",
        "InMemoryArtifactService": "adkconf.artifacts.in_memory_artifact_service",
    },
)
