"""Vertex AI's REST API, as far as sessions and memories need it."""
