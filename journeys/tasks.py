"""Imports this floor's rooms, by name."""

from journeys.operations.tasks import prove_books

__all__ = ["prove_books"]
