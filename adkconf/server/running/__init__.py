"""Routes that start, watch, stop and resume runs."""
