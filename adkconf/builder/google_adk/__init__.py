"""google-adk as the runtime of an app: everything that is different there."""
