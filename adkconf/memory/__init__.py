"""What agents remember across sessions."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.memory.base_memory_service import BaseMemoryService as BaseMemoryService
    from adkconf.memory.base_memory_service import SearchMemoryResponse as SearchMemoryResponse
    from adkconf.memory.in_memory_memory_service import (
        InMemoryMemoryService as InMemoryMemoryService,
    )
    from adkconf.memory.memory_entry import MemoryEntry as MemoryEntry
    from adkconf.memory.sql_memory_service import SqlMemoryService as SqlMemoryService
    from adkconf.memory.vertex_ai_memory_bank_service import (
        VertexAiMemoryBankService as VertexAiMemoryBankService,
    )
    from adkconf.memory.vertex_ai_rag_memory_service import (
        VertexAiRagMemoryService as VertexAiRagMemoryService,
    )

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BaseMemoryService": "adkconf.memory.base_memory_service",
        "InMemoryMemoryService": "adkconf.memory.in_memory_memory_service",
        "MemoryEntry": "adkconf.memory.memory_entry",
        "SearchMemoryResponse": "adkconf.memory.base_memory_service",
        "SqlMemoryService": "adkconf.memory.sql_memory_service",
        "VertexAiMemoryBankService": "adkconf.memory.vertex_ai_memory_bank_service",
        "VertexAiRagMemoryService": "adkconf.memory.vertex_ai_rag_memory_service",
    },
)
