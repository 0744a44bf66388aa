"""Conversation tests: holds the conversations of an app's `tests`, and compares."""
