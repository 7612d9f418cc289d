"""Fills the demo town, in entries that can be killed anywhere and gone on with."""

from journeys.town.actions.fill import AlreadyFilled, fill

__all__ = ["AlreadyFilled", "fill"]
