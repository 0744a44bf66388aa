"""Named, versioned files of sessions and users."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.artifacts.artifact_version import ArtifactVersion as ArtifactVersion
    from adkconf.artifacts.base_artifact_service import BaseArtifactService as BaseArtifactService
    from adkconf.artifacts.file_artifact_service import FileArtifactService as FileArtifactService
    from adkconf.artifacts.gcs_artifact_service import GcsArtifactService as GcsArtifactService
    from adkconf.artifacts.in_memory_artifact_service import (
        InMemoryArtifactService as InMemoryArtifactService,
    )
    from adkconf.artifacts.s3_artifact_service import S3ArtifactService as S3ArtifactService

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "ArtifactVersion": "adkconf.artifacts.artifact_version",
        "BaseArtifactService": "adkconf.artifacts.base_artifact_service",
        "FileArtifactService": "adkconf.artifacts.file_artifact_service",
        "GcsArtifactService": "adkconf.artifacts.gcs_artifact_service",
        "InMemoryArtifactService": "adkconf.artifacts.in_memory_artifact_service",
        "S3ArtifactService": "adkconf.artifacts.s3_artifact_service",
    },
)
