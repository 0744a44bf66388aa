"""Routes of apps, sessions, artifacts, memory and health."""
