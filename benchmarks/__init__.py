"""adkconf beside google-adk, on the same work in one run."""
