"""Memories in Vertex AI: what travels, and how."""
