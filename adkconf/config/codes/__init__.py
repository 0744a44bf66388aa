"""The codes of diagnostics: stable, one per kind of mistake."""
