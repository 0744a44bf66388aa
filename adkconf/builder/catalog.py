"""Where the runtime has the built-in components that the configuration language names."""

from __future__ import annotations

from collections.abc import Mapping

from adkconf.config.spec.component import Family

_DATABASE = "sessions.database_session_service:DatabaseSessionService"
_SQL_MEMORY = "memory.sql_memory_service:SqlMemoryService"
_SQL_CREDENTIALS = "auth.credential_service.sql_credential_service:SqlCredentialService"
_MODEL_SIDE = "tools.model_side_tools"

# Addresses below the engine's package, by family and name.
ADDRESSES: Mapping[Family, Mapping[str, str]] = {
    "plugin": {
        "cloud_trace": "plugins.cloud_trace_plugin:CloudTracePlugin",
        "context_filter": "plugins.context_filter_plugin:ContextFilterPlugin",
        "debug_logging": "plugins.debug_logging_plugin:DebugLoggingPlugin",
        "global_instruction": "plugins.global_instruction_plugin:GlobalInstructionPlugin",
        "logging": "plugins.logging_plugin:LoggingPlugin",
        "reflect_retry_tool": "plugins.reflect_retry_tool_plugin:ReflectAndRetryToolPlugin",
        "save_files_as_artifacts": (
            "plugins.save_files_as_artifacts_plugin:SaveFilesAsArtifactsPlugin"
        ),
    },
    "model": {
        "echo": "models.echo:Echo",
        "gemini": "models.google_llm:Gemini",
        "litellm": "models.lite_llm:LiteLlm",
        "scripted": "models.scripted:Scripted",
    },
    "planner": {
        "BuiltInPlanner": "planners.built_in_planner:BuiltInPlanner",
        "PlanReActPlanner": "planners.plan_re_act_planner:PlanReActPlanner",
    },
    "code_executor": {
        "BuiltInCodeExecutor": "code_executors.built_in_code_executor:BuiltInCodeExecutor",
    },
    "tool": {
        "AgentTool": "tools.agent_tool:AgentTool",
        "AuthenticatedFunctionTool": (
            "tools.authenticated_function_tool:AuthenticatedFunctionTool"
        ),
        "ExampleTool": "tools.example_tool:ExampleTool",
        "FunctionTool": "tools.function_tool:FunctionTool",
        "LongRunningFunctionTool": "tools.long_running_tool:LongRunningFunctionTool",
        "VertexAiSearchTool": "tools.vertex_ai_search_tool:VertexAiSearchTool",
        "enterprise_web_search": f"{_MODEL_SIDE}:enterprise_web_search",
        "exit_loop": "tools.exit_loop_tool:exit_loop",
        "get_user_choice": "tools.get_user_choice_tool:get_user_choice_tool",
        "google_maps_grounding": f"{_MODEL_SIDE}:google_maps_grounding",
        "google_search": f"{_MODEL_SIDE}:google_search",
        "load_artifacts": "tools.load_artifacts_tool:load_artifacts_tool",
        "load_memory": "tools.load_memory_tool:load_memory_tool",
        "mcp": "tools.mcp_tool.mcp_toolset:McpToolset",
        "openapi": ("tools.openapi_tool.openapi_spec_parser.openapi_toolset:OpenAPIToolset"),
        "preload_memory": "tools.load_memory_tool:preload_memory_tool",
        "transfer_to_agent": "tools.transfer_to_agent_tool:transfer_to_agent",
        "url_context": f"{_MODEL_SIDE}:url_context",
    },
    "session": {
        "agentengine": "sessions.vertex_ai_session_service:VertexAiSessionService",
        "memory": "sessions.in_memory_session_service:InMemorySessionService",
        "mysql": _DATABASE,
        "postgresql": _DATABASE,
        "spanner": _DATABASE,
        "sqlite": _DATABASE,
    },
    "artifact": {
        "file": "artifacts.file_artifact_service:FileArtifactService",
        "gs": "artifacts.gcs_artifact_service:GcsArtifactService",
        "memory": "artifacts.in_memory_artifact_service:InMemoryArtifactService",
        "s3": "artifacts.s3_artifact_service:S3ArtifactService",
    },
    "memory": {
        "agentengine": "memory.vertex_ai_memory_bank_service:VertexAiMemoryBankService",
        "memory": "memory.in_memory_memory_service:InMemoryMemoryService",
        "postgresql": _SQL_MEMORY,
        "rag": "memory.vertex_ai_rag_memory_service:VertexAiRagMemoryService",
        "sqlite": _SQL_MEMORY,
    },
    "credential": {
        "memory": (
            "auth.credential_service.in_memory_credential_service:InMemoryCredentialService"
        ),
        "mysql": _SQL_CREDENTIALS,
        "postgresql": _SQL_CREDENTIALS,
        "session-state": (
            "auth.credential_service.session_state_credential_service:SessionStateCredentialService"
        ),
        "sqlite": _SQL_CREDENTIALS,
    },
}
