"""Settings by environment: base, and on top of it development, production or test."""
