"""A journey."""
