from tests.wire.fixtures import gemini_server, started_gemini_server

__all__ = ["gemini_server", "started_gemini_server"]
