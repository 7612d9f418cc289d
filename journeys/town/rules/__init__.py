"""The demo town as a plan: who lives there, which shops there are, what happens in 60 days.

Everything follows from a seed; nothing here knows a database.
"""

from journeys.town.rules.days import (
    DAYS,
    Happening,
    Purchase,
    Return,
    TopUp,
    happenings,
)
from journeys.town.rules.people import (
    KNOWN_PEOPLE,
    PIN,
    Resident,
    Worker,
    cashier,
    operators,
    owner,
    residents,
    uid_of,
)
from journeys.town.rules.shops import DISTRICTS, SHOPS, TOWN, Shop

SEED = 20260101
MEMBERS = 200
PAYMENTS = 20_000

__all__ = [
    "DAYS",
    "DISTRICTS",
    "KNOWN_PEOPLE",
    "MEMBERS",
    "PAYMENTS",
    "PIN",
    "SEED",
    "SHOPS",
    "TOWN",
    "Happening",
    "Purchase",
    "Resident",
    "Return",
    "Shop",
    "TopUp",
    "Worker",
    "cashier",
    "happenings",
    "operators",
    "owner",
    "residents",
    "uid_of",
]
