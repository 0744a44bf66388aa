"""Sessions in Vertex AI Agent Engine: what travels, and how."""
