"""Python of the project and of packages, read without importing it."""
