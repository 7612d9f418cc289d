"""Imports this floor's rooms, by name."""
