"""What is counted and logged about requests."""
