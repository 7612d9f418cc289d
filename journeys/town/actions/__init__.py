"""Fills the demo town, in entries that can be killed anywhere and gone on with."""

from journeys.town.actions.run import AlreadyFilled, HalfFilled, fill

__all__ = ["AlreadyFilled", "HalfFilled", "fill"]
