"""What there is to know of an app's file without running it, and of the codes of diagnostics."""
